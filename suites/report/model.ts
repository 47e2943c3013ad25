/**
 * `report.json`: the run as data. The JSON Schema beside this file is generated from here by
 * `deno run -A suites/report/write_schemas.ts`, and a test holds the two together.
 */
import { z } from "zod";
import { conversationsSchema } from "./conversations_model.ts";
import { ORIGINS } from "../kit/world.ts";

const verdict = z.enum(["pass", "fail", "inconclusive", "not_applicable", "error"]);
const level = z.enum(["MUST", "SHOULD", "MAY"]);

const checkSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** Ids of the requirements that it judges. */
  covers: z.array(z.string()).min(1),
  level,
  /** The roles whose conduct it judged. */
  roles: z.array(z.string()).optional(),
  verdict,
  reason: z.string().optional(),
  expected: z.string().optional(),
  actual: z.string().optional(),
  /** The packets that prove a failure. */
  frames: z.array(z.strictObject({ capture: z.string(), number: z.int().min(1) })).optional(),
  /**
   * Whether the profile of a device under test records this failure among its findings. It turns
   * nothing: a known failure is a failure.
   */
  finding: z.enum(["known", "new"]).optional(),
  /** Scenario that left the evidence; empty for captures that came alone. */
  scenario: z.string(),
  /** Class of the device that the scenario exercises. */
  class: z.string().optional(),
  /** Evidence directory, relative to the run directory; empty for captures that came alone. */
  evidence: z.string(),
  duration_ms: z.number().min(0),
});

const waiverSchema = z.strictObject({
  requirement: z.string(),
  reason: z.string(),
  expires: z.string(),
  state: z.enum(["in_force", "stale", "expired", "unused"]),
});

const findingStateSchema = z.strictObject({
  /** Name of the profile that records it. */
  device: z.string(),
  /** Id of the check that failed. */
  check: z.string(),
  /** Day on which it was recorded, `YYYY-MM-DD`. */
  recorded: z.string(),
  /** `known`: it was seen again. `no_longer_seen`: its check passes now. */
  state: z.enum(["known", "no_longer_seen", "not_judged"]),
  /** What whoever recorded it says besides. */
  note: z.string().optional(),
});

const requirementSchema = z.strictObject({
  id: z.string(),
  suite: z.string(),
  level,
  verdict,
  /** Why, where the checks do not say it. */
  reason: z.string().optional(),
  /** Whether conformance depends on it in this run. */
  required: z.boolean(),
  /** Ids of the checks that judged it. */
  checks: z.array(z.string()),
  /** Where the sentence stands. */
  source: z.string(),
  text: z.string(),
  classes: z.array(z.string()),
});

/** Schema of `report.json`. */
export const reportSchema = z.strictObject({
  schema: z.literal(1),
  /** Version of Plumbline. */
  plumbline: z.string(),
  run: z.strictObject({
    id: z.string(),
    /** RFC 3339. */
    started: z.iso.datetime(),
    seed: z.int(),
    world: z.enum(ORIGINS),
    kernel: z.string(),
    /** Commit of the suite; empty when it did not run from a checkout. */
    commit: z.string(),
    /** How to do the same again. */
    command: z.string(),
    /** True when the user chose only some of the checks: such a run certifies nothing. */
    selection: z.boolean(),
    /**
     * The systems that the conclusion is about, where the user chose fewer than the device declares
     * something of.
     */
    scope: z.array(z.string()).optional(),
    /** How often each scenario was played; once where it is absent. */
    repeat: z.int().min(2).optional(),
    /** The part of the scenarios that the run played, from 1, of how many; absent where all. */
    shard: z.strictObject({ index: z.int().min(1), of: z.int().min(1) }).optional(),
    duration_ms: z.number().min(0),
  }),
  device: z.strictObject({
    name: z.string(),
    vendor: z.string(),
    version: z.string(),
    roles: z.array(z.string()),
    classes: z.array(z.string()),
    exceptions: z.array(waiverSchema),
    /** What became of the findings that profiles record; absent where none does. */
    findings: z.array(findingStateSchema).optional(),
  }),
  /** The first and the last word about captures: that these certify nothing is in the words. */
  conclusion: z.enum([
    ...["conformant", "not_conformant", "inconclusive", "error"] as const,
    ...["no_fault_found", "fault_found"] as const,
  ]),
  exit_code: z.int().min(0).max(4),
  /** What stood in the run directory that its evidence does not say. */
  contradiction: z.string().optional(),
  suites: z.array(z.strictObject({ name: z.string(), checks: z.array(checkSchema) })),
  requirements: z.array(requirementSchema),
  /** Judgements by verdict: one for each check and evidence. */
  totals: z.strictObject({
    pass: z.int().min(0),
    fail: z.int().min(0),
    inconclusive: z.int().min(0),
    not_applicable: z.int().min(0),
    error: z.int().min(0),
  }),
  /** The captures that were judged; `file` is relative to the run directory, or absolute. */
  captures: z.array(
    z.strictObject({ evidence: z.string(), name: z.string(), file: z.string() }),
  ),
  /** What a reader must know of the evidence of a scenario besides, such as that it ran again. */
  notes: z.array(z.strictObject({ evidence: z.string(), text: z.string() })).optional(),
  /** What repetitions of scenarios had in common, where they were played several times. */
  repetitions: z.strictObject({
    /** Judgements of a check on the repetitions of a scenario, taken together. */
    judged: z.int().min(0),
    /** Those of them that did not end the same each time: how often which way. */
    differing: z.array(z.strictObject({
      id: z.string(),
      /** Evidence directory of the first repetition. */
      evidence: z.string(),
      pass: z.int().min(0),
      fail: z.int().min(0),
      inconclusive: z.int().min(0),
      not_applicable: z.int().min(0),
      error: z.int().min(0),
    })),
  }).optional(),
  /** What the conversations came to that captures show which no scenario left. */
  conversations: conversationsSchema.optional(),
});

/** A run as data. */
export type Report = z.infer<typeof reportSchema>;
/** One judgement: a check on the evidence of one scenario. */
export type ReportCheck = z.infer<typeof checkSchema>;
/** One requirement with what its checks say together. */
export type ReportRequirement = z.infer<typeof requirementSchema>;

/** The JSON Schema of `report.json`, as it is published. */
export function reportJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(reportSchema),
    title: "Plumbline report",
    description: "What a run of Plumbline judged, requirement by requirement.",
  };
}
