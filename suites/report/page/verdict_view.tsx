/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { GRAVITY, type VerdictWord } from "../../kit/verdict.ts";
import { VERDICT_WORDS } from "../words.ts";

/** A verdict as sign and word. */
export function Verdict({ word }: { word: VerdictWord }) {
  const { sign, word: text } = VERDICT_WORDS[word];
  return <span class={`verdict ${word}`}>{sign} {text}</span>;
}

/** `✗ 1 ✓ 3`: how many judgements ended how, the gravest first. */
export function Counts({ counts }: { counts: ReadonlyMap<VerdictWord, number> }) {
  return (
    <span class="counts">
      {GRAVITY.filter((word) => (counts.get(word) ?? 0) > 0).map((word) => (
        <span key={word} class={`verdict ${word}`}>
          {VERDICT_WORDS[word].sign}
          <span class="sr">{VERDICT_WORDS[word].word}</span> {counts.get(word)}
        </span>
      ))}
    </span>
  );
}
