/** Tunnels of the aggregate: CID-064, CID-101, CID-104. */
import {
  coreIdentityCheck,
  fail,
  firstProblem,
  inconclusive,
  keepsIdentity,
  lanFacts,
  oneCoreEach,
  pass,
  refs,
  traceFacts,
  wanFacts,
  whenSent,
  whenTraced,
} from "./common.ts";
import { delivered } from "./delivery.ts";

/** The checks of this group. */
export const TUNNEL_CHECKS = [
  coreIdentityCheck(
    "7/several_tunnels",
    "A session's packets go through several connections, each packet through one",
    ["CID-064"],
    "sender",
    ["7/sessions", "7/transfer"],
    { wan: wanFacts },
    ({ wan }, evidence) =>
      whenSent(wan, (sent) => {
        const long = sent.sessions.filter((s) => s.packets >= 20);
        if (long.length === 0) return inconclusive("no session had twenty packets");
        if (sent.tunnels.size < 2 && evidence.world === "captures") {
          return inconclusive("the captures show one tunnel only");
        }
        if (sent.globals.repeats > 0) {
          return fail(
            "each packet on one connection",
            `${sent.globals.repeats} packets appear again`,
            refs(sent.firstRepeatedGlobal),
          );
        }
        return firstProblem(long, (s) =>
          s.tunnels.size >= 2
            ? undefined
            : fail(`${s.flow} on two connections or more`, `on ${s.tunnels.size}`, [s.first]));
      }),
  ),
  coreIdentityCheck(
    "common/no_added_reordering",
    "With core affinity a session is reordered no more on the LAN than it arrived",
    ["CID-101"],
    "receiver",
    ["7/jitter"],
    { wan: wanFacts, lan: lanFacts },
    ({ wan, lan }, evidence) =>
      whenSent(wan, (sent) => {
        const arrived = sent.arrivals.count();
        const out = lan.arrivals.get("receiver")?.count();
        if (out === undefined || arrived.datagrams === 0) return inconclusive("nothing arrived");
        const delayed = Object.values(evidence.linkCounters).some((c) => c.delayed > 0);
        if (!delayed || arrived.reordered === 0) {
          return inconclusive("the links reordered nothing");
        }
        return out.reordered <= arrived.reordered ? pass : fail(
          `at most ${arrived.reordered} of ${arrived.datagrams} reordered, as they arrived`,
          `${out.reordered} of ${out.datagrams}`,
          refs(sent.first),
        );
      }),
  ),
  coreIdentityCheck(
    "common/wan_change",
    "When an access network goes and comes back, sessions keep their identities and go on",
    ["CID-104"],
    "sender",
    ["7/wan_change"],
    { wan: wanFacts, lan: lanFacts },
    ({ wan, lan }, evidence) =>
      whenSent(wan, (sent) => {
        if ((evidence.linkCounters.s1?.lost ?? 0) === 0) {
          return inconclusive("the link lost nothing while it was down");
        }
        const kept = keepsIdentity(sent.sessions);
        return kept.verdict === "pass" ? delivered(lan, "sender") : kept;
      }),
  ),
  coreIdentityCheck(
    "common/wan_change_at_receiver",
    "When an access network goes and comes back, sessions keep their cores",
    ["CID-104"],
    "receiver",
    ["7/wan_change"],
    { wan: wanFacts, trace: traceFacts },
    (facts, evidence) =>
      whenTraced(facts, (trace, sent) => {
        if ((evidence.linkCounters.s1?.lost ?? 0) === 0) {
          return inconclusive("the link lost nothing while it was down");
        }
        return oneCoreEach(trace.sessions, sent);
      }),
  ),
];
