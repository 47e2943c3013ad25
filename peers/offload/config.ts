/** Configuration of the network card, and how it and its presets are read. */
import { z } from "zod";
import { IP_PROTOCOL } from "../../captures/wire/ip_protocol.ts";
import { type OpaqueFormat, opaqueFormatProblem } from "../../captures/wire/opaque.ts";

/** Octets that an opaque field has at most, and a flow id in it. */
const LARGEST_FIELD = 255, LARGEST_FLOW_ID = 16;
/** Octets of an IP datagram at most. */
const LARGEST_DATAGRAM = 65_535;

const octet = z.int().min(0).max(255);
const offset = z.int().min(0).max(LARGEST_FIELD - 1);

/** A preset: an `OpaqueFormat` as JSON, such as an entry of `OPAQUE_FORMATS`. */
export const formatSchema = z.strictObject({
  /** Protocol or Next Header of the outer IP header. */
  protocol: octet,
  length: z.union([
    z.strictObject({ octets: z.int().min(0).max(LARGEST_FIELD) }),
    z.strictObject({
      at: offset,
      mask: z.int().min(1).max(255),
      unit: z.int().min(1).max(16),
      more: z.int().min(0).max(LARGEST_FIELD),
    }),
  ]),
  formatId: z.strictObject({
    offset,
    octets: z.int().min(1).max(4),
    values: z.array(z.int().min(0).max(0xffff_ffff)).min(1),
  }).optional(),
  flowId: z.strictObject({ offset, octets: z.int().min(1).max(LARGEST_FLOW_ID) }).optional(),
  /** Where the field has an EtherType, such as -2 for the last two octets of an Ethernet header. */
  etherType: z.int().min(-LARGEST_FIELD).max(LARGEST_FIELD - 2).optional(),
  adjusts: z.array(z.enum(["udp_length", "udp_checksum", "gre_checksum", "gre_sequence"]))
    .default([]),
});

/**
 * The active presets by name. A packet that two of them describe is of the one with the longer format id,
 * then of the first.
 */
export type Formats = Readonly<Record<string, OpaqueFormat>>;

/** How segments get their IP ID: see `SEGMENTATION_RULES.identification`. */
export const ID_RULES = ["increment", "increment15", "fixed"] as const;
export type IdRule = typeof ID_RULES[number];

/** Whose coalescing it is: see `implementations.ts`. */
export const IMPLEMENTATIONS = ["linux", "windows", "dpdk", "freebsd", "qemu"] as const;
export type Implementation = typeof IMPLEMENTATIONS[number];

const segmentation = z.strictObject({
  /** Whether datagrams from the host are segmented at all. */
  enabled: z.boolean().default(true),
  /** D2-06: the IP ID of segments, in the outer header (of tunnelled ones) and in the inner. */
  outerId: z.enum(ID_RULES).default("increment"),
  innerId: z.enum(ID_RULES).default("increment"),
  /**
   * Whether TCP and UDP checksums that the host left to the card (Linux: the sum of the pseudo header, not
   * complemented) are finished in datagrams that need no segmentation, too.
   */
  finishesChecksums: z.boolean().default(false),
});

const coalescing = z.strictObject({
  /** Whether segments from the wire are coalesced at all. */
  enabled: z.boolean().default(true),
  implementation: z.enum(IMPLEMENTATIONS).default("linux"),
  /** D2-13: octets of the largest IP datagram that is made, outer headers and all. */
  sizeLimit: z.int().min(576).max(LARGEST_DATAGRAM).default(LARGEST_DATAGRAM),
  /** D2-13: milliseconds that a segment is held at most; 0 holds none. */
  timer: z.number().min(0).max(10_000).default(1),
  /** D2-13: hash buckets, and flows that each holds before the oldest of them is delivered. */
  buckets: z.int().min(1).max(4096).default(64),
  flowsPerBucket: z.int().min(1).max(64).default(8),
  /**
   * TCP checksum of a merged unit: right; as Linux leaves it to whoever sends the unit on, the sum of the
   * pseudo header; or that of the first segment, where the card vouches for it by other means.
   */
  checksums: z.enum(["full", "partial", "unverified"]).default("full"),
});

/** The card: `host` and `wire` carry whole Ethernet frames. */
export const nicConfigSchema = z.strictObject({
  /** Where the ports are in a world that has interfaces. */
  frames: z.array(z.strictObject({ port: z.enum(["host", "wire"]), interface: z.string().min(1) }))
    .length(2)
    .refine(([a, b]) => a.port !== b.port, "must name `host` and `wire`, once each")
    .default([{ port: "host", interface: "host0" }, { port: "wire", interface: "wire0" }]),
  /** The active presets by name. */
  formats: z.record(z.string().min(1), formatSchema).default({}),
  /** Octets of the largest IP datagram on the wire. */
  mtu: z.int().min(68).max(LARGEST_DATAGRAM).default(1500),
  /** Octets of payload in a segment at most; as many as the MTU leaves room for where absent. */
  mss: z.int().min(1).max(LARGEST_DATAGRAM).optional(),
  segmentation: segmentation.prefault({}),
  coalescing: coalescing.prefault({}),
});

/** A card's configuration with every default filled in. */
export type NicConfig = z.infer<typeof nicConfigSchema>;
export type SegmentationConfig = NicConfig["segmentation"];
export type CoalescingConfig = NicConfig["coalescing"];

/** Reads a configuration; throws a `TypeError` that names each field that is wrong. */
export function parseNicConfig(input: unknown): NicConfig {
  const result = nicConfigSchema.safeParse(input);
  if (!result.success) {
    throw new TypeError(`Cannot configure a network card: ${z.prettifyError(result.error)}`);
  }
  const problem = formatsProblem(result.data.formats);
  if (problem !== undefined) throw new TypeError(`Cannot configure a network card: ${problem}`);
  return result.data;
}

/** Presets that were pushed: all of them, or why none is taken up. */
export function parseFormats(input: unknown): { formats: Formats } | { problem: string } {
  const result = z.record(z.string().min(1), formatSchema).safeParse(input);
  if (!result.success) return { problem: z.prettifyError(result.error) };
  const problem = formatsProblem(result.data);
  return problem === undefined ? { formats: result.data } : { problem };
}

/** What is wrong with presets beyond their shape; undefined when they are sound. */
function formatsProblem(formats: Formats): string | undefined {
  for (const [name, format] of Object.entries(formats)) {
    const problem = opaqueFormatProblem(format) ?? adjustmentProblem(format);
    if (problem !== undefined) return `format ${name}: ${problem}`;
  }
  return undefined;
}

function adjustmentProblem({ adjusts, protocol }: OpaqueFormat): string | undefined {
  const { UDP, GRE } = IP_PROTOCOL;
  const wrong = adjusts.find((each) => protocol !== (each.startsWith("udp") ? UDP : GRE));
  return wrong && `what it adjusts, ${wrong}, is nothing of protocol ${protocol}`;
}
