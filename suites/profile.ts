import { z } from "zod";

/** Where a value stands in a packet of a vendor's format. */
export const fieldFormat = z.strictObject({
  /** Octets from the start of the UDP payload (or of the IP payload when matched by protocol). */
  offset: z.int().min(0).max(65535),
  length: z.int().min(1).max(16),
  mask: z.string().regex(/^(0x)?[0-9a-fA-F]+$/).optional(),
});

/** Which packets carry a format. */
export const formatMatch = z.strictObject({
  udp_port: z.int().min(1).max(65535).optional(),
  ip_protocol: z.int().min(0).max(255).optional(),
  /** Octets that must have these values under these masks. */
  octets: z.array(z.strictObject({
    offset: z.int().min(0),
    value: z.int().min(0).max(255),
    mask: z.int().min(0).max(255).default(255),
  })).default([]),
});

/** How a device under test is reached. */
export const attachment = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("reference"), mutant: z.string().optional() }),
  z.strictObject({
    kind: z.literal("process"),
    command: z.array(z.string()).min(1),
    /** A line on its standard output that says it is ready. */
    ready: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal("null"), conduct: z.enum(["mute", "mirror", "flooder"]) }),
  z.strictObject({
    kind: z.literal("captures"),
    /** Capture file (by base name or `*` pattern) to the tap it stands for. */
    taps: z.record(
      z.string(),
      z.strictObject({ node: z.string(), side: z.enum(["wan", "lan"]) }),
    ).default({}),
  }),
]);

/** A device profile: one data file per device. */
export const profileSchema = z.strictObject({
  name: z.string().min(1),
  vendor: z.string().default(""),
  version: z.string().default(""),
  /** Roles it plays: `sender`, `receiver`. */
  roles: z.array(z.string()).min(1),
  /** Optional classes and options that it declares. */
  classes: z.array(z.string()).default([]),
  attach: attachment,
  /** Private wire formats: for each kind of packet a match and the fields in it. */
  formats: z.record(
    z.string(),
    z.strictObject({ match: formatMatch, fields: z.record(z.string(), fieldFormat) }),
  ).default({}),
  /** Thresholds, timers, tolerances. */
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  /** How its internal facts can be read. */
  trace: z.strictObject({ kind: z.enum(["jsonl", "none"]) }).default({ kind: "none" }),
  /** Waivers: they skip nothing, and go stale loudly. */
  exceptions: z.array(z.strictObject({
    requirement: z.string(),
    reason: z.string().min(1),
    expires: z.iso.date(),
  })).default([]),
});

/** A device profile as the rest of the code sees it, with every default filled in. */
export type Profile = z.infer<typeof profileSchema>;
