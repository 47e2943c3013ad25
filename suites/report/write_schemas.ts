/** Writes the published JSON Schemas anew: `deno run -A suites/report/write_schemas.ts`. */
import { profileJsonSchema } from "../kit/profile.ts";
import { comparisonJsonSchema } from "./comparison.ts";
import { certificateJsonSchema } from "./certificate/model.ts";
import { verificationJsonSchema } from "./certificate/verification_model.ts";
import { interopJsonSchema } from "./interop/model.ts";
import { reportJsonSchema } from "./model.ts";

/** Each published schema: where it stands, and what is to stand there. */
export const PUBLISHED: readonly { file: URL; make: () => Record<string, unknown> }[] = [
  { file: new URL("../profile.schema.json", import.meta.url), make: profileJsonSchema },
  { file: new URL("./report.schema.json", import.meta.url), make: reportJsonSchema },
  { file: new URL("./comparison.schema.json", import.meta.url), make: comparisonJsonSchema },
  {
    file: new URL("./certificate/certificate.schema.json", import.meta.url),
    make: certificateJsonSchema,
  },
  {
    file: new URL("./certificate/verification.schema.json", import.meta.url),
    make: verificationJsonSchema,
  },
  { file: new URL("./interop/interop.schema.json", import.meta.url), make: interopJsonSchema },
];

/** Text of a published schema. */
export function schemaText(make: () => Record<string, unknown>): string {
  return JSON.stringify(make(), null, 2) + "\n";
}

if (import.meta.main) {
  for (const { file, make } of PUBLISHED) await Deno.writeTextFile(file, schemaText(make));
}
