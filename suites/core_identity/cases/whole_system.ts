/** What holds for the system as a whole: claims 41 and 50 end to end, [0003] to [0005], [0030], [0037]. */
import type { Evidence } from "../../kit/evidence.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, isInconclusive, pass } from "../../kit/verdict.ts";
import { lanFacts } from "../facts/lan.ts";
import { traceFacts } from "../facts/trace.ts";
import { wanFacts } from "../facts/wan.ts";
import type { CoreIdentityRole } from "../requirements/classes.ts";
import { FIGURE_7_NETWORKS } from "../scenarios/figure_7_networks.ts";
import { FIGURE_9 } from "../scenarios/figure_9.ts";
import { kit } from "../vocabulary.ts";
import { coresNamed, oneCoreEach, processedAll, undisturbed } from "./cores.ts";
import { carriedBy, delivered, takenInBy } from "./delivery.ts";
import { keepsIdentity } from "./identities.ts";
import { dataOf, givesOneForAll, identitiesOf, PEER, workByIdentity, workOf } from "./premises.ts";

const needs = { wan: wanFacts, lan: lanFacts };
const traced = { ...needs, trace: traceFacts };

const endToEndSender = kit.testCase({
  name: "common/end_to_end_sender",
  title:
    "Every datagram of a transfer leaves with an identity, in one packet of one tunnel at a time",
  covers: ["CID-100"],
  on: [FIGURE_7_NETWORKS.transfer],
  judges: ["sender"],
  needs,
  stimulus(facts, evidence) {
    const entered = takenInBy(facts, evidence);
    if (isInconclusive(entered)) return entered;
    const sent = identitiesOf(facts, evidence);
    if (isInconclusive(sent)) return sent;
    return sent.unreadable > 0
      ? inconclusive(`${sent.unreadable} packets of the sender cannot be opened`)
      : { entered, sent };
  },
  judge: ({ wan }, { entered, sent }, evidence) => {
    const left = new Set(sent.sessions.map(({ flow }) => flow));
    const lost = entered.find(({ flow }) => !left.has(flow));
    return gravest(
      lost && fail(`${lost.flow} leaves by the tunnels`, "it does not", frameRefs(lost.firstSent)),
      sent.repeats === 0 ? undefined : fail(
        "each packet once",
        `${sent.repeats} global sequence numbers appear again`,
        frameRefs(sent.firstRepeat),
      ),
      keepsIdentity(sent.sessions, wan, evidence),
    );
  },
});

const endToEndReceiver = kit.testCase({
  name: "common/end_to_end_receiver",
  title:
    "Every datagram of a transfer is processed by the core that its identity names, and forwarded",
  covers: ["CID-100"],
  on: [FIGURE_7_NETWORKS.transfer],
  judges: ["receiver"],
  needs: traced,
  stimulus(facts, evidence) {
    const work = workByIdentity(facts, evidence);
    if (isInconclusive(work)) return work;
    const carried = carriedBy(facts, evidence);
    return isInconclusive(carried) ? carried : { work, carried };
  },
  judge: (_, { work, carried }) =>
    gravest(
      gravestOf(work, "receiver", (node) => gravest(processedAll(node), coresNamed(node))),
      delivered(carried),
    ),
});

const bothDirections = (role: CoreIdentityRole) =>
  kit.testCase({
    name: `common/both_directions_${role}`,
    title: "The rules hold in the reverse direction too: identities, cores, delivery",
    covers: ["CID-102"],
    on: [FIGURE_7_NETWORKS.transfer],
    judges: [role],
    needs: traced,
    stimulus(facts, evidence) {
      const back = dataOf(facts, "receiver");
      if (isInconclusive(back)) return back;
      const there = dataOf(facts);
      if (!isInconclusive(there) && there.untagged === there.packets) {
        return inconclusive("no packet of the sender carries an identity (FIG. 8)");
      }
      // [0060] leaves it open whether the sender of FIG. 5 gives an identity as well.
      if (givesOneForAll(facts.wan, "receiver") && !givesOneForAll(facts.wan, "sender")) {
        return inconclusive("the receiver alone gave an identity for the aggregated tunnel");
      }
      const work = workOf(facts, evidence, "sender");
      if (isInconclusive(work)) return work;
      const carried = carriedBy(facts, evidence, "receiver");
      return isInconclusive(carried) ? carried : { back, work, carried };
    },
    judge: ({ wan }, { back, work, carried }, evidence) =>
      gravest(
        keepsIdentity(back.sessions, wan, evidence),
        gravestOf(work, PEER.receiver, processedAll),
        delivered(carried),
      ),
  });

const ipVersions = (role: CoreIdentityRole) =>
  kit.testCase({
    name: `common/ip_versions_${role}`,
    title: "IPv4 and IPv6 datagrams are carried over IPv4 and over IPv6",
    covers: ["CID-106"],
    on: [FIGURE_7_NETWORKS.inner_ipv6, FIGURE_7_NETWORKS.outer_ipv6],
    judges: [role],
    needs,
    stimulus(facts, evidence) {
      const carried = carriedBy(facts, evidence);
      if (isInconclusive(carried)) return carried;
      const sent = identitiesOf(facts, evidence);
      if (isInconclusive(sent)) return sent;
      const versions = new Set(carried.flows.map(({ ipVersion }) => ipVersion));
      return versions.size > 1 ? carried : inconclusive("not both IP versions went in");
    },
    judge: ({ wan }, carried, evidence) =>
      gravest(keepsIdentity(carried.sent.sessions, wan, evidence), delivered(carried)),
  });

/** Whether a link was cut while packets were on their way. */
function wasCut({ stimuli, linkCounters }: Evidence): boolean {
  const cut = stimuli.filter(({ kind }) => kind === "link").map(({ name }) => String(name));
  return cut.some((link) => (linkCounters[link]?.lost ?? 0) > 0);
}

const wanChange = kit.testCase({
  name: "common/wan_change",
  title: "When an access network goes and comes back, sessions keep their identities and go on",
  covers: ["CID-104"],
  on: [FIGURE_7_NETWORKS.wan_change, FIGURE_9.wan_change],
  judges: ["sender"],
  needs,
  stimulus(facts, evidence) {
    if (!wasCut(evidence)) return inconclusive("no link lost anything while it was down");
    const sent = identitiesOf(facts, evidence);
    if (isInconclusive(sent)) return sent;
    const flows = takenInBy(facts, evidence);
    return isInconclusive(flows) ? flows : { sent, flows };
  },
  judge: ({ lan, wan }, { sent, flows }, evidence) =>
    gravest(keepsIdentity(sent.sessions, wan, evidence), delivered({ lan, flows })),
});

const wanChangeAtReceiver = kit.testCase({
  name: "common/wan_change_at_receiver",
  title: "When an access network goes and comes back, sessions keep their cores",
  covers: ["CID-104"],
  on: [FIGURE_7_NETWORKS.wan_change, FIGURE_9.wan_change],
  judges: ["receiver"],
  needs: { wan: wanFacts, trace: traceFacts },
  stimulus: (facts, evidence) =>
    wasCut(evidence)
      ? workOf(facts, evidence)
      : inconclusive("no link lost anything while it was down"),
  judge: (_, work) =>
    gravestOf(work, "receiver", (node) => oneCoreEach(undisturbed(node), node.sent)),
});

const noAddedReordering = kit.testCase({
  name: "common/no_added_reordering",
  title: "With core affinity a session is reordered no more on the LAN than it arrived",
  covers: ["CID-101"],
  on: [FIGURE_7_NETWORKS.jitter],
  judges: ["receiver"],
  needs,
  stimulus(facts, evidence) {
    const sent = dataOf(facts);
    if (isInconclusive(sent)) return sent;
    const isDelayed = Object.values(evidence.linkCounters).some(({ delayed }) => delayed > 0);
    const arrived = sent.arrivals.count();
    if (!isDelayed || arrived.reordered === 0) {
      return inconclusive("the links reordered nothing");
    }
    const out = [...facts.lan.arrivals].filter(([node]) =>
      evidence.nodes[node]?.role === "receiver"
    )
      .map(([, arrivals]) => arrivals.count());
    return out.length === 1
      ? { sent, arrived, out: out[0] }
      : inconclusive("no datagram came out at the receiver");
  },
  judge: (_, { sent, arrived, out }) =>
    out.reordered <= arrived.reordered ? pass : fail(
      `at most ${arrived.reordered} of ${arrived.datagrams} reordered, as they arrived`,
      `${out.reordered} of ${out.datagrams}`,
      frameRefs(sent.first),
    ),
});

/** The section. */
export const WHOLE_SYSTEM: Section = {
  title: "Claims 41 and 50, [0003] to [0005], [0030], [0037]: the system as a whole",
  checks: [
    endToEndSender,
    endToEndReceiver,
    bothDirections("sender"),
    bothDirections("receiver"),
    ipVersions("sender"),
    ipVersions("receiver"),
    wanChange,
    wanChangeAtReceiver,
    noAddedReordering,
  ],
  mutants: [
    kit.mutant({
      name: "forgets_identities_in_bulk",
      title: "Leaves the identity off every thousandth datagram",
      role: "sender",
      violates: "CID-100",
      alsoViolates: ["CID-001", "CID-063", "CID-099"],
      rules: {
        node: {
          identityOfPiece: (identity, _index, number) =>
            number % 1000 === 999 ? undefined : identity,
        },
      },
    }),
    kit.mutant({
      name: "receives_nothing_back",
      title: "Takes data in only when the peer opened the aggregate",
      role: "sender",
      violates: "CID-102",
      rules: { node: { receivesFrom: (initiatedByUs) => !initiatedByUs } },
    }),
    kit.mutant({
      name: "withholds_datagrams",
      title: "Withholds every hundredth datagram",
      role: "receiver",
      violates: "CID-100",
      alsoViolates: ["CID-065", "CID-086", "CID-110"],
      rules: { node: { forwards: (number) => number % 100 !== 99 } },
    }),
    kit.mutant({
      name: "holds_datagrams_back",
      title: "Forwards every seventh datagram after the one that follows it",
      role: "receiver",
      violates: "CID-101",
      alsoViolates: ["CID-030", "CID-065", "CID-086", "CID-087", "CID-100", "CID-108", "CID-110"],
      rules: { node: { holdsBack: (number) => number % 7 === 6 } },
    }),
    kit.mutant({
      name: "answers_without_identity",
      title: "Sends its own data back without an identity",
      role: "receiver",
      violates: "CID-102",
      rules: { node: { identityOfPiece: () => undefined } },
    }),
  ],
};
