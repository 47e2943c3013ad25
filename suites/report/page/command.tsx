/** @jsxRuntime automatic */
/** @jsxImportSource preact */

/** A command line to copy, which breaks only between words; the script adds the button. */
export function Command({ label, text }: { label: string; text: string }) {
  return (
    <div class="command">
      <p class="quiet">{label}:</p>
      <pre tabIndex={0} aria-label={label}>
        <code>
          {text.split(/( |\n)/).map((word, i) =>
            /^\s?$/.test(word) ? word : <span key={i}>{word}</span>
          )}
        </code>
      </pre>
    </div>
  );
}
