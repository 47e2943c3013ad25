/**
 * What a profile may declare of an offloading device besides its classes, and of the tunnels and links
 * that a pair of captures of it shows.
 */
import { OPAQUE_FORMATS } from "../../captures/wire/opaque.ts";
import type { ParameterDefinitions } from "../kit/parameters.ts";

const ID_RULES = ["increment", "increment15", "fixed"] as const;

/** By name, with the values that the sources allow. */
export const OFFLOAD_PARAMETERS = {
  preset: {
    kind: "word",
    words: ["plain", ...Object.keys(OPAQUE_FORMATS)],
    description:
      "Tunnel that its traffic comes in, plain for none. Captures alone are not judged without it.",
    source: "seed 002 L100-L104",
  },
  direction: {
    kind: "word",
    words: ["segmentation", "coalescing"],
    description:
      "What lies between the first of two captures and the second; where it is silent the packets tell.",
    source: "seed 002 L26",
  },
  mtu: {
    kind: "number",
    minimum: 68,
    maximum: 65_535,
    unit: "octets of an IP datagram",
    description: "Largest IP datagram that it sends on the wire; nothing is assumed otherwise.",
    source: "seed 002 L72, L78",
  },
  mss: {
    kind: "number",
    minimum: 1,
    maximum: 65_495,
    unit: "octets of TCP payload",
    description: "Payload of each segment but the last; where it is silent the segments tell.",
    source: "seed 002 L88",
  },
  sizeLimit: {
    kind: "number",
    minimum: 576,
    maximum: 65_535,
    unit: "octets of an IP datagram",
    description: "Largest IP datagram that coalescing makes; 65,535 where it is silent.",
    source: "seed 002 L94; D2-13",
  },
  timer: {
    kind: "number",
    minimum: 0,
    maximum: 10_000,
    unit: "milliseconds",
    description: "How long a segment is held at most, so that others can join it.",
    source: "seed 002 L94; D2-13",
  },
  buckets: {
    kind: "number",
    minimum: 1,
    maximum: 65_536,
    unit: "flows",
    description: "Flows that are coalesced at a time; nothing is assumed otherwise.",
    source: "seed 002 L94; D2-13",
  },
  outerId: {
    kind: "word",
    words: ID_RULES,
    description:
      "Identification of outer IPv4 headers of segments. Where it is silent any that tells apart what may be fragmented.",
    source: "seed 002 L88; D2-06",
  },
  innerId: {
    kind: "word",
    words: ID_RULES,
    description: "Identification of inner IPv4 headers of segments, likewise.",
    source: "seed 002 L88; D2-06",
  },
  checksums: {
    kind: "word",
    words: ["full", "partial", "unverified"],
    description:
      "What the TCP checksum of a unit is where captures show it: whole, that of the pseudo-header alone, or whatever. Whole where it is silent.",
    source: "seed 002 L98; Linux CHECKSUM_PARTIAL, Windows RSC",
  },
  outerKey: {
    kind: "flag",
    description:
      "Whether segments from other outer addresses are of another flow; true where it is silent.",
    source: "seed 002 L90; D2-07",
  },
} as const satisfies ParameterDefinitions;

/** The name of one. */
export type OffloadParameter = keyof typeof OFFLOAD_PARAMETERS;
