/**
 * `interop.json`: what devices came to in pairs, as data. The JSON Schema beside this file is generated
 * from here by `deno run -A suites/report/write_schemas.ts`.
 */
import { z } from "zod";
import { insidePath } from "../../engine/record_schema.ts";
import { profileSchema } from "../../kit/profile.ts";
import { WORLD_NAMES } from "../../kit/world.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const two = z.tuple([z.string(), z.string()]);

const failureSchema = z.strictObject({
  check: z.string(),
  title: z.string(),
  /** Ids of the requirements that it judges. */
  covers: z.array(z.string()),
  level: z.enum(["MUST", "SHOULD", "MAY"]),
  expected: z.string(),
  actual: z.string(),
  /** Evidence directory, relative to the run of the pair. */
  evidence: z.string(),
  frames: z.array(z.strictObject({ capture: z.string(), number: z.int().min(1) })),
  /** Roles of the pair whose device is at fault; both where the evidence does not tell. */
  at_fault: z.array(z.string()).min(1),
  /**
   * How that is known: the check judges the conduct of this role alone; or of both, and the frames that
   * it cites are all from one of them; or nothing tells.
   */
  known_by: z.enum(["check", "frames", "nothing"]),
  /** Roles whose nodes sent the frames cited, as far as a tap beside them shows it. */
  sent_by: z.array(z.string()),
});

const pairSchema = z.strictObject({
  suite: z.string(),
  /** Roles in which the two devices meet. */
  roles: two,
  /** Names of the devices in these roles. */
  devices: two,
  /**
   * `unsupported`: the two cannot meet so, for the reason given. `not_run`: they can, and nobody let
   * them, for the reason given.
   */
  state: z.enum(["judged", "unsupported", "not_run"]),
  reason: z.string().optional(),
  /** What the pair came to. */
  verdict: z.enum(["pass", "fail", "inconclusive", "error"]).optional(),
  /** Scenarios that the two were put through, or are to be. */
  scenarios: count.optional(),
  /** Judgements by verdict. */
  totals: z.strictObject({
    ...{ pass: count, fail: count, inconclusive: count, not_applicable: count, error: count },
  }).optional(),
  failures: z.array(failureSchema).optional(),
  /** Run directory of the pair, relative to that of the matrix. */
  run: insidePath.optional(),
});

/** Schema of `interop.json`. */
export const interopSchema = z.strictObject({
  schema: z.literal(1),
  plumbline: z.string(),
  /** Commit of the suite; empty when it did not run from a checkout. */
  commit: z.string(),
  kernel: z.string(),
  /** RFC 3339. */
  started: z.iso.datetime(),
  /** How to do the same again. */
  command: z.string(),
  seed: count,
  world: z.enum(WORLD_NAMES),
  /** Set when only some checks or classes were chosen. */
  selection: z.strictObject({
    prefix: z.string().optional(),
    classes: z.array(z.string()).optional(),
  }).optional(),
  devices: z.array(z.strictObject({
    name: z.string(),
    vendor: z.string(),
    version: z.string(),
    roles: z.array(z.string()),
    /** SHA-256 of the profile; absent for our reference peers, which have one for each suite. */
    sha256: sha256.optional(),
    /** That profile. */
    profile: profileSchema.optional(),
  })),
  /** Set in a part of a matrix: which, from 1, of how many. */
  shard: z.strictObject({ index: z.int().min(1), of: z.int().min(1) }).optional(),
  /** The parts that a matrix was put together from. */
  merged: z.strictObject({ of: z.int().min(1), shards: z.array(z.int().min(1)) }).optional(),
  pairs: z.array(pairSchema).max(1_000_000),
  exit_code: z.int().min(0).max(4),
});

/** A matrix as data. */
export type Interop = z.infer<typeof interopSchema>;
/** Two devices in two roles. */
export type Pair = z.infer<typeof pairSchema>;
/** A failure between two devices. */
export type PairFailure = z.infer<typeof failureSchema>;

/** The JSON Schema of `interop.json`, as it is published. */
export function interopJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(interopSchema),
    title: "Plumbline interoperability matrix",
    description: "What devices came to in pairs, role by role.",
  };
}
