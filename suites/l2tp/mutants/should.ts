/** Mutants of what RFC 2661 recommends or leaves open, and of fragments: groups A, B, E, F and G. */
import { both, type L2tpMutant, mutant } from "./make.ts";

/** Octets of a UDP payload that fill an Ethernet frame. */
const WHOLE = 1472;

/** The mutants, in the order of the requirements that they break. */
export const SHOULD_MUTANTS: readonly L2tpMutant[] = [
  ...both("counts_identifiers", "Assigns the least identifier that is free", "L2TP-009", {
    l2tp: {
      assignsId(_random, taken) {
        let id = 1;
        while (taken(id)) id++;
        return id;
      },
    },
  }),
  ...both("loses_fragments", "Loses what comes in fragments", "L2TP-030", {
    wire: { ingress: (packet) => packet.length > WHOLE ? undefined : packet },
  }),
  mutant("lns", "tells_no_reason", "Refuses tunnels without telling why", "L2TP-051", {
    l2tp: {
      hostFault: { result: 1 },
      resourceFault: { result: 1 },
      shutdownFault: { result: 1 },
    },
  }),
  ...both("sends_all_again", "Keeps its window open after a loss", "L2TP-066", {
    l2tp: { afterLoss: (cwnd, ssthresh) => ({ cwnd, ssthresh }) },
  }),
  ...both("counts_data_alone", "Lets control messages put off no HELLO", "L2TP-071", {
    l2tp: { showsLife: (kind) => kind === "data" },
  }),
];
