import { z } from "zod";
import type { EvidenceRecord } from "../kit/evidence.ts";
import { profileSchema } from "../kit/profile.ts";
import { ORIGINS } from "../kit/world.ts";

/** A path that stays inside the directory it is relative to, as far as its text can tell. */
export const insidePath = z.string().min(1).max(1024).refine(
  (path) =>
    !path.startsWith("/") && !path.includes("\\") && !path.includes("\0") &&
    !path.split("/").includes(".."),
  "must be relative and stay inside the evidence directory",
);

/** A name that things are looked up by: none that every object answers to, such as `toString`. */
const name = z.string().min(1).max(200).refine(
  (text) => !(text in Object.prototype),
  "must be no name of the language's own",
);

const impairment = z.strictObject({
  rate: z.number().positive().optional(),
  delay: z.number().min(0).optional(),
  jitter: z.number().min(0).optional(),
  loss: z.number().min(0).max(1).optional(),
  up: z.boolean().optional(),
});

const linkEnd = z.strictObject({
  node: name,
  interface: z.string(),
  addresses: z.array(z.string()),
  tso: z.literal(true).optional(),
});

const side = z.enum(["wan", "lan"]);

const topologySchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  nodes: z.record(
    name,
    z.strictObject({
      kind: z.enum(["host", "router", "device"]),
      routes: z.array(z.strictObject({ to: z.string(), via: z.string() })).optional(),
      tunnelled: z.array(z.string()).optional(),
    }),
  ),
  links: z.array(z.strictObject({
    name,
    ends: z.tuple([linkEnd, linkEnd]),
    mtu: z.int().min(68).max(65_535).optional(),
    impairment: impairment.optional(),
  })),
  taps: z.array(
    z.strictObject({ name, node: name, interface: z.string(), side }),
  ),
  floating: z.record(
    z.string(),
    z.strictObject({
      initially: z.string(),
      via: z.record(z.string(), z.record(z.string(), z.string())),
    }),
  ).optional(),
});

/** Whether no file is named twice: each would be read as often, however large it is. */
function filesDiffer(items: readonly { file: string }[]): boolean {
  return new Set(items.map(({ file }) => file)).size === items.length;
}

const count = z.int().min(0);
const milliseconds = z.number().min(0);
const crc32 = z.string().regex(/^[0-9a-f]{8}$/).optional();

/** Records of schema 1 called the nodes their cast. */
function upgraded(value: unknown): unknown {
  const { schema, cast, ...rest } = Object(value) as Record<string, unknown>;
  return schema === 1 ? { ...rest, schema: 2, nodes: cast } : value;
}

const currentSchema = z.object({
  schema: z.literal(2),
  scenario: z.string().min(1).max(200).optional(),
  suite: z.string().min(1).max(100),
  world: z.enum(ORIGINS),
  seed: z.number(),
  topology: topologySchema.optional(),
  nodes: z.record(
    name,
    z.object({ role: z.string(), config: z.unknown(), profile: profileSchema }),
  ),
  taps: z.array(
    z.object({ name, node: name, side, file: insidePath }),
  ).max(1000).refine(filesDiffer, "must each have a file of its own"),
  traces: z.array(z.object({ node: name, file: insidePath, crc32 })).max(1000)
    .refine(filesDiffer, "must each have a file of its own"),
  stimuli: z.array(z.looseObject({ at: z.number(), kind: z.string() })),
  captureCounters: z.record(name, z.object({ captured: count, dropped: count, crc32 })),
  linkCounters: z.record(name, z.object({ forwarded: count, lost: count, delayed: count })),
  lateness: z.object({
    nodes: z.record(z.string(), milliseconds),
    wires: milliseconds,
    recorder: milliseconds,
    machine: milliseconds,
  }).optional(),
  rerun: z.object({ late: milliseconds, remembered: z.literal(true).optional() }).optional(),
  problem: z.string().optional(),
  seal: z.string().optional(),
});

/**
 * `scenario.json` as it is read from disk. Evidence may come from anybody, so nothing in it is
 * believed before it has passed here. Unknown keys are dropped: a later version may add some.
 */
export const recordSchema = z.preprocess(upgraded, currentSchema);

// The schema and the interface that the rest of the code sees must not drift apart.
type Parsed = z.infer<typeof recordSchema>;
const drift: (parsed: Parsed) => EvidenceRecord = (parsed) => parsed as EvidenceRecord & Parsed;
void drift;
