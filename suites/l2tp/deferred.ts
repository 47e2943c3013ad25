/** The reference peers of RFC 2661 for the suite, which mostly judges: their machines come when asked for. */
import type { L2tpOverrides } from "../../peers/l2tp/overrides.ts";
import { L2TP_RULES } from "../../peers/l2tp/rules.ts";
import { freshTesterConfig } from "../../peers/testing/l2tp_tester/names.ts";
import { PACKET_MUTATOR_RULES } from "../../peers/testing/packet_mutator.ts";
import { deferredPeers } from "../kit/deferred_peers.ts";
import type { ReferencePeers } from "../kit/suite.ts";

/** What is known of LAC, LNS and tester without them. */
export const L2TP_KNOWN = {
  name: "l2tp",
  udpPort: 1701,
  machines: { l2tp: L2TP_RULES, wire: PACKET_MUTATOR_RULES },
  stimulusFaults: {},
  configAt: (role, config, seed) => role === "tester" ? freshTesterConfig(config, seed) : config,
} satisfies Omit<ReferencePeers<L2tpOverrides>, "peer">;

/** LAC, LNS and tester, once they are loaded. */
export const L2TP_DEFERRED: ReferencePeers<L2tpOverrides> = deferredPeers<L2tpOverrides>(
  L2TP_KNOWN,
  async () => (await import("./peers.ts")).L2TP_PEERS,
);
