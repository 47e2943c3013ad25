/** [0041], [0044]: what the receiver takes for a session, and keeps on one core. */
import { IdentityKind } from "../../../captures/wire/core_identity.ts";
import type { Section } from "../../kit/suite.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { listed } from "../../kit/listed.ts";
import { fail, gravestOf, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { traceFacts } from "../facts/trace.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_1 } from "../scenarios/figure_1.ts";
import { FIGURE_10 } from "../scenarios/figure_10.ts";
import { FIGURE_7 } from "../scenarios/figure_7.ts";
import { FIGURE_7_NETWORKS } from "../scenarios/figure_7_networks.ts";
import { FIGURE_8 } from "../scenarios/figure_8.ts";
import { FIGURE_9 } from "../scenarios/figure_9.ts";
import { kit } from "../vocabulary.ts";
import { isNameOf, namesFlows, namesOf, oneCoreEach, undisturbed } from "./cores.ts";
import { addressesOf } from "./identities.ts";
import { keyWithout } from "./mutations.ts";
import { workOf } from "./premises.ts";

const needs = { wan: wanFacts, trace: traceFacts };

const oneCore = kit.invariant({
  name: "session/one_core",
  title: "All packets of a session are processed by one core",
  covers: ["CID-001"],
  on: [
    FIGURE_7.sessions,
    FIGURE_7_NETWORKS.inner_ipv6,
    FIGURE_7_NETWORKS.outer_ipv6,
    FIGURE_1.sessions,
    FIGURE_8.sessions,
    FIGURE_9.sessions,
    FIGURE_10.sessions,
  ],
  judges: ["receiver"],
  needs,
  subject(facts, evidence) {
    const work = workOf(facts, evidence);
    if (isInconclusive(work)) return work;
    return work.every((node) => undisturbed(node).length > 0)
      ? work
      : inconclusive("the receiver's trace names no session");
  },
  judge: (_, work) =>
    gravestOf(work, "receiver", (node) => oneCoreEach(undisturbed(node), node.sent)),
});

const fourValues = kit.testCase({
  name: "session/four_values_at_receiver",
  title: "The receiver tells flows apart that differ in one address or port",
  covers: ["CID-002"],
  on: [
    FIGURE_7.key_fields,
    FIGURE_7.key_fields_ipv6,
    FIGURE_1.key_fields,
    FIGURE_8.key_fields,
    FIGURE_9.key_fields,
    FIGURE_10.key_fields,
  ],
  judges: ["receiver"],
  needs,
  stimulus: workOf,
  judge: (_, work) =>
    gravestOf(
      work,
      "receiver",
      (node) => {
        const { trace, sessions, sent } = node, names = [...trace.sessions.keys()];
        if (names.length === 0) return inconclusive("the receiver's trace names no session");
        const flows = sessions.filter(({ hasPorts }) => hasPorts);
        if (!namesFlows(node)) {
          const distinct = new Set(flows.map(addressesOf)).size;
          return names.length >= distinct ? undefined : fail(
            `the receiver's trace has ${distinct} sessions, one for each flow`,
            `it has ${names.length}`,
            frameRefs(sent.first),
          );
        }
        return gravestOf(flows, "flow", (session) => {
          const isNamed = names.some((name) => isNameOf(name, session));
          return isNamed ? undefined : fail(
            `the receiver's trace has a session ${session.flow}`,
            `it has ${names.join("; ") || "none"}`,
            frameRefs(session.first),
          );
        });
      },
    ),
});

const byIdentity = kit.testCase({
  name: "session/by_identity",
  title: "Flows that carry the same identity are one session to the receiver",
  covers: ["CID-005"],
  on: [FIGURE_9.shared_id],
  judges: ["receiver"],
  needs,
  stimulus(facts, evidence) {
    const work = workOf(facts, evidence);
    if (isInconclusive(work)) return work;
    const shared = work.flatMap(({ trace, sent, sessions }) => {
      const groups = Map.groupBy(sessions, ({ identity }) => identity);
      return sent.kind !== IdentityKind.session ? [] : [...groups]
        .filter(([, flows]) => new Set(flows.map(({ flow }) => flow)).size > 1)
        .map(([identity, flows]) => ({ trace, identity, flows }));
    });
    return shared.length > 0 ? shared : inconclusive("no two flows carry the same session-ID");
  },
  judge: (_, shared) =>
    gravestOf(shared, "session-ID", ({ trace, identity, flows }) => {
      const bound = trace.bindings.filter(({ sessionId }) => sessionId === identity).length;
      const cores = trace.sessionIds.get(identity)?.cores ?? new Map();
      return bound === 1 && cores.size === 1 ? undefined : fail(
        `one binding and one core for the shared session-ID ${identity}`,
        `${bound} bindings, cores ${listed(namesOf(cores)) || "none"}`,
        frameRefs(...flows.map(({ first }) => first)),
      );
    }),
});

const fragments = kit.testCase({
  name: "session/fragments_on_one_core",
  title: "All fragments of one datagram are processed by one core",
  covers: ["CID-006"],
  on: [FIGURE_7.portless],
  judges: ["receiver"],
  needs,
  stimulus(facts, evidence) {
    const work = workOf(facts, evidence);
    if (isInconclusive(work)) return work;
    const fragments = work.map((node) => ({
      sent: node.sent,
      sessions: undisturbed(node).filter(([session]) => session.includes("#")),
    })).filter(({ sessions }) => sessions.length > 0);
    return fragments.length > 0 ? fragments : inconclusive("the trace names no fragment");
  },
  judge: (_, fragments) =>
    gravestOf(fragments, "receiver", ({ sent, sessions }) => oneCoreEach(sessions, sent)),
});

const whateverPath = kit.invariant({
  name: "session/whatever_path",
  title: "A session that comes in by several interfaces is processed by one core",
  covers: ["CID-019"],
  on: [
    FIGURE_7.sessions,
    FIGURE_1.sessions,
    FIGURE_8.sessions,
    FIGURE_9.sessions,
    FIGURE_10.sessions,
  ],
  judges: ["receiver"],
  needs,
  subject(facts, evidence) {
    const work = workOf(facts, evidence);
    if (isInconclusive(work)) return work;
    const many = work.map((node) => ({
      sent: node.sent,
      sessions: undisturbed(node).filter(([, { ports }]) => ports.size > 1),
    })).filter(({ sessions }) => sessions.length > 0);
    return many.length > 0 ? many : inconclusive("no session came in by several interfaces");
  },
  judge: (_, many) =>
    gravestOf(many, "receiver", ({ sent, sessions }) => oneCoreEach(sessions, sent)),
});

/** The section. */
export const SESSION_RECEIVER: Section = {
  title: "[0041], [0044]: sessions at the receiver",
  checks: [oneCore, fourValues, byIdentity, fragments, whateverPath],
  mutants: [
    kit.mutant({
      name: "another_core_by_tunnel",
      title: "Processes the packets of a session on a core that depends on the tunnel",
      role: "receiver",
      violates: "CID-001",
      alsoViolates: [
        "CID-010",
        "CID-011",
        "CID-016",
        "CID-075",
        "CID-098",
        "CID-021",
        "CID-014",
        "CID-015",
        "CID-005",
        "CID-006",
        "CID-019",
        "CID-029",
        "CID-031",
        "CID-054",
        "CID-065",
        "CID-066",
        "CID-086",
        "CID-088",
        "CID-089",
        "CID-093",
        "CID-100",
        "CID-104",
        "CID-106",
        "CID-107",
        "CID-110",
      ],
      rules: { node: { coreUsed: (named, { tunnelId }, cores) => (named + tunnelId) % cores } },
    }),
    kit.mutant({
      name: "key_without_source_port",
      title: "Leaves the source port out of the key by which it tells sessions apart",
      role: "receiver",
      violates: "CID-002",
      alsoViolates: ["CID-009", "CID-076", "CID-001", "CID-019", "CID-029", "CID-102", "CID-104"],
      rules: { node: { sessionKey: keyWithout("sourcePort") } },
    }),
    kit.mutant({
      name: "steers_by_interface",
      title: "Steers by the interface that a packet came in by, as receive side scaling would",
      role: "receiver",
      violates: "CID-019",
      alsoViolates: [
        "CID-010",
        "CID-011",
        "CID-016",
        "CID-075",
        "CID-098",
        "CID-021",
        "CID-014",
        "CID-015",
        "CID-001",
        "CID-005",
        "CID-006",
        "CID-031",
        "CID-054",
        "CID-065",
        "CID-066",
        "CID-086",
        "CID-088",
        "CID-089",
        "CID-093",
        "CID-100",
        "CID-106",
        "CID-107",
        "CID-110",
      ],
      rules: {
        node: {
          coreUsed: (named, { port }, cores) => (named + Number(port.slice(3) || 0)) % cores,
        },
      },
    }),
  ],
};
