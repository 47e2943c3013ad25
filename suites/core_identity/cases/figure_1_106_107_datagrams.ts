/** FIG. 1, steps 106 and 107: datagrams with and without identity ([0039], [0042], [0045], [0046]). */
import { misreading } from "./packet_changes.ts";
import { RECEIVER_RULES } from "../../../peers/core_identity/rules.ts";
import type { CoreIdentityOverrides } from "../../../peers/core_identity/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, isInconclusive, pass } from "../../kit/verdict.ts";
import { lanFacts } from "../facts/lan.ts";
import { traceFacts } from "../facts/trace.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_1 } from "../scenarios/figure_1.ts";
import { kit } from "../vocabulary.ts";
import { coresNamed, oneCoreEach, processedAll, undisturbed } from "./cores.ts";
import { delivered } from "./delivery.ts";
import { carriedWork, dataInForm1, reportsTo, workInForm1 } from "./figure_1_premises.ts";

const needs = { wan: wanFacts, trace: traceFacts };
const carrying = { ...needs, lan: lanFacts };

const reportedAgain = kit.testCase({
  name: "1/reported_again",
  title: "A datagram that lost its identity is processed, and its session reported again",
  covers: ["CID-012"],
  on: [FIGURE_1.stripped],
  judges: ["receiver"],
  needs: carrying,
  stimulus(facts, evidence) {
    const found = carriedWork(facts, evidence);
    if (isInconclusive(found)) return found;
    const stripped = found.carried.sent.sessions.filter(({ untagged, packets, ...session }) =>
      // Others begin without identity, and go on with one.
      session.identity !== "" && untagged > 3 && untagged < packets &&
      (session.lastUntaggedTime ?? 0) > session.firstTime
    );
    return stripped.length > 0
      ? { ...found, stripped }
      : inconclusive("no session had datagrams with and without identity");
  },
  judge: ({ wan }, { work, carried, stripped }) => {
    const reports = reportsTo(wan, "sender");
    return gravest(
      gravestOf(work, "receiver", (node) => processedAll(node) ?? pass),
      delivered(carried),
      gravestOf(stripped, "session", ({ flow, untagged, firstUntagged }) => {
        const times = reports.get(flow)?.length ?? 0;
        return times > 1 ? undefined : fail(
          `${flow}, ${untagged} of whose datagrams have no identity, is reported again`,
          `there ${times === 1 ? "is 1 report" : "is none"}`,
          frameRefs(firstUntagged),
        );
      }),
    );
  },
});

const untaggedOnOneCore = kit.testCase({
  name: "1/untagged_on_one_core",
  title: "Datagrams without identity go to the core that their session has",
  covers: ["CID-014", "CID-018"],
  on: [FIGURE_1.untagged],
  judges: ["receiver"],
  needs,
  stimulus(facts, evidence) {
    const sent = dataInForm1(facts, evidence);
    if (isInconclusive(sent)) return sent;
    return sent.untagged === sent.packets
      ? workInForm1(facts, evidence)
      : inconclusive("packets carry identities");
  },
  judge: (_, work) =>
    gravestOf(work, "receiver", (node) => oneCoreEach(undisturbed(node), node.sent)),
});

const coreNamed = kit.testCase({
  name: "1/core_named",
  title: "A datagram that names a core is processed by it, whatever core its session has",
  covers: ["CID-015"],
  on: [FIGURE_1.other_cores],
  judges: ["receiver"],
  needs,
  stimulus(facts, evidence) {
    const work = workInForm1(facts, evidence);
    if (isInconclusive(work)) return work;
    const changed = work.some(({ sessions }) => sessions.some((session) => session.changed > 0));
    return changed ? work : inconclusive("no session named several cores");
  },
  judge: (_, work) => gravestOf(work, "receiver", coresNamed),
});

const unchanged = kit.testCase({
  name: "1/unchanged",
  title: "What was processed reaches its host unchanged",
  covers: ["CID-016"],
  on: [FIGURE_1.sessions, FIGURE_1.untagged],
  judges: ["receiver"],
  needs: carrying,
  stimulus(facts, evidence) {
    const found = carriedWork(facts, evidence);
    return isInconclusive(found) ? found : found.carried;
  },
  judge: (_, carried) => delivered(carried),
});

const harmlessUnknown = kit.testCase({
  name: "1/harmless_unknown",
  title: "A datagram with an identity that nobody gave is handled as one without",
  covers: ["CID-022"],
  on: [FIGURE_1.unknown_identities],
  judges: ["receiver"],
  needs: carrying,
  stimulus(facts, evidence) {
    const found = carriedWork(facts, evidence);
    if (isInconclusive(found)) return found;
    const known = new Set(found.work.flatMap(({ trace }) => [...trace.cores.values()]));
    const unknown = found.carried.sent.sessions.flatMap(({ changes }) => changes)
      .filter(({ identity }) => !known.has(identity));
    return unknown.length > 0
      ? { ...found, unknown }
      : inconclusive("no packet has an identity that is none of the receiver's");
  },
  judge: (_, { work, carried, unknown }) =>
    gravest(
      delivered(carried),
      gravestOf(work, "receiver", (node) => processedAll(node) ?? pass),
      gravestOf(work, "receiver", ({ trace }) => {
        const odd = [...trace.sessions].find(([, { cores }]) =>
          [...cores.keys()].some((core) => !trace.cores.has(core))
        );
        return odd === undefined ? pass : fail(
          "work by cores that there are",
          `${odd[0]} on core ${[...odd[1].cores.keys()].join(", ")}`,
          frameRefs(unknown[0].frame),
        );
      }),
    ),
});

const DELIVERY = [
  ...["CID-002"] as const,
  ...[
    "CID-008",
    "CID-021",
    "CID-011",
    "CID-012",
    "CID-016",
    "CID-022",
    "CID-033",
    "CID-037",
  ] as const,
  ...["CID-039", "CID-065", "CID-074", "CID-076", "CID-086", "CID-087", "CID-097"] as const,
  ...["CID-100", "CID-101", "CID-102", "CID-103", "CID-104", "CID-106", "CID-110"] as const,
];

/** The section. */
export const REPORTED_DATAGRAMS: Section<CoreIdentityOverrides> = {
  title: "FIG. 1, steps 106 and 107: datagrams",
  checks: [
    reportedAgain,
    untaggedOnOneCore,
    coreNamed,
    unchanged,
    harmlessUnknown,
  ],
  mutants: [
    kit.mutant({
      name: "reports_once",
      title: "Reports a session once, and never again",
      role: "receiver",
      violates: "CID-012",
      rules: { node: { reports: (before) => before === 0 } },
    }),
    kit.mutant({
      name: "drops_the_untagged",
      title: "Drops datagrams without identity, all but the first few of an aggregated tunnel",
      role: "receiver",
      violates: "CID-012",
      alsoViolates: DELIVERY,
      rules: misreading((packet) =>
        packet.identity === undefined && packet.globalSequence > 60 ? undefined : packet
      ),
    }),
    kit.mutant({
      name: "spreads_the_untagged",
      title: "Gives datagrams to cores by the tunnel that they came by",
      role: "receiver",
      violates: "CID-014",
      alsoViolates: [
        ...["CID-021"] as const,
        ...["CID-001", "CID-010", "CID-011", "CID-015", "CID-018", "CID-019", "CID-038"] as const,
        ...["CID-039", "CID-066", "CID-075", "CID-088", "CID-089", "CID-090", "CID-091"] as const,
        ...["CID-016", "CID-077", "CID-093", "CID-098", "CID-110"] as const,
      ],
      rules: { node: { coreUsed: (_named, { tunnelId }, cores) => tunnelId % cores } },
    }),
    kit.mutant({
      name: "stored_core_wins",
      title: "Lets the core that a session is bound to do the work, whatever datagrams name",
      role: "receiver",
      violates: "CID-015",
      alsoViolates: ["CID-066"],
      rules: { node: { coreOfTagged: (named, stored) => stored ?? named } },
    }),
    kit.mutant({
      name: "first_one_elsewhere",
      title: "Processes the first datagram of a session by the core before its own",
      role: "receiver",
      violates: "CID-018",
      alsoViolates: [
        ...["CID-021"] as const,
        ...["CID-001", "CID-010", "CID-011", "CID-014", "CID-019", "CID-075", "CID-077"] as const,
        ...["CID-088", "CID-089", "CID-090", "CID-093", "CID-098"] as const,
      ],
      rules: { node: { storedCore: (selected, cores) => (selected + 1) % cores } },
    }),
    kit.mutant({
      name: "leaves_octets_in_front",
      title: "Hands datagrams on with an octet of the tunnel in front of their end",
      role: "receiver",
      violates: "CID-016",
      alsoViolates: DELIVERY,
      rules: {
        node: {
          decapsulated: (datagram) => {
            const changed = datagram.slice();
            changed[changed.length - 1] ^= 0xff;
            return changed;
          },
        },
      },
    }),
    kit.mutant({
      name: "loses_unknown_identities",
      title: "Loses datagrams whose identity it does not know",
      role: "receiver",
      violates: "CID-022",
      alsoViolates: ["CID-108", "CID-110"],
      rules: {
        node: {
          coreOfIdentity: (identity, offered) =>
            RECEIVER_RULES.coreOfIdentity(identity, offered) ?? Number(identity & 0xffffn) + 1000,
        },
      },
    }),
  ],
};
