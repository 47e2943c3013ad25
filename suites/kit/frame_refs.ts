import type { FrameRef } from "../../captures/frame.ts";

/** Something that was seen in a frame. */
type Seen = FrameRef | { readonly frame: FrameRef };

/** The frames of what was seen, in the order given, each once; gaps are left out. */
export function frameRefs(...seen: readonly (Seen | undefined)[]): FrameRef[] {
  const refs: FrameRef[] = [];
  for (const item of seen) {
    if (item === undefined) continue;
    const ref = "frame" in item ? item.frame : item;
    if (!refs.some((known) => known.capture === ref.capture && known.number === ref.number)) {
      refs.push(ref);
    }
  }
  return refs;
}
