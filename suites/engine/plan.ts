import { createHash } from "node:crypto";
import { z } from "zod";
import { type Profile, profileSchema } from "../kit/profile.ts";
import { WORLD_NAMES } from "../kit/world.ts";
import { MOST_REPETITIONS, MOST_SHARDS } from "./limits.ts";
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
  /** Container images of devices by their role, where the world has such. */
  images: z.record(z.string(), z.string()).optional(),
  /** Words of the systems that the run is about. */
  suites: z.array(z.string()).min(1).max(100),
  /** Set when only some of their checks or classes were chosen: such a run certifies nothing. */
  selection: z.strictObject({
    prefix: z.string().optional(),
    classes: z.array(z.string()).optional(),
    /** Evidence directories of the scenarios that went wrong in an earlier run, and no others. */
    failed: z.array(insidePath).max(100_000).optional(),
    /** SHA-256 of the profile by the role in which a device meets another: one pair of a matrix. */
    pair: z.record(z.string(), sha256).optional(),
  }).optional(),
  /** How often each scenario is played, each time at a seed of its own: the run's, the next, … */
  repeat: z.int().min(2).max(MOST_REPETITIONS).optional(),
  /** Set in a run that plays a part of the scenarios: which, from 1, of how many. */
  shard: z.strictObject({
    index: z.int().min(1).max(MOST_SHARDS),
    of: z.int().min(1).max(MOST_SHARDS),
    /** SHA-256 of everything that all shards of the run have in common: see `campaignHash`. */
    campaign: sha256,
  }).optional(),
  /** The runs whose evidence was put together to this one. */
  merged: z.strictObject({
    of: z.int().min(1).max(MOST_SHARDS),
    shards: z.array(z.strictObject({
      index: z.int().min(1).max(MOST_SHARDS),
      kernel: z.string(),
      started: z.iso.datetime(),
      /** SHA-256 of the shard's own manifest. */
      manifest: sha256,
    })).max(MOST_SHARDS),
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

/** The seed of a scenario that runs again with a device that remembers what it heard the first time. */
export function seedAgain(seed: number): number {
  return (seed ^ 0x4a3b2c1d) >>> 0;
}

/** SHA-256 of a profile in hexadecimal, whatever the order of its keys. */
export function profileHash(profile: Profile): string {
  return hashOf(profile);
}

/** SHA-256 of all that the shards of one run have in common, which is what the run owes as a whole. */
export function campaignHash(plan: Omit<Plan, "shard">, whole: Plan["scenarios"]): string {
  const { plumbline, commit, seed, world, suites, selection, devices, repeat } = plan;
  const hashes = devices.map(({ sha256 }) => sha256);
  const common = { plumbline, commit, seed, world, suites, selection, repeat };
  return hashOf({ ...common, devices: hashes, whole });
}

function hashOf(value: object): string {
  const sorted = (_: string, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0))
      : value;
  return createHash("sha256").update(JSON.stringify(value, sorted)).digest("hex");
}
