/** What a profile of a device of source 000 may declare of policies, places and times. */
import type { ParameterDefinitions } from "../kit/parameters.ts";

const SELECTION = ["sequential", "random", "least_load", "hash"] as const;

/** By name, with the values that the source allows. */
export const PARAMETERS = {
  selection: {
    kind: "word",
    words: SELECTION,
    description:
      "How it selects a core of the receiver for a new session. No method is assumed where it is silent.",
    source: "seed 000 [0072]",
  },
  tunnelSelection: {
    kind: "word",
    words: ["round_robin", "session_hash", "lowest_latency", "bandwidth", "tariff", "pinned"],
    description: "How it selects the tunnel of a packet. No criterion is assumed otherwise.",
    source: "seed 000 [0085]",
  },
  cores: {
    kind: "number",
    minimum: 1,
    maximum: 65_535,
    unit: "cores",
    description:
      "Cores that it offers whatever it is asked, as when their number cannot be configured; less those that it is asked to take off line.",
    source: "seed 000 [0068], claims 43 and 52; D0-08: a count of 16 bits",
  },
  keptCores: {
    kind: "number",
    minimum: 0,
    maximum: 65_534,
    unit: "cores",
    description: "Cores that it keeps for other work and never offers; none where it is silent.",
    source: "seed 000 [0061]",
  },
  protocolInKey: {
    kind: "flag",
    description: "Whether flows that differ in their protocol alone are two sessions.",
    source: "seed 000 [0041], claim 47; D0-01",
  },
  dscpInKey: {
    kind: "flag",
    description: "Whether flows that differ in their DSCP alone are two sessions.",
    source: "seed 000 [0041]",
  },
  // Claim 46i holds for a session while it lives, and nothing says how long that is. Below this limit
  // a device could excuse any change by a pause.
  senderIdle: {
    kind: "number",
    minimum: 10_000,
    maximum: 86_400_000,
    unit: "milliseconds",
    description:
      "Pause after which the sender may forget a session. Where it is silent nobody knows what becomes of a session that pauses for longer than the least of these.",
    source: "seed 000 claim 46i; D0-14",
  },
  placement: {
    kind: "word",
    words: ["encapsulation", "tunnel", "payload"],
    description: "Where identities and session-IDs stand.",
    source: "seed 000 [0053], [0086], [0088]; D0-10",
  },
  identityEncrypted: {
    kind: "flag",
    description: "Whether identities are encrypted.",
    source: "seed 000 [0053]",
  },
  headerEncrypted: {
    kind: "flag",
    description: "Whether aggregated tunnel headers are encrypted.",
    source: "seed 000 [0086]",
  },
  cover: {
    kind: "word",
    words: ["none", "part", "whole"],
    description: "How much of a datagram is encrypted.",
    source: "seed 000 [0084], [0087]",
  },
  key: {
    kind: "text",
    pattern: "[0-9a-fA-F]{64}",
    form: "64 hexadecimal digits",
    description: "The secret of its aggregated tunnels, so that what it encrypts can be judged.",
    source: "D0-16",
  },
  provisioned: {
    kind: "text",
    pattern: "[0-9a-fA-F]{1,16}( [0-9a-fA-F]{1,16})*",
    form: "hexadecimal identities separated by spaces",
    description: "Identities of its peer's cores that were provisioned, and are not announced.",
    source: "seed 000 [0048], [0061]",
  },
  udp_port: {
    kind: "number",
    minimum: 1,
    maximum: 65_535,
    unit: "a UDP port",
    description: "Port of its tunnels, where no capture shows how they were set up.",
    source: "D0-10",
  },
} as const satisfies ParameterDefinitions;

/** The name of one. */
export type ParameterName = keyof typeof PARAMETERS;
