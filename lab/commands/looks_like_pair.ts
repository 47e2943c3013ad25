/** Whether two captures of which nobody declared anything look like both sides of a network card. */
import { type CaptureSource, readCapture } from "../../captures/file/read.ts";
import { SegmentView } from "../../captures/view/segment.ts";
import { HeaderWalker } from "../../captures/walk.ts";
import { OPAQUE_FORMATS } from "../../captures/wire/opaque.ts";

/** Frames of each capture that are looked at. */
const FRAMES = 5000;
/** How much larger the largest segments of one side are, at least. */
const LARGER = 1.8;

/** The TCP flows of a capture. */
interface Seen {
  flows: Set<string>;
  /** Octets of payload of the largest segment. */
  largest: number;
  /** The tunnel that most of its segments are in; `plain` for none. */
  preset: string;
}

/**
 * Says how to go on where two captures show the same TCP flows in segments of other sizes: a sentence
 * without a full stop; undefined where they do not.
 */
export async function pairHint(captures: readonly CaptureSource[]): Promise<string | undefined> {
  if (captures.length !== 2) return undefined;
  const [before, after] = await Promise.all(captures.map(seenIn));
  const isShared = [...before.flows].some((flow) => after.flows.has(flow));
  const [small, large] = [before.largest, after.largest].sort((a, b) => a - b);
  if (!isShared || large < small * LARGER) return undefined;
  const direction = before.largest > after.largest ? "segmentation" : "coalescing";
  const parameters = JSON.stringify({ preset: before.preset, direction });
  return `both captures show the same TCP flows, in segments of up to ${before.largest} octets and ` +
    `of up to ${after.largest}: if they were taken before and after a card, a profile with role nic, ` +
    `classes such as ${direction}, and parameters ${parameters} has it judged (--profile FILE; ` +
    "docs/offload.md)";
}

async function seenIn(capture: CaptureSource): Promise<Seen> {
  const view = new SegmentView(), walker = new HeaderWalker(), presets = new Map<string, number>();
  view.formats = Object.values(OPAQUE_FORMATS);
  const names = Object.keys(OPAQUE_FORMATS),
    seen: Seen = { flows: new Set(), largest: 0, preset: "" };
  const enough = new Error("enough frames");
  try {
    await readCapture(capture, (frame) => {
      if (frame.number > FRAMES) throw enough;
      walker.walk(frame);
      if (walker.l3 < 0 || !view.at(frame.bytes, walker.l3, frame.end)) return;
      const { bytes, inner, tcp, format } = view, at = view.addresses(inner);
      seen.flows.add(
        `${bytes.subarray(at, at + view.addressesLength(inner))} ${bytes.subarray(tcp, tcp + 4)}`,
      );
      seen.largest = Math.max(seen.largest, view.length);
      const preset = format === undefined ? "plain" : names[view.formats.indexOf(format)];
      presets.set(preset, (presets.get(preset) ?? 0) + 1);
    });
  } catch (error) {
    if (error !== enough) throw error;
  }
  seen.preset = [...presets].sort(([, a], [, b]) => b - a)[0]?.[0] ?? "plain";
  return seen;
}
