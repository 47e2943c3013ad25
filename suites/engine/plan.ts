import { createHash } from "node:crypto";
import { z } from "zod";
import { type Profile, profileSchema } from "../kit/profile.ts";
import { WORLD_NAMES } from "../kit/world.ts";
import { insidePath } from "./record_schema.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * `plan.json`: what a run owes, written before its first scenario. Conclusions are drawn against it,
 * never against what happened to run: a scenario of the plan without evidence is a hole.
 */
export const planSchema = z.object({
  schema: z.literal(1),
  /** Version of Plumbline. */
  plumbline: z.string(),
  /** Commit of the suite; empty when it did not run from a checkout. */
  commit: z.string(),
  kernel: z.string(),
  /** RFC 3339. */
  started: z.iso.datetime(),
  /** How to do the same again. */
  command: z.string(),
  seed: z.int().min(0),
  world: z.enum(WORLD_NAMES),
  /** Words of the systems that the run is about. */
  suites: z.array(z.string()).min(1).max(100),
  /** Set when only some of their checks or classes were chosen: such a run certifies nothing. */
  selection: z.strictObject({
    prefix: z.string().optional(),
    classes: z.array(z.string()).optional(),
  }).optional(),
  /** The devices under test; none when these are the reference peers. */
  devices: z.array(z.object({ sha256, profile: profileSchema })).max(100),
  scenarios: z.array(z.object({
    /** Evidence directory, relative to the run directory. */
    evidence: insidePath,
    suite: z.string(),
    scenario: z.string(),
    seed: z.int().min(0),
    /** SHA-256 of the device's profile by the node that it plays; reference peers play the others. */
    devices: z.record(z.string(), sha256),
  })).max(100_000),
});

/** What a run owes. */
export type Plan = z.infer<typeof planSchema>;
/** One scenario of a plan, and where its evidence goes. */
export type PlannedEvidence = Plan["scenarios"][number];

/** SHA-256 of a profile in hexadecimal, whatever the order of its keys. */
export function profileHash(profile: Profile): string {
  const sorted = (_: string, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0))
      : value;
  return createHash("sha256").update(JSON.stringify(profile, sorted)).digest("hex");
}
