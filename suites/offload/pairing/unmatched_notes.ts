/** Says in sentences what of a pair of captures was not judged. */
import { several } from "../../kit/narration.ts";
import type { Unmatched } from "./leftovers.ts";

/**
 * Sentences without a full stop.
 * @param abandoned Units whose segments were not looked for to the end.
 * @param cut Frames that a capture cut short.
 */
export function unmatchedNotes(unmatched: Unmatched, abandoned: number, cut: number): string[] {
  const { before, behind, madeBefore, madeBehind, absorbed, tooLarge } = unmatched,
    notes: string[] = [];
  const edge = (count: number, what: string) => {
    if (count > 0) notes.push(`${several(count, "packet")} ${what}`);
  };
  edge(before, "came before the capture of what left shows any, and is not judged");
  edge(behind, "came when the capture of what left may have ended, and is not judged");
  edge(madeBefore, "left before the capture of what came shows any, and is not judged");
  edge(madeBehind, "left when the capture of what came may have ended, and is not judged");
  if (absorbed > 0) {
    notes.push(`${several(absorbed, "acknowledgment")} without data were taken in, as is allowed`);
  }
  if (tooLarge > 0) {
    const what = several(tooLarge, "packet");
    notes.push(`${what} that are no segments to be cut were too large for the wire`);
  }
  if (abandoned > 0) {
    notes.push(`the segments of ${several(abandoned, "unit")} were not looked for to the end`);
  }
  if (cut > 0) {
    notes.push(`${several(cut, "frame")} were cut short by the capture: nothing is called missing`);
  }
  return notes;
}
