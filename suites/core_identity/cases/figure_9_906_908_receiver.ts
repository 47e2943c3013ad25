/** FIG. 9, steps 906 to 908: clear session-IDs at the receiver ([0090] to [0097]). */
import { frameRefs } from "../../kit/frame_refs.ts";
import { LabView } from "../../kit/lab_view.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { lanFacts } from "../facts/lan.ts";
import { traceFacts } from "../facts/trace.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_9 } from "../scenarios/figure_9.ts";
import { kit } from "../vocabulary.ts";
import { takenInBy } from "./delivery.ts";
import { workByIdentity, workBySessionId } from "./premises.ts";

const needs = { wan: wanFacts, trace: traceFacts };

const coreWithoutDecryption = kit.testCase({
  name: "9/core_without_decryption",
  title: "The core is found although decryption fails, and nothing damaged is forwarded",
  covers: ["CID-087"],
  on: [FIGURE_9.damaged],
  judges: ["receiver"],
  needs: { ...needs, lan: lanFacts },
  stimulus(facts, evidence) {
    const work = workBySessionId(facts, evidence);
    if (isInconclusive(work)) return work;
    const flows = takenInBy(facts, evidence);
    if (isInconclusive(flows)) return flows;
    const isDamaged = work.every(({ sent }) => sent.sealed > 0 && sent.unreadable > 0);
    return isDamaged ? { work, flows } : inconclusive("no damaged datagram was captured");
  },
  judge: (_, { work, flows }) =>
    gravestOf(work, "receiver", ({ trace, sent, arrived }) => {
      const damaged = sent.unreadable;
      const recorded = trace.damaged === damaged && trace.processed === arrived ? undefined : fail(
        `a core's work on each of ${arrived} packets, ${damaged} of them damaged`,
        `${trace.processed} recorded, ${trace.damaged} of them damaged`,
        frameRefs(sent.first),
      );
      const alien = flows.find((flow) => flow.alien > 0);
      const missing = flows.reduce((sum, flow) => sum + flow.sent - flow.delivered, 0);
      const forwarded = alien === undefined && missing === damaged ? undefined : fail(
        "the damaged datagrams, and no others, are missing on the LAN",
        alien ? `${alien.flow} came out altered` : `${missing} of ${damaged} are missing`,
        frameRefs(alien?.firstAlien ?? sent.first),
      );
      return gravest(recorded, forwarded);
    }),
});

const firstPacketBinds = kit.testCase({
  name: "9/first_packet_binds",
  title: "The first packet with a new session-ID binds the core that then works on all of them",
  covers: ["CID-088", "CID-089"],
  on: [FIGURE_9.sessions, FIGURE_9.tunnel],
  judges: ["receiver"],
  needs,
  stimulus: workBySessionId,
  judge: (_, work) =>
    gravestOf(
      work,
      "receiver",
      ({ trace, sessions }) =>
        gravestOf(sessions, "session", ({ identity, first }) => {
          const bound = trace.bindings.filter(({ sessionId }) => sessionId === identity);
          const cores = [...trace.sessionIds.get(identity)?.cores.keys() ?? []];
          return bound.length === 1 && cores.length === 1 && cores[0] === bound[0].core
            ? undefined
            : fail(
              `session-ID ${identity} is bound once and processed by the bound core`,
              `bound to ${bound.map(({ core }) => core).join(", ") || "none"}, processed by ${
                cores.join(", ") || "none"
              }`,
              frameRefs(first),
            );
        }),
    ),
});

const identityNeedsNoPair = kit.testCase({
  name: "9/identity_needs_no_pair",
  title: "With a core identity in the session-ID's place, no pair is stored or looked up",
  covers: ["CID-091"],
  on: [FIGURE_9.identity_instead],
  judges: ["receiver"],
  needs,
  stimulus(facts, evidence) {
    const work = workByIdentity(facts, evidence);
    if (isInconclusive(work)) return work;
    if (work.some(({ sent }) => sent.untagged > 0)) {
      return inconclusive("cores were bound to packets without identity");
    }
    return work.some(({ withdrawn }) => withdrawn.size > 0)
      ? inconclusive("cores were added or withdrawn meanwhile")
      : work;
  },
  judge: (_, work) =>
    gravestOf(
      work,
      "receiver",
      ({ trace, sent }) =>
        trace.bindings.length === 0 && trace.identities.size > 0 ? undefined : fail(
          "no pair is stored, and the identities are worked by",
          `${trace.bindings.length} are, and ${trace.identities.size} identities`,
          frameRefs(sent.first),
        ),
    ),
});

const leastLoadedCore = kit.testCase({
  name: "1/least_loaded_core",
  title: "Under the least-load policy new sessions go to the core with less load",
  covers: ["CID-020"],
  on: [FIGURE_9.least_load],
  judges: ["receiver"],
  needs,
  stimulus(facts, evidence) {
    const work = workBySessionId(facts, evidence);
    if (isInconclusive(work)) return work;
    const [node] = new LabView(evidence).nodesOf("receiver");
    const order = evidence.stimuli.find(({ kind, node: to }) => kind === "instruct" && to === node)
      ?.instruction as { kind?: string; values?: number[] } | undefined;
    const loads = order?.kind === "load" ? order.values ?? [] : [];
    const isTried = loads.length > 0 && work.every(({ trace }) => trace.bindings.length >= 4);
    return isTried
      ? { work, idle: loads.indexOf(Math.min(...loads)) }
      : inconclusive("no load was put on the cores, or fewer than four sessions began");
  },
  judge: (_, { work, idle }) =>
    gravestOf(work, "receiver", ({ trace, sent }) => {
      const { length } = trace.bindings;
      const there = trace.bindings.filter(({ core }) => core === idle).length;
      return there * 2 > length ? undefined : fail(
        `most of ${length} sessions on idle core ${idle}`,
        `${there}`,
        frameRefs(sent.first),
      );
    }),
});

/** The section. */
export const BOUND_CORES: Section = {
  title: "FIG. 9, steps 906 to 908: session-IDs and cores at the receiver",
  checks: [
    coreWithoutDecryption,
    firstPacketBinds,
    identityNeedsNoPair,
    leastLoadedCore,
  ],
  mutants: [
    kit.mutant({
      name: "decrypts_first",
      title: "Decrypts before it takes note of the session-ID",
      role: "receiver",
      violates: "CID-087",
      rules: { node: { recordsBeforeDecryption: false } },
    }),
    kit.mutant({
      name: "stores_another_core",
      title: "Stores a session-ID with another core than the one that took the first packet",
      role: "receiver",
      violates: "CID-088",
      alsoViolates: ["CID-001", "CID-005", "CID-019", "CID-020", "CID-089", "CID-093", "CID-104"],
      rules: { node: { storedCore: (selected, cores) => (selected + 1) % cores } },
    }),
    kit.mutant({
      name: "stores_a_pair_for_identities",
      title: "Stores a pair for a core identity, and goes by that and not by the identity",
      role: "receiver",
      violates: "CID-091",
      alsoViolates: ["CID-066"],
      rules: { node: { coreOfIdentity: () => undefined } },
    }),
  ],
};
