import { type EvidenceGroup, pathOf, shownPath, type Whereabouts } from "./evidence_of.ts";

/** A file of the evidence. */
export interface EvidenceFile {
  name: string;
  /** Node whose interface it was captured on. */
  node: string;
  /** As the report names it: relative to the run directory, or absolute. */
  file: string;
  /** Octets; undefined when it is gone. */
  size?: number;
  frames?: number;
}

/** The captures of an evidence directory. */
export async function evidenceFiles(
  { captures }: EvidenceGroup,
  whereabouts: Whereabouts,
): Promise<EvidenceFile[]> {
  return await Promise.all(captures.map(async ({ name, file: place }) => {
    const file = shownPath(whereabouts, place);
    try {
      const { size } = await Deno.stat(pathOf(whereabouts, place));
      return { name, node: "", file, size };
    } catch {
      return { name, node: "", file };
    }
  }));
}
