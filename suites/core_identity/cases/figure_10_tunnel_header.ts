/** FIG. 10, steps 1001 to 1011: the session-ID in the aggregated tunnel header ([0098]). */
import { Placement } from "../../../captures/wire/core_identity.ts";
import { RECEIVER_RULES, SENDER_RULES } from "../../../peers/core_identity/rules.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { listed } from "../../kit/listed.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, isInconclusive, pass } from "../../kit/verdict.ts";
import { declared, isOfFigure } from "../facts/declared.ts";
import { lanFacts } from "../facts/lan.ts";
import { traceFacts } from "../facts/trace.ts";
import { wanFacts } from "../facts/wan.ts";
import type { WanDirection } from "../facts/wan_types.ts";
import { FIGURE_10 } from "../scenarios/figure_10.ts";
import { kit } from "../vocabulary.ts";
import { namesOf } from "./cores.ts";
import { carriedBy, delivered } from "./delivery.ts";
import { areDistinct, keepsIdentity } from "./identities.ts";
import { sessionIdsOf, workBySessionId } from "./premises.ts";

const needs = { wan: wanFacts };
const ALL = [FIGURE_10.sessions, FIGURE_10.clear, FIGURE_10.provisioned_ids] as const;

/** Session-IDs of a sender that was asked for this form, or declares no other that has session-IDs. */
function sentInForm10(
  facts: { wan: Parameters<typeof sessionIdsOf>[0]["wan"] },
  evidence: Evidence,
) {
  return isOfFigure(evidence, ["F10"], ["F9"])
    ? sessionIdsOf(facts, evidence)
    : inconclusive("nobody is asked for FIG. 10");
}

/** A table of session-IDs as digits of one form, or undefined where the sender has none. */
function tableOf(evidence: Evidence): string[] | undefined {
  return declared<string[]>(evidence, "sender", "provisionedSessionIds")
    ?.map((id) => BigInt(`0x${id}`).toString(16));
}

const inTheHeader = kit.testCase({
  name: "10/id_in_tunnel_header",
  title: "The session-ID stands in the aggregated tunnel header of every packet",
  covers: ["CID-094"],
  on: ALL,
  judges: ["sender"],
  needs,
  standsAlone: true,
  stimulus: sentInForm10,
  judge({ wan }, sent, evidence) {
    const isThere = sent.placements.size === 1 && sent.placements.has(Placement.tunnel);
    if (!isThere || sent.untagged > 0) {
      const names = Object.entries(Placement).filter(([, value]) => sent.placements.has(value));
      return fail(
        "the session-ID in the aggregated tunnel header of every packet",
        `places ${listed(names.map(([name]) => name))}, ${sent.untagged} packets without one`,
        frameRefs(sent.firstUntagged ?? sent.first),
      );
    }
    return gravest(keepsIdentity(sent.sessions, wan, evidence), areDistinct(sent, evidence));
  },
});

const fromTheTable = kit.testCase({
  name: "10/id_from_table",
  title: "A sender with a table of session-IDs gives each new session one of the table",
  covers: ["CID-095"],
  on: [FIGURE_10.provisioned_ids],
  judges: ["sender"],
  needs,
  stimulus(facts, evidence) {
    const table = tableOf(evidence);
    if (table === undefined) return inconclusive("the sender is given no table of session-IDs");
    const sent = sessionIdsOf(facts, evidence);
    if (isInconclusive(sent)) return sent;
    return sent.sessions.length <= table.length ? { table, sent } : inconclusive(
      `there are ${sent.sessions.length} sessions, and ${table.length} in the table`,
    );
  },
  judge: (_, { table, sent }, evidence) =>
    gravest(
      gravestOf(
        sent.sessions,
        "session",
        ({ flow, identity, first }) =>
          table.includes(identity) ? undefined : fail(
            `${flow} has a session-ID of the table ${table.join(", ")}`,
            identity || "none",
            frameRefs(first),
          ),
      ),
      areDistinct(sent, evidence),
    ),
});

const criteriaCombined = kit.testCase({
  name: "10/combined_criteria",
  title: "Where the session chooses the tunnel too, each session keeps to one, and all use several",
  covers: ["CID-096"],
  on: [FIGURE_10.combined_criteria],
  judges: ["sender"],
  needs,
  stimulus(facts, evidence) {
    if (declared(evidence, "sender", "tunnelSelection") !== "session_hash") {
      return inconclusive("the sender is not told to choose the tunnel by the session");
    }
    const sent = sentInForm10(facts, evidence);
    if (isInconclusive(sent)) return sent;
    const long = sent.sessions.filter(({ packets }) => packets > 5);
    // With two tunnels or more, so many sessions all choose one of them once in a thousand times.
    return long.length >= 12 ? { sent, long } : inconclusive("fewer than 12 sessions had packets");
  },
  judge: (_, { sent, long }) =>
    gravest(
      gravestOf(long, "session", ({ flow, tunnels, first }) =>
        tunnels.size === 1 ? undefined : fail(
          `${flow} keeps to the tunnel that the session chooses`,
          `it used ${tunnels.size}`,
          frameRefs(first),
        )),
      severalUsed(sent),
    ),
});

/** Fails where all sessions use one tunnel of several. */
function severalUsed({ tunnels, sessions, first }: WanDirection) {
  const used = new Set(sessions.flatMap((session) => [...session.tunnels.keys()]));
  return used.size > 1 ? pass : fail(
    "sessions choose different tunnels",
    `all ${sessions.length} use tunnel ${[...tunnels.values()][0]?.id}`,
    frameRefs(first),
  );
}

const encapsulated = kit.testCase({
  name: "10/encapsulated_and_sent",
  title: "Every datagram travels behind such a header, and comes out as it was",
  covers: ["CID-097"],
  on: [FIGURE_10.sessions, FIGURE_10.clear],
  judges: ["sender"],
  needs: { ...needs, lan: lanFacts },
  stimulus(facts, evidence) {
    const sent = sentInForm10(facts, evidence);
    return isInconclusive(sent) ? sent : carriedBy(facts, evidence);
  },
  judge: (_, carried) => delivered(carried),
});

const coreByHeader = kit.testCase({
  name: "10/core_by_header",
  title:
    "The receiver takes session-IDs from tunnel headers, and uses for each the core it belongs to",
  covers: ["CID-098"],
  on: ALL,
  judges: ["receiver"],
  needs: { ...needs, trace: traceFacts },
  stimulus(facts, evidence) {
    const sent = sentInForm10(facts, evidence);
    if (isInconclusive(sent)) return sent;
    return sent.placements.size === 1 && sent.placements.has(Placement.tunnel)
      ? workBySessionId(facts, evidence)
      : inconclusive("session-IDs stand elsewhere");
  },
  judge: (_, work) =>
    gravestOf(
      work,
      "receiver",
      ({ trace, sessions }) =>
        gravestOf(sessions, "session", ({ identity, first }) => {
          const cores = trace.sessionIds.get(identity)?.cores ?? new Map();
          const bound = trace.bindings.filter(({ sessionId }) => sessionId === identity);
          const isOne = cores.size === 1 && bound.length === 1 && cores.has(bound[0].core);
          return isOne ? undefined : fail(
            `session-ID ${identity} is bound to one core, which works on all of its packets`,
            `bound to ${listed(bound.map(({ core }) => String(core))) || "none"}, worked on by ${
              listed(namesOf(cores)) || "none"
            }`,
            frameRefs(first),
          );
        }),
    ),
});

/** The section. */
export const TUNNEL_HEADER: Section = {
  title: "FIG. 10: the session-ID in the aggregated tunnel header",
  checks: [inTheHeader, fromTheTable, criteriaCombined, encapsulated, coreByHeader],
  mutants: [
    kit.mutant({
      name: "id_with_the_datagram",
      title: "Puts the session-ID in front of the datagram instead of into the tunnel header",
      role: "sender",
      violates: "CID-094",
      alsoViolates: ["CID-080"],
      rules: { node: { placement: (asked) => asked === "tunnel" ? "payload" : asked ?? "tunnel" } },
    }),
    kit.mutant({
      name: "id_in_the_outer_header",
      title: "Puts the session-ID into the encapsulation header instead of the tunnel header",
      role: "sender",
      violates: "CID-094",
      alsoViolates: ["CID-080"],
      rules: {
        node: { placement: (asked) => asked === "tunnel" ? "encapsulation" : asked ?? "tunnel" },
      },
    }),
    kit.mutant({
      name: "fresh_id_instead_of_the_tables",
      title: "Makes a session-ID of its own although it has a table",
      role: "sender",
      violates: "CID-095",
      rules: {
        node: {
          sessionId: (candidate, { asked }) =>
            asked === "provisioned" ? candidate + 0x1000n : candidate,
        },
      },
    }),
    kit.mutant({
      name: "first_of_the_table_for_all",
      title: "Gives every session the same session-ID of its table",
      role: "sender",
      violates: "CID-095",
      alsoViolates: ["CID-078", "CID-094"],
      rules: { node: { sessionId: (own, { asked }) => asked === "provisioned" ? 7n : own } },
    }),
    kit.mutant({
      name: "second_criterion_drops_the_first",
      title: "Takes tunnels in turn where the session is to choose them",
      role: "sender",
      violates: "CID-096",
      alsoViolates: ["CID-081"],
      rules: {
        node: {
          selectTunnel: (tunnels, policy, choice) =>
            SENDER_RULES.selectTunnel(
              tunnels,
              policy === "session_hash" ? "round_robin" : policy,
              choice,
            ),
        },
      },
    }),
    kit.mutant({
      name: "all_sessions_by_one_tunnel",
      title: "Lets every session choose the first tunnel",
      role: "sender",
      violates: "CID-096",
      rules: {
        node: {
          selectTunnel: (tunnels, policy, choice) =>
            policy === "session_hash"
              ? tunnels[0].id
              : SENDER_RULES.selectTunnel(tunnels, policy, choice),
        },
      },
    }),
    kit.mutant({
      name: "loses_what_it_encapsulates",
      title: "Encapsulates nothing of every twentieth datagram",
      role: "sender",
      violates: "CID-097",
      alsoViolates: ["CID-103", "CID-104", "CID-106", "CID-109"],
      rules: { node: { carries: (datagram, number) => number % 20 === 19 ? [] : [datagram] } },
    }),
    kit.mutant({
      name: "binds_tunnels",
      title: "Takes the tunnel for the session: the core goes by the tunnel of a packet",
      role: "receiver",
      violates: "CID-098",
      alsoViolates: [
        ...["CID-001", "CID-019", "CID-065", "CID-066", "CID-086", "CID-088"] as const,
        ...["CID-089", "CID-090", "CID-093", "CID-110"] as const,
      ],
      rules: {
        node: { coreUsed: (_named, { tunnelId }, cores) => tunnelId % cores },
      },
    }),
    kit.mutant({
      name: "looks_up_half_of_the_id",
      title: "Looks the core up by the lower half of a session-ID",
      role: "receiver",
      violates: "CID-098",
      alsoViolates: ["CID-088", "CID-089", "CID-090", "CID-093"],
      rules: {
        node: {
          storeKey: (id) => RECEIVER_RULES.storeKey(id & 0xffffffffn),
          lookupKey: (id) => RECEIVER_RULES.lookupKey(id & 0xffffffffn),
        },
      },
    }),
  ],
};
