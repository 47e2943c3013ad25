/** FIG. 1, steps 102 to 105: sessions are bound to cores, and reported ([0040] to [0043]). */
import { AttributeType } from "../../../captures/wire/core_identity_control.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import type { CoreIdentityOverrides } from "../../../peers/core_identity/overrides.ts";
import { SENDER_RULES } from "../../../peers/core_identity/rules.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, isInconclusive, pass } from "../../kit/verdict.ts";
import { declared } from "../facts/declared.ts";
import { lanFacts } from "../facts/lan.ts";
import { traceFacts } from "../facts/trace.ts";
import { wanFacts } from "../facts/wan.ts";
import type { WanSession } from "../facts/wan_types.ts";
import { FIGURE_1 } from "../scenarios/figure_1.ts";
import { kit } from "../vocabulary.ts";
import { isNameOf, processedAll } from "./cores.ts";
import { carriedBy, delivered } from "./delivery.ts";
import { reportsTo, workInForm1 } from "./figure_1_premises.ts";
import { FEW } from "./identities.ts";
import { isData, saying } from "./packet_changes.ts";
import type { Work } from "./premises.ts";

const needs = { wan: wanFacts, trace: traceFacts };

const everyNetwork = kit.testCase({
  name: "1/every_network",
  title: "Datagrams are accepted from every access network, first ones too",
  covers: ["CID-008"],
  on: [FIGURE_1.networks],
  judges: ["receiver"],
  needs: { ...needs, lan: lanFacts },
  stimulus(facts, evidence) {
    const work = workInForm1(facts, evidence);
    if (isInconclusive(work)) return work;
    const carried = carriedBy(facts, evidence);
    if (isInconclusive(carried)) return carried;
    return carried.sent.tunnels.size > 1
      ? { work, carried }
      : inconclusive("all packets came by one tunnel");
  },
  judge: (_, { work, carried }) =>
    gravest(
      gravestOf(work, "receiver", (node) => processedAll(node) ?? pass),
      delivered(carried),
    ),
});

const newAndKnown = kit.testCase({
  name: "1/new_and_known",
  title: "The first datagram of a session, and no later one, makes a new session",
  covers: ["CID-009"],
  on: [FIGURE_1.untagged, FIGURE_1.sessions],
  judges: ["receiver"],
  needs,
  stimulus(facts, evidence) {
    const work = workInForm1(facts, evidence);
    if (isInconclusive(work)) return work;
    return work.some(({ trace }) => trace.bindings.length > 0)
      ? work
      : inconclusive("the receiver's trace tells of no binding");
  },
  judge: (_, work) =>
    gravestOf(work, "receiver", ({ trace, sessions, sent }) => {
      const bound = trace.bindings.length, whole = sessions.length;
      return bound === whole ? pass : fail(
        `${whole} sessions are found to be new, once each`,
        `${bound} were`,
        frameRefs(sent.first),
      );
    }),
});

const oneCoreAndIdentity = kit.testCase({
  name: "1/one_core_and_identity",
  title: "A new session is bound to one core, and the reported identity leads back to that core",
  covers: ["CID-010"],
  on: [FIGURE_1.sessions, FIGURE_1.untagged],
  judges: ["receiver"],
  needs,
  stimulus(facts, evidence) {
    const work = workInForm1(facts, evidence);
    if (isInconclusive(work)) return work;
    const reports = reportsTo(facts.wan, "sender");
    return reports.size > 0 ? { work, reports } : inconclusive("no report was captured");
  },
  judge: (_, { work, reports }) =>
    gravestOf(
      work,
      "receiver",
      ({ trace, sessions }) =>
        gravestOf(sessions.filter(isOfOneCore), "session", (session) => {
          const worked = workedOn(trace, session);
          const [report] = reports.get(session.flow) ?? [];
          if (worked === undefined || report === undefined) return undefined;
          const named = [...trace.cores].find(([, identity]) => identity === report.identity)?.[0];
          return worked.size === 1 && worked.has(named ?? -1) ? undefined : fail(
            `${session.flow} on one core, whose identity is reported`,
            `on ${[...worked.keys()].join(", ")}, reported is ${report.identity}` +
              (named === undefined ? ", which is that of no core" : `, that of core ${named}`),
            frameRefs(
              session.first ?? session.firstUntagged,
              (report.departure ?? report.arrival)!.frame,
            ),
          );
        }),
    ),
});

/** Whether the datagrams of a session name one core at most: others are worked on by all of them. */
const isOfOneCore = ({ changed }: WanSession) => changed === 0;

/** Whether more came of a session than the first few datagrams, after which it may be reported ([0049]). */
const isLong = ({ packets }: WanSession) => packets > FEW;

/** Packets by core of a session, as the trace calls it. */
function workedOn(trace: Work["trace"], session: Work["sessions"][number]) {
  return [...trace.sessions].find(([name]) => isNameOf(name, session))?.[1].cores;
}

const everyoneReported = kit.testCase({
  name: "1/everyone_reported",
  title: "Each session is reported to its sender, with the identity of its core",
  covers: ["CID-011"],
  on: [FIGURE_1.sessions, FIGURE_1.networks, FIGURE_1.protocols, FIGURE_1.protocols_ipv6],
  judges: ["receiver"],
  needs,
  stimulus(facts, evidence) {
    return declared(evidence, "receiver", "reports") === false
      ? inconclusive("the receiver is told to report nothing")
      : workInForm1(facts, evidence);
  },
  judge: ({ wan }, work) => {
    const reports = reportsTo(wan, "sender");
    return gravestOf(
      work,
      "receiver",
      ({ trace, sessions }) =>
        gravestOf(sessions.filter(isOfOneCore).filter(isLong), "session", (session) => {
          const own = reports.get(session.flow) ?? [], worked = workedOn(trace, session);
          // A trace that calls sessions by names of its own tells the cores that there are.
          const cores = worked?.keys() ?? trace.cores.keys();
          const identities = [...cores].map((core) => trace.cores.get(core));
          // Where it names another core, that one gets the datagrams which follow it.
          const isOne = own.length > 0 && (identities.length === 1 || worked === undefined);
          if (isOne && own.every(({ identity }) => identities.includes(identity))) return undefined;
          return fail(
            `a report of ${session.flow} with the identity of its core, ${identities.join(", ")}`,
            own.length === 0
              ? "there is none"
              : `it names ${own.map((r) => r.identity).join(", ")}`,
            frameRefs(
              session.firstUntagged ?? session.first,
              (own[0]?.departure ?? own[0]?.arrival)?.frame,
            ),
          );
        }),
    );
  },
});

/** A receiver that does not hear what comes from some of the sender's networks, untagged. */
function deafTo(isDeaf: (address: string) => boolean): CoreIdentityOverrides {
  return {
    wire: {
      ingress: (packet, from) =>
        isData(packet) && packet[1] >> 6 === 0 && isDeaf(from?.address ?? "") ? undefined : packet,
    },
  };
}

/** A receiver whose reports leave for some sessions alone, by the octets that name them. */
function reportingOnly(isReported: (session: Uint8Array) => boolean): CoreIdentityOverrides {
  const { session } = AttributeType;
  return saying((message) => ({
    ...message,
    attributes: message.attributes.filter(({ type, value }) =>
      type !== session || isReported(value)
    ),
  }));
}

const REPORTS = ["CID-001", "CID-010", "CID-011", "CID-012", "CID-019"] as const;

/** The section. */
export const REPORTED_CORES: Section<CoreIdentityOverrides> = {
  title: "FIG. 1, steps 102 to 105: reports",
  checks: [everyNetwork, newAndKnown, oneCoreAndIdentity, everyoneReported],
  mutants: [
    kit.mutant({
      name: "hears_one_network",
      title: "Takes first datagrams from the sender's first access network alone",
      role: "receiver",
      violates: "CID-008",
      alsoViolates: [
        "CID-021",
        "CID-002",
        "CID-011",
        "CID-012",
        "CID-014",
        "CID-016",
        "CID-018",
        "CID-022",
        "CID-065",
        "CID-074",
        "CID-075",
        "CID-076",
        "CID-110",
      ],
      rules: deafTo((address) => !/\.1\.\d+$|^[^.]*$/.test(address)),
    }),
    kit.mutant({
      name: "everything_is_new",
      title: "Takes every datagram without identity for the first of a session",
      role: "receiver",
      violates: "CID-009",
      alsoViolates: [
        "CID-001",
        "CID-005",
        "CID-010",
        "CID-011",
        "CID-014",
        "CID-018",
        "CID-019",
        "CID-075",
        "CID-076",
        "CID-077",
      ],
      rules: {
        node: {
          sessionKey: (c, criteria, number) =>
            `${SENDER_RULES.sessionKey(c, criteria, number)} datagram ${number}`,
        },
      },
    }),
    kit.mutant({
      name: "identity_of_the_next_core",
      title: "Reports the identity of the core beside the one that it bound",
      role: "receiver",
      violates: "CID-010",
      alsoViolates: REPORTS,
      rules: { node: { identityInReport: (identity) => identity ^ 1n } },
    }),
    kit.mutant({
      name: "identity_of_no_core",
      title: "Reports an identity that leads to no core",
      role: "receiver",
      violates: "CID-010",
      alsoViolates: REPORTS,
      rules: { node: { identityInReport: (identity) => identity + 100n } },
    }),
    kit.mutant({
      name: "identity_of_the_session_before",
      title: "Reports for a session the identity of the session reported before",
      role: "receiver",
      violates: "CID-011",
      alsoViolates: REPORTS,
      rules: { node: { identityInReport: (identity, latest) => latest ?? identity } },
    }),
    kit.mutant({
      name: "reports_udp_alone",
      title: "Reports sessions of UDP alone",
      role: "receiver",
      violates: "CID-011",
      rules: reportingOnly((session) => session[1] === IP_PROTOCOL.UDP),
    }),
    kit.mutant({
      name: "reports_ipv4_alone",
      title: "Reports sessions over IPv4 alone",
      role: "receiver",
      violates: "CID-011",
      rules: reportingOnly((session) => session[0] === 4),
    }),
    kit.mutant({
      name: "reports_nothing",
      title: "Reports no session",
      role: "receiver",
      violates: "CID-011",
      alsoViolates: ["CID-012"],
      rules: { node: { reports: () => false } },
    }),
  ],
};
