/** What `verify --json` prints. The JSON Schema beside this file is generated from here. */
import { z } from "zod";
import { type FindingName, FINDINGS } from "./findings.ts";
import { certificateSchema } from "./model.ts";

/** Each name with what it means, so that the published schema is their list. */
const names = Object.entries(FINDINGS).map(([name, [, meaning]]) =>
  z.literal(name as FindingName).describe(meaning)
);

/** Schema of what verification came to. */
export const verificationSchema = z.strictObject({
  schema: z.literal(1).describe("Version of this schema."),
  plumbline: z.string().describe("Version of Plumbline that verified."),
  outcome: z.enum(["verified", "refused", "open"]).describe(
    "verified: everything holds and a trusted key signed it; refused: something is not what it should " +
      "be; open: nothing is wrong, and something is not proven.",
  ),
  exit_code: z.int().min(0).max(4).describe(
    "0 when it is verified and the verdict is conformant; 1 when it is refused, or the verdict is not " +
      "conformant; 3 when something is open, the verdict included.",
  ),
  sentence: z.string(),
  verdict: z.enum(["conformant", "not_conformant", "inconclusive", "error"]).optional()
    .describe("What the evidence says, where it was judged again."),
  recomputed: z.strictObject({
    files: z.int().min(0).describe("Files whose hashes were."),
    scenarios: z.int().min(0),
    verdicts: z.int().min(0),
  }).optional().describe("What was recomputed; absent where something was refused before."),
  findings: z.array(z.strictObject({
    name: z.union(names).describe("What kind of thing it is."),
    weight: z.enum(["refused", "open", "note"]),
    what: z.string(),
  })),
  certificate: certificateSchema.optional()
    .describe(
      "The certificate, where there is one: what it says is true only when it is verified.",
    ),
});

/** What verification came to. */
export type Verification = z.infer<typeof verificationSchema>;

/** The JSON Schema of what `verify --json` prints, as it is published. */
export function verificationJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(verificationSchema),
    title: "Plumbline verification",
    description: "What plumbline verify found in a run directory or a bundle.",
  };
}
