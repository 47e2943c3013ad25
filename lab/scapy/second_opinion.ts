/** What scapy reads in the frames that a report cites as proof, beside what we read in them. */
import { dissect } from "../../captures/dissect/dissect.ts";
import type { Layer } from "../../captures/dissect/layer.ts";
import { readCapture } from "../../captures/file/read.ts";
import { several } from "../../suites/kit/narration.ts";
import type { Report } from "../../suites/report/model.ts";
import { compareWithScapy, type Difference } from "./agreement.ts";
import { compareOwnFormats, ownFormats } from "./own_formats.ts";
import { Scapy, SCAPY_LINKS } from "./scapy.ts";

/** What a second opinion came to. */
export interface SecondOpinion {
  /** Frames that both decoders read. */
  frames: number;
  /** Frames of link types that scapy is not asked about. */
  skipped: number;
  /** Fields that both decoders have. */
  fields: number;
  differences: (Difference & { capture: string; frame: number })[];
}

/**
 * Has scapy read every frame that a failure cites.
 * @param pathOf Where a capture of the report lies.
 * @throws {ScapyAbsent} When scapy is not here.
 */
export async function secondOpinion(
  report: Report,
  pathOf: (file: string) => string,
): Promise<SecondOpinion> {
  const opinion: SecondOpinion = { frames: 0, skipped: 0, fields: 0, differences: [] };
  const cited = citedFrames(report);
  const scapy = await Scapy.start();
  try {
    for (const [file, numbers] of cited) {
      const frames: { number: number; linkType: number; octets: Uint8Array; layers: Layer[] }[] =
        [];
      await readCapture(pathOf(file), (frame) => {
        if (!numbers.has(frame.number)) return;
        const octets = frame.bytes.slice(frame.start, frame.end);
        // Offsets of layers are those of the frame then, as scapy counts them.
        const view = new DataView(octets.buffer);
        const own = { ...frame, bytes: octets, view, start: 0, end: octets.length };
        frames.push({
          ...{ number: frame.number, linkType: frame.linkType, octets },
          layers: dissect(own),
        });
      });
      for (const { number, linkType, octets, layers } of frames) {
        if (!SCAPY_LINKS.includes(linkType)) {
          opinion.skipped++;
          continue;
        }
        const outer = compareWithScapy(layers, await scapy.dissect(linkType, octets));
        const parts = [outer];
        for (const { layer, name } of ownFormats(layers, octets)) {
          const [read] = await scapy.read(name, octets.subarray(layer.start, layer.end));
          parts.push(compareOwnFormats(layer, name, read));
        }
        opinion.frames++;
        for (const { compared, differences } of parts) {
          opinion.fields += compared;
          opinion.differences.push(
            ...differences.map((one) => ({ capture: file, frame: number, ...one })),
          );
        }
      }
    }
  } finally {
    await scapy.close();
  }
  return opinion;
}

/** A second opinion as sentences without a full stop. */
export function opinionSentences(
  { frames, skipped, fields, differences }: SecondOpinion,
): string[] {
  const head = frames === 0
    ? "scapy was asked about no frame, as no failure cites one that it reads"
    : `scapy reads ${several(fields, "field")} of the ${
      several(frames, "frame")
    } that failures cite, ` +
      (differences.length === 0 ? "and agrees in each" : `and differs in ${differences.length}`);
  return [
    head +
    (skipped > 0 ? `; ${several(skipped, "frame")} of other link types it was not asked` : ""),
    ...differences.map(({ capture, frame, field, ours, theirs }) =>
      `${capture} frame ${frame}: ${field} is ${ours} to us and ${theirs} to scapy`
    ),
  ];
}

/** The frames that failures cite, by the file of their capture. */
function citedFrames({ suites, captures }: Report): Map<string, Set<number>> {
  const cited = new Map<string, Set<number>>();
  for (const { verdict, frames = [], evidence } of suites.flatMap(({ checks }) => checks)) {
    if (verdict !== "fail") continue;
    for (const { capture, number } of frames) {
      const file = captures.find((one) => one.evidence === evidence && one.name === capture)?.file;
      if (file === undefined || file === "-") continue;
      const numbers = cited.get(file) ?? new Set<number>();
      cited.set(file, numbers.add(number));
    }
  }
  return cited;
}
