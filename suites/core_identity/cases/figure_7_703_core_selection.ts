/** FIG. 7, steps 702 and 703: the session of a datagram, and the core that it gets ([0069]-[0073]). */
import { hashOf } from "../../../peers/core_identity/session.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, inconclusive, isInconclusive, pass } from "../../kit/verdict.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_7 } from "../scenarios/figure_7.ts";
import { kit } from "../vocabulary.ts";
import { keepsIdentity, usesAnnounced } from "./identities.ts";
import { ignoresFlows, leastVariety } from "./pairs.ts";
import { announcedTo, identitiesOf, incompleteness } from "./premises.ts";

const needs = { wan: wanFacts };

/** Bits of chance that are ruled out: once in a million times all sessions get one core. */
const CHANCE = 20;
/** Sessions by which a set of cores is tried out. */
const MANY_SESSIONS = 16;

const classification = kit.testCase({
  name: "7/classification",
  title: "Sessions are told apart: many of them do not all get the same core",
  covers: ["CID-057", "CID-067"],
  on: [FIGURE_7.sixty_four_sessions, FIGURE_7.two_processors, FIGURE_7.sequential],
  judges: ["sender"],
  needs,
  standsAlone: true,
  stimulus(facts, evidence) {
    const found = announcedTo(facts, evidence);
    if (isInconclusive(found)) return found;
    const { sent, announcements } = found;

    if (announcements.some(({ tellsLoads }) => tellsLoads)) {
      return inconclusive("the receiver tells the loads of its cores: one may be the least loaded");
    }
    const open = announcements.map(({ identities, excluded, preferred, reserved }) =>
      preferred.length > 0
        ? preferred.length
        : identities.length - excluded.length - reserved.flatMap((rule) => rule.identities).length
    );
    const cores = Math.min(...open);
    if (cores < 2) return inconclusive("the receiver offers fewer than two cores");
    return (sent.sessions.length - 1) * Math.log2(cores) >= CHANCE
      ? { sent, cores }
      : inconclusive(`only ${sent.sessions.length} sessions were captured`);
  },
  judge: ({ wan }, { sent, cores }, evidence) => {
    const { sessions } = sent, [first] = sessions;
    if (sessions.some(({ identity }) => identity !== first.identity)) return pass;
    // A method that looks at an address alone gives all flows of one host the same core ([0072]).
    const chances = ignoresFlows(evidence) ? sessions.length : leastVariety(sessions);
    if ((chances - 1) * Math.log2(cores) < CHANCE) {
      return inconclusive("one core for all sessions may be selection by what they have in common");
    }
    const why = incompleteness(wan, sent, evidence);
    return why !== undefined ? inconclusive(why) : fail(
      `several cores for ${sessions.length} sessions`,
      `all carry identity ${first.identity}`,
      frameRefs(...sessions.slice(0, 4).map((session) => session.first)),
    );
  },
});

const firstAssignment = kit.testCase({
  name: "7/first_assignment",
  title: "The first datagram of a session gets an identity that the receiver announced",
  covers: ["CID-058"],
  on: [
    FIGURE_7.sixty_four_sessions,
    FIGURE_7.offline_cores,
    FIGURE_7.two_processors,
    FIGURE_7.two_cores,
  ],
  judges: ["sender"],
  needs,
  standsAlone: true,
  stimulus: announcedTo,
  judge: ({ wan }, found, evidence) => usesAnnounced(found, wan, evidence),
});

const laterAssignment = kit.testCase({
  name: "7/later_assignment",
  title: "Later datagrams carry the identity of the first, however many sessions came between",
  covers: ["CID-059"],
  on: [FIGURE_7.ten_thousand_sessions],
  judges: ["sender"],
  needs,
  stimulus(facts, evidence) {
    const sent = identitiesOf(facts, evidence);
    if (isInconclusive(sent)) return sent;
    const { length } = sent.sessions;
    const returning = sent.sessions.filter(({ packets }) => packets > 5);
    return length >= 10_000 && returning.length > 0
      ? returning
      : inconclusive(`${length} sessions were captured, ${returning.length} of which came back`);
  },
  judge: ({ wan }, returning, evidence) => keepsIdentity(returning, wan, evidence),
});

const followsInformation = kit.testCase({
  name: "7/follows_information",
  title: "Towards a receiver with fewer cores than others, only their identities are used",
  covers: ["CID-068"],
  on: [FIGURE_7.two_cores],
  judges: ["sender"],
  needs,
  stimulus(facts, evidence) {
    const found = announcedTo(facts, evidence);
    if (isInconclusive(found)) return found;
    const cores = Math.min(...found.announcements.map((announcement) => announcement.cores));
    const { length } = found.sent.sessions;
    return cores < 4 && length >= MANY_SESSIONS
      ? found
      : inconclusive(`${cores} cores were announced and ${length} sessions captured`);
  },
  judge: ({ wan }, found, evidence) => usesAnnounced(found, wan, evidence),
});

/** What a sender cannot keep that takes several sessions for one. */
const TOO_COARSE = [
  ...["CID-042", "CID-043"] as const,
  ...["CID-002", "CID-003", "CID-004", "CID-007", "CID-048", "CID-055"] as const,
  ...["CID-060", "CID-061", "CID-062", "CID-067", "CID-078", "CID-080"] as const,
];

/** The section. */
export const CORE_SELECTION: Section = {
  title: "FIG. 7, steps 702 and 703: sessions and their cores",
  checks: [
    classification,
    firstAssignment,
    laterAssignment,
    followsInformation,
  ],
  mutants: [
    kit.mutant({
      name: "classifies_by_destination",
      title: "Takes all datagrams to one destination for one session",
      role: "sender",
      violates: "CID-057",
      alsoViolates: TOO_COARSE,
      rules: { node: { sessionKey: (c) => c.destination } },
    }),
    kit.mutant({
      name: "one_identity_for_all",
      title: "Gives all sessions the same identity, as figure 5 does",
      role: "sender",
      violates: "CID-067",
      alsoViolates: [
        "CID-042",
        "CID-043",
        "CID-002",
        "CID-003",
        "CID-004",
        "CID-007",
        "CID-055",
        "CID-057",
        "CID-060",
        "CID-061",
        "CID-062",
      ],
      rules: { node: { selectCore: () => 1 } },
    }),
    kit.mutant({
      name: "selects_from_its_own_cores",
      title: "Selects out of its own cores, not the peer's",
      role: "sender",
      violates: "CID-058",
      alsoViolates: [
        "CID-042",
        "CID-043",
        "CID-007",
        "CID-031",
        "CID-054",
        "CID-055",
        "CID-060",
        "CID-061",
        "CID-062",
        "CID-099",
      ],
      rules: { node: { informationUsed: (_peer, own) => own } },
    }),
    kit.mutant({
      name: "forgets_live_sessions",
      title: "Forgets a session once 5,000 others began",
      role: "sender",
      violates: "CID-059",
      alsoViolates: ["CID-001"],
      rules: { node: { keepsSession: (since) => since < 5000 } },
    }),
    kit.mutant({
      name: "one_core_too_many",
      title: "Takes one core more in turn than the peer announced",
      role: "sender",
      violates: "CID-058",
      alsoViolates: [
        "CID-042",
        "CID-043",
        "CID-007",
        "CID-031",
        "CID-032",
        "CID-054",
        "CID-055",
        "CID-056",
        "CID-060",
        "CID-061",
        "CID-062",
        "CID-068",
        "CID-099",
        "CID-100",
      ],
      rules: {
        node: { selectCore: ({ identities }, { count }) => count % (identities.length + 1) },
      },
    }),
    kit.mutant({
      name: "classifies_by_source",
      title: "Takes all datagrams of one host for one session",
      role: "sender",
      violates: "CID-057",
      alsoViolates: TOO_COARSE,
      rules: { node: { sessionKey: (c) => c.source } },
    }),
    kit.mutant({
      name: "hashes_the_session_alone",
      title: "Derives the identity from the session alone, not from the peer's cores",
      role: "sender",
      violates: "CID-068",
      alsoViolates: [
        "CID-043",
        "CID-002",
        "CID-003",
        "CID-004",
        "CID-007",
        "CID-055",
        "CID-058",
        "CID-060",
        "CID-061",
        "CID-062",
        "CID-099",
      ],
      rules: {
        node: { selectCore: (_information, { sessionKey }) => hashOf(sessionKey) % 4 },
      },
    }),
  ],
};
