/** @jsxRuntime automatic */
/** @jsxImportSource preact */

/** The words of a command line and the spaces between them; what is quoted is within a word. */
function wordsOf(text: string): string[] {
  return text.match(/(?:'[^']*'|[^\s'])+|\s|'/g) ?? [];
}

/** A command line to copy, which breaks only between words; the script adds the button. */
export function Command({ label, text }: { label: string; text: string }) {
  return (
    <div class="command">
      <p class="quiet">{label}:</p>
      <pre tabIndex={0} aria-label={label}>
        <code>
          {wordsOf(text).map((word, i) =>
            /^\s$/.test(word) ? word : <span key={i}>{word}</span>
          )}
        </code>
      </pre>
    </div>
  );
}
