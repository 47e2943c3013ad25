import type { Evidence, EvidenceRecord } from "../kit/evidence.ts";
import { isAltered } from "./integrity/digest.ts";
import { recordSchema } from "./record_schema.ts";
import { jsonOf, Limit, readTextInside, UnreadableInput } from "./run_files.ts";
import { z } from "zod";

export { UnreadableInput } from "./run_files.ts";

/**
 * Reads the evidence of one scenario from its directory.
 * @throws {UnreadableInput} when `scenario.json` is missing, is no JSON, or breaks the schema.
 */
export function loadEvidence(directory: string): Promise<Evidence> {
  return Promise.resolve().then(() => {
    const text = readTextInside(directory, "scenario.json", Limit.scenario);
    return { ...parseRecord(text, `${directory}/scenario.json`), directory };
  });
}

/**
 * Turns the text of a `scenario.json` into a record, and says whether it is as it was sealed.
 * @param path For the error message.
 */
export function parseRecord(
  text: string,
  path: string,
): EvidenceRecord & Pick<Evidence, "altered"> {
  const value = jsonOf(text, path);
  const result = recordSchema.safeParse(value);
  if (!result.success) {
    throw new UnreadableInput(
      `Cannot read evidence as ${path} breaks the schema: ${oneLine(result.error)}`,
    );
  }
  return { ...result.data as EvidenceRecord, ...(isAltered(value) ? { altered: true } : {}) };
}

/** The first problems of a schema, on one line. */
export function oneLine(error: z.ZodError): string {
  const issues = error.issues.slice(0, 3).map((issue) => {
    const path = issue.path.join(".");
    return path === "" ? issue.message : `${path}: ${issue.message}`;
  });
  const more = error.issues.length - issues.length;
  return issues.join("; ") + (more > 0 ? `; and ${more} more` : "");
}
