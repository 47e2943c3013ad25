/** FIG. 9, step 908: the core that belongs to a session-ID ([0092] to [0094], [0097]). */
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { traceFacts } from "../facts/trace.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_9 } from "../scenarios/figure_9.ts";
import { kit } from "../vocabulary.ts";
import { namesOf } from "./cores.ts";
import { workBySessionId } from "./premises.ts";

const needs = { wan: wanFacts, trace: traceFacts };
const EXAMPLE_ID = "a3b8f20a88c23eb";

const wholeIdLookedUp = kit.testCase({
  name: "9/whole_id_looked_up",
  title: "A session-ID that was met before is found again, by the whole of it",
  covers: ["CID-090"],
  on: [FIGURE_9.example_ids, FIGURE_9.pause, FIGURE_9.wan_change],
  judges: ["receiver"],
  needs,
  stimulus(facts, evidence) {
    const work = workBySessionId(facts, evidence);
    if (isInconclusive(work)) return work;
    const again = work.map(({ trace, sessions }) => ({
      trace,
      sessions: sessions.filter(({ packets }) => packets > 1),
    }));
    return again.every(({ sessions }) => sessions.length > 1)
      ? again
      : inconclusive("fewer than two sessions had several packets");
  },
  judge: (_, again) =>
    gravestOf(
      again,
      "receiver",
      ({ trace, sessions }) =>
        gravestOf(sessions, "session", ({ identity, first }) => {
          const bound = trace.bindings.filter(({ sessionId }) => sessionId === identity).length;
          return bound === 1
            ? undefined
            : fail(`one binding for session-ID ${identity}`, `${bound}`, frameRefs(first));
        }),
    ),
});

/** Bits of chance that are ruled out: once in a million times all sessions get one core. */
const CHANCE = 20;

const sharedOut = kit.invariant({
  name: "9/shared_out",
  title: "Many session-IDs are not all bound to one core",
  covers: ["CID-116"],
  on: [FIGURE_9.many_sessions],
  judges: ["receiver"],
  needs,
  subject(facts, evidence) {
    const work = workBySessionId(facts, evidence);
    if (isInconclusive(work)) return work;
    const many = work.filter(({ trace }) => {
      const { size } = trace.cores, ids = new Set(trace.bindings.map(({ sessionId }) => sessionId));
      return size > 1 && (ids.size - 1) * Math.log2(size) >= CHANCE;
    });
    return many.length > 0
      ? many
      : inconclusive("the receiver has one core, or few sessions were bound");
  },
  judge: (_, many) =>
    gravestOf(many, "receiver", ({ trace, sent }) => {
      const used = new Set(trace.bindings.map(({ core }) => core));
      return used.size > 1 ? undefined : fail(
        `${trace.bindings.length} sessions on several of ${trace.cores.size} cores`,
        `all on core ${[...used]}`,
        frameRefs(sent.first),
      );
    }),
});

const exampleId = kit.testCase({
  name: "9/example_id",
  title: "The session-ID A3B8F20A88C23EB leads to one core at every packet",
  covers: ["CID-093"],
  on: [FIGURE_9.example_ids],
  judges: ["receiver"],
  needs,
  stimulus(facts, evidence) {
    const work = workBySessionId(facts, evidence);
    if (isInconclusive(work)) return work;
    const found = work.flatMap(({ trace, sessions }) =>
      sessions.filter(({ identity, packets }) => identity === EXAMPLE_ID && packets > 1)
        .map((session) => ({ trace, session }))
    );
    return found.length > 0 ? found : inconclusive(`no session with ID ${EXAMPLE_ID} was captured`);
  },
  judge: (_, found) =>
    gravestOf(found, "session", ({ trace, session }) => {
      const bound = trace.bindings.filter(({ sessionId }) => sessionId === EXAMPLE_ID).length;
      const cores = trace.sessionIds.get(EXAMPLE_ID)?.cores ?? new Map();
      return bound === 1 && cores.size === 1 ? undefined : fail(
        "bound once, one core",
        `bound ${bound} times, cores ${namesOf(cores).join(", ")}`,
        frameRefs(session.first),
      );
    }),
});

/** The section. */
export const BINDINGS: Section = {
  title: "FIG. 9, step 908: the core of a session-ID",
  checks: [wholeIdLookedUp, sharedOut, exampleId],
  mutants: [
    kit.mutant({
      name: "looks_up_half_an_id",
      title: "Looks up session-IDs by their first four octets",
      role: "receiver",
      violates: "CID-090",
      rules: {
        node: {
          lookupKey: (id) => (id >> 32n).toString(16),
          storeKey: (id) => (id >> 32n).toString(16),
        },
      },
    }),
    kit.mutant({
      name: "looks_up_the_other_half",
      title: "Looks up session-IDs by their last four octets",
      role: "receiver",
      violates: "CID-090",
      rules: {
        node: {
          lookupKey: (id) => (id & 0xffffffffn).toString(16),
          storeKey: (id) => (id & 0xffffffffn).toString(16),
        },
      },
    }),
    kit.mutant({
      name: "looks_up_63_bits",
      title: "Looks up session-IDs without their last bit",
      role: "receiver",
      violates: "CID-090",
      rules: {
        node: {
          lookupKey: (id) => (id >> 1n).toString(16),
          storeKey: (id) => (id >> 1n).toString(16),
        },
      },
    }),
    kit.mutant({
      name: "forgets_with_a_tunnel",
      title: "Forgets which core each session has when a tunnel goes down",
      role: "receiver",
      violates: "CID-090",
      alsoViolates: ["CID-001", "CID-019", "CID-104"],
      rules: { node: { keepsSessionsOnTunnelLoss: false } },
    }),
    kit.mutant({
      name: "one_core_for_all",
      title: "Binds all sessions to its first core",
      role: "receiver",
      violates: "CID-116",
      alsoViolates: ["CID-020"],
      rules: { node: { bindCore: ([first]) => first } },
    }),
    kit.mutant({
      name: "pads_ids_on_one_path",
      title: "Pads session-IDs to 16 digits when it stores them, not when it looks them up",
      role: "receiver",
      violates: "CID-093",
      alsoViolates: ["CID-001", "CID-005", "CID-019", "CID-090"],
      rules: { node: { storeKey: (id) => id.toString(16).padStart(16, "0") } },
    }),
  ],
};
