/**
 * `certificate.json`: what a test lab signs of a run. The signature is made over the octets of that
 * very file, so no canonical form of JSON is needed: `certificate.sig` holds its 64 octets (Ed25519,
 * RFC 8032). The JSON Schema beside this file is generated from here.
 */
import { z } from "zod";
import { WORLD_NAMES } from "../../kit/world.ts";

/** What the file says it is, so that no other signed document passes for one. */
export const CERTIFICATE_TYPE = "plumbline-certificate";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const day = z.iso.date();
const count = z.int().min(0);

/** Version, commit and sources of a Plumbline. */
const software = z.strictObject({
  version: z.string().describe("Version of Plumbline."),
  commit: z.string().describe("Commit, with + where the checkout was changed; empty without one."),
  sources: sha256.describe("SHA-256 over the source files that judge: see lab/certificates."),
});

const level = z.strictObject({
  pass: count,
  fail: count,
  inconclusive: count,
  not_applicable: count,
  error: count,
});

/** Schema of `certificate.json`. */
export const certificateSchema = z.strictObject({
  type: z.literal(CERTIFICATE_TYPE).describe("That this is a certificate of Plumbline."),
  schema: z.literal(1).describe("Version of this schema."),
  verdict: z.enum(["conformant", "not_conformant", "inconclusive", "error"])
    .describe("What the run came to, as in report.json."),
  headline: z.string().describe("The verdict in the words of the report."),
  sentence: z.string().describe("What it rests on, in the words of the report."),
  issued: z.iso.datetime().describe("When it was signed (RFC 3339)."),
  valid_until: day.describe(
    "Last day on which it holds: no later than that of any exception in force.",
  ),
  devices: z.array(z.strictObject({
    name: z.string(),
    vendor: z.string(),
    version: z.string().describe("What exactly was tested: hardware, software, build."),
    roles: z.array(z.string()),
    classes: z.array(z.string()).describe("Classes and options that it declares."),
    profile: sha256.describe("SHA-256 of its profile, as in plan.json."),
  })).describe("The devices under test; none where the reference peers played every role."),
  images: z.array(z.strictObject({
    role: z.string().describe("Role of the devices that ran in it."),
    image: z.string().describe("Its name, as the lab was told."),
    digest: z.string().optional().describe("Its digest, where the name pins one."),
  })).optional().describe("Container images of devices, in the compose world."),
  suites: z.array(z.strictObject({
    name: z.string(),
    title: z.string(),
    catalogue: sha256.describe(
      "SHA-256 of its requirements, scenarios and checks: the suite's version.",
    ),
    results: z.record(z.enum(["MUST", "SHOULD", "MAY"]), level)
      .describe("Requirements by level and verdict."),
  })).describe("The systems that the verdict is about."),
  scope: z.array(z.string()).optional().describe(
    "These systems by name, where the devices declare something of others as well.",
  ),
  shortfalls: z.array(z.strictObject({
    requirement: z.string(),
    level: z.enum(["MUST", "SHOULD", "MAY"]),
    verdict: z.enum(["fail", "inconclusive", "error"]),
    excused: z.boolean().describe("Whether an exception excuses it."),
    text: z.string(),
  })).describe("Requirements that bind and do not pass."),
  exceptions: z.array(z.strictObject({
    requirement: z.string(),
    reason: z.string(),
    expires: day.describe("Last day on which it holds."),
    state: z.enum(["in_force", "stale", "expired", "unused"]),
  })).describe("Exceptions that the profiles ask for, and what became of them."),
  findings: z.array(z.string()).describe("What became of the findings that profiles record."),
  run: z.strictObject({
    started: z.iso.datetime(),
    seed: z.int(),
    world: z.enum(WORLD_NAMES),
    kernel: z.string(),
    version: z.string().describe("Version of Plumbline that ran it."),
    commit: z.string().describe("Its commit, as above."),
    scenarios: count,
    command: z.string().describe("How to do the same again."),
  }),
  judged_by: software.describe("What judged the evidence when it was signed."),
  files: z.strictObject({
    "plan.json": sha256,
    "manifest.json": sha256.describe("It holds the hashes of all other files."),
    "report.json": sha256,
    "certificate.html": sha256,
  }).describe("SHA-256 of files of the run directory."),
  key: z.strictObject({
    algorithm: z.literal("Ed25519"),
    public: z.base64().describe("Public key as DER (SubjectPublicKeyInfo) in Base64."),
    fingerprint: sha256.describe("SHA-256 of that DER form."),
  }),
});

/** What a test lab signs. */
export type Certificate = z.infer<typeof certificateSchema>;

/** The JSON Schema of `certificate.json`, as it is published. */
export function certificateJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(certificateSchema),
    title: "Plumbline certificate",
    description: "What a test lab signs of a run: certificate.sig is Ed25519 over these octets.",
  };
}
