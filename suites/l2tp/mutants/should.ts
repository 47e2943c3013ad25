/** Mutants of what RFC 2661 recommends or leaves open, and of fragments: groups A, B, E, F and G. */
import type { Mutant } from "../../kit/mutant.ts";
import type { L2tpId } from "../requirements.ts";
import { both, mutant } from "./make.ts";

/** Octets of a UDP payload that fill an Ethernet frame. */
const WHOLE = 1472;

/** The mutants, in the order of the requirements that they break. */
export const SHOULD_MUTANTS: readonly Mutant<L2tpId>[] = [
  ...both("counts_identifiers", "Assigns the least identifier that is free", "L2TP-009", {
    assignsId(_random, taken) {
      let id = 1;
      while (taken(id)) id++;
      return id;
    },
  }),
  ...both("loses_fragments", "Loses what comes in fragments", "L2TP-030", {
    enters: (packet) => packet.length > WHOLE ? undefined : packet,
  }),
  mutant("lns", "tells_no_reason", "Refuses tunnels without telling why", "L2TP-051", {
    hostFault: { result: 1 },
    resourceFault: { result: 1 },
    shutdownFault: { result: 1 },
  }),
  ...both("sends_all_again", "Keeps its window open after a loss", "L2TP-066", {
    afterLoss: (cwnd, ssthresh) => ({ cwnd, ssthresh }),
  }),
  ...both("counts_data_alone", "Lets control messages put off no HELLO", "L2TP-071", {
    showsLife: (kind) => kind === "data",
  }),
];
