/** [0029]: a sender with several receivers. */
import type { Section } from "../../kit/suite.ts";
import { gravestOf, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { declared } from "../facts/declared.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_7_NETWORKS } from "../scenarios/figure_7_networks.ts";
import { kit } from "../vocabulary.ts";
import { byBeginning, inTurn, usesAnnounced } from "./identities.ts";
import { announcedTo, incompleteness } from "./premises.ts";

const tablesByPeer = kit.testCase({
  name: "session/tables_by_peer",
  title: "Each peer's sessions get identities out of that peer's own set",
  covers: ["CID-007"],
  on: [FIGURE_7_NETWORKS.two_receivers],
  judges: ["sender"],
  needs: { wan: wanFacts },
  standsAlone: true,
  stimulus(facts, evidence) {
    const found = announcedTo(facts, evidence);
    if (isInconclusive(found)) return found;
    const peers = new Set(found.sent.sessions.map(({ aggregate }) => aggregate));
    return peers.size > 1 ? found : inconclusive("data to one receiver only was captured");
  },
  judge: ({ wan }, found, evidence) => usesAnnounced(found, wan, evidence),
});

const countedByPeer = kit.testCase({
  name: "session/counted_by_peer",
  title: "In turn, each peer's sessions are counted for that peer alone",
  covers: ["CID-007"],
  on: [FIGURE_7_NETWORKS.two_receivers_in_turn],
  judges: ["sender"],
  needs: { wan: wanFacts },
  stimulus(facts, evidence) {
    const found = announcedTo(facts, evidence);
    if (isInconclusive(found)) return found;
    if (declared(evidence, "sender", "selection") !== "sequential") {
      return inconclusive("the sequential policy is neither asked for nor declared");
    }
    const why = incompleteness(facts.wan, found.sent, evidence);
    if (why !== undefined) return inconclusive(why);
    const peers = [...Map.groupBy(found.sent.sessions, ({ aggregate }) => aggregate)];
    return peers.length > 1 && peers.every(([, sessions]) => sessions.length > 2)
      ? { ...found, peers }
      : inconclusive("fewer than three sessions to each of two receivers were captured");
  },
  judge: (_, { announcements, peers }, evidence) =>
    gravestOf(peers, "receiver", ([aggregate, sessions]) => {
      const announced = announcements.filter((one) => one.aggregate === aggregate);
      if (announced.length === 0) return inconclusive("a receiver announced no cores");
      const { identities } = announced[0];
      return inTurn(byBeginning(sessions, evidence), identities, announced[0]);
    }),
});

/** The section. */
export const SESSION_PEERS: Section = {
  title: "[0029]: several receivers",
  checks: [tablesByPeer, countedByPeer],
  mutants: [
    kit.mutant({
      name: "one_table_for_all_peers",
      title: "Keeps one session table for all peers",
      role: "sender",
      violates: "CID-007",
      rules: { node: { tableOf: () => "all" } },
    }),
  ],
};
