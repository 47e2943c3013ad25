/** The reference peers of RFC 2661, and the tester that plays opposite to them. */
import { LacMachine } from "../../peers/l2tp/lac.ts";
import { LnsMachine } from "../../peers/l2tp/lns.ts";
import type { L2tpOverrides } from "../../peers/l2tp/overrides.ts";
import { L2tpTester } from "../../peers/testing/l2tp_tester/tester.ts";
import { PacketMutator } from "../../peers/testing/packet_mutator.ts";
import type { ReferencePeers } from "../kit/suite.ts";
import { L2TP_PEER_RULES } from "./peer_rules.ts";

/** LAC, LNS and tester. */
export const L2TP_PEERS: ReferencePeers<L2tpOverrides> = {
  ...L2TP_PEER_RULES,
  peer(role, config, environment, { l2tp, wire }) {
    if (role === "tester") return new L2tpTester(config, environment);
    const make = role === "lac" ? LacMachine : LnsMachine;
    return PacketMutator.around(new make(config, environment, l2tp), wire);
  },
};
