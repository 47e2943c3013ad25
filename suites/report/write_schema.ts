/** Writes `report.schema.json` anew. */
import { reportJsonSchema } from "./model.ts";

/** Text of the published schema. */
export function schemaText(): string {
  return JSON.stringify(reportJsonSchema(), null, 2) + "\n";
}

if (import.meta.main) {
  await Deno.writeTextFile(new URL("report.schema.json", import.meta.url), schemaText());
}
