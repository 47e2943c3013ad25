/** What a suite says of its peers without their machines: names, and the rules of each. */
import type { L2tpOverrides } from "../../peers/l2tp/overrides.ts";
import { L2TP_RULES } from "../../peers/l2tp/rules.ts";
import { freshTesterConfig } from "../../peers/testing/l2tp_tester/names.ts";
import { PACKET_MUTATOR_RULES } from "../../peers/testing/packet_mutator.ts";
import type { ReferencePeers } from "../kit/suite.ts";

/** What is known of LAC, LNS and tester without them. */
export const L2TP_PEER_RULES = {
  name: "l2tp",
  udpPort: 1701,
  machines: { l2tp: L2TP_RULES, wire: PACKET_MUTATOR_RULES },
  stimulusFaults: {},
  configAt: (role, config, seed) => role === "tester" ? freshTesterConfig(config, seed) : config,
  farewell: (role) => role === "tester" ? { kind: "leave" } : undefined,
} satisfies Omit<ReferencePeers<L2tpOverrides>, "peer">;
