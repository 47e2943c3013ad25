/** What a profile may declare of an L2TP device besides its classes, and what RFC 2661 lets it be. */
import type { ParameterDefinitions } from "../kit/parameters.ts";

/** Milliseconds of the shortest cycle: three retransmissions, after 1, 2 and 4 seconds. */
const SHORTEST_CYCLE = 7000;
/** Milliseconds of a day, which is longer than any lab waits. */
const DAY = 86_400_000;

/** The parameters of a LAC or an LNS. */
export const L2TP_PARAMETERS = {
  retransmission_cycle: {
    description:
      "How long a tunnel that ended still acknowledges a StopCCN that comes again; 31 s unless told.",
    source: "RFC 2661 §5.7",
    ...{ kind: "number", minimum: SHORTEST_CYCLE, maximum: DAY, unit: "milliseconds" },
  },
  hello_interval: {
    description:
      "Silence after which a HELLO is sent, where it cannot be set; the configured time unless told.",
    source: "RFC 2661 §5.5, §6.5",
    ...{ kind: "number", minimum: 1000, maximum: DAY, unit: "milliseconds" },
  },
  data_checksums: {
    description:
      "Whether data has UDP checksums: false for a device whose option to leave them out is set.",
    source: "RFC 2661 §8.1",
    kind: "flag",
  },
  ppp: {
    description:
      "Whether the device has PPP in this lab: false for a daemon that runs without its PPP.",
    source: "none: it says what can be seen of the device",
    kind: "flag",
  },
} as const satisfies ParameterDefinitions;
