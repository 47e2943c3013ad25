/** FIG. 8, steps 807 to 810: the receiver decrypts, and then selects a core ([0080] to [0083]). */
import type { CoreIdentityOverrides } from "../../../peers/core_identity/overrides.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, isInconclusive, pass } from "../../kit/verdict.ts";
import { lanFacts } from "../facts/lan.ts";
import { type TraceFacts, traceFacts } from "../facts/trace.ts";
import { type WanFacts, wanFacts } from "../facts/wan.ts";
import { FIGURE_8 } from "../scenarios/figure_8.ts";
import { kit } from "../vocabulary.ts";
import { oneCoreEach, undisturbed } from "./cores.ts";
import { carriedBy, delivered } from "./delivery.ts";
import { dataInForm8 } from "./figure_8_801_806_sender.ts";
import { misreading } from "./packet_changes.ts";
import { workOf } from "./premises.ts";

const needs = { wan: wanFacts, trace: traceFacts };
const ON = [FIGURE_8.sessions, FIGURE_8.many_sessions] as const;

/** Work on datagrams that were encrypted, where the trace names their sessions. */
function workInForm8(facts: { wan: WanFacts; trace: TraceFacts }, evidence: Evidence) {
  const sent = dataInForm8(facts, evidence);
  if (isInconclusive(sent)) return sent;
  if (sent.unreadable > 0) return inconclusive(`${sent.unreadable} packets do not open`);
  const work = workOf(facts, evidence);
  if (isInconclusive(work)) return work;
  return work.every((node) => node.trace.sessions.size > 0)
    ? work
    : inconclusive("the receiver's trace names no session");
}

const comesOutWhole = kit.testCase({
  name: "8/comes_out_whole",
  title: "The datagram after decapsulation and decryption is the one that was sent",
  covers: ["CID-074"],
  on: [FIGURE_8.sessions, FIGURE_8.sizes, FIGURE_8.pieces_out_of_order],
  judges: ["receiver"],
  needs: { wan: wanFacts, lan: lanFacts },
  stimulus(facts, evidence) {
    const sent = dataInForm8(facts, evidence);
    return isInconclusive(sent) ? sent : carriedBy(facts, evidence);
  },
  judge: (_, carried) => delivered(carried),
});

const oneCoreASession = kit.testCase({
  name: "8/one_core_a_session",
  title: "All datagrams of a session are worked on by one core, whatever tunnels they took",
  covers: ["CID-075"],
  on: ON,
  judges: ["receiver"],
  needs,
  stimulus: workInForm8,
  judge: (_, work) =>
    gravestOf(work, "receiver", (node) => oneCoreEach(undisturbed(node), node.sent)),
});

const newSessions = kit.testCase({
  name: "8/new_sessions_served",
  title: "The first datagram of a new session is taken in, and a core selected for it",
  covers: ["CID-076"],
  on: ON,
  judges: ["receiver"],
  needs: { ...needs, lan: lanFacts },
  stimulus(facts, evidence) {
    const work = workInForm8(facts, evidence);
    if (isInconclusive(work)) return work;
    const carried = carriedBy(facts, evidence);
    return isInconclusive(carried) ? carried : { work, carried };
  },
  judge: (_, { work, carried }) =>
    gravest(
      gravestOf(work, "receiver", ({ trace, sessions, sent }) => {
        // Once in a million times all of so many sessions get one core by chance.
        const used = new Set(
          [...trace.sessions.values()].flatMap(({ cores }) => [...cores.keys()]),
        );
        const isMany = trace.cores.size > 1 &&
          (trace.sessions.size - 1) * Math.log2(trace.cores.size) >= 20;
        if (isMany && used.size < 2) {
          return fail(
            `${trace.sessions.size} sessions on several of ${trace.cores.size} cores`,
            `all on core ${[...used]}`,
            frameRefs(sent.first),
          );
        }
        return trace.sessions.size >= sessions.length ? pass : fail(
          `a core for each of ${sessions.length} sessions`,
          `the trace has ${trace.sessions.size} sessions`,
          frameRefs(sent.first),
        );
      }),
      delivered(carried),
    ),
});

const foundAgain = kit.testCase({
  name: "8/found_again",
  title: "A session that comes back after a thousand others has the core that was stored for it",
  covers: ["CID-077"],
  on: [FIGURE_8.many_sessions],
  judges: ["receiver"],
  needs,
  stimulus(facts, evidence) {
    const work = workInForm8(facts, evidence);
    if (isInconclusive(work)) return work;
    return work.some(({ sessions }) => sessions.length > 1000)
      ? work
      : inconclusive("fewer than a thousand sessions were captured");
  },
  judge: (_, work) =>
    gravestOf(work, "receiver", (node) => {
      const { trace, sent } = node;
      const bound = trace.bindings.length, { size } = trace.sessions;
      return gravest(
        oneCoreEach(undisturbed(node), sent),
        bound <= size ? pass : fail(
          `one selection for each of ${size} sessions`,
          `${bound} were made`,
          frameRefs(sent.first),
        ),
      );
    }),
});

/** A receiver that gives up a datagram whose pieces do not come in order. */
function inOrderOnly(): CoreIdentityOverrides {
  const next = new Map<number, number>();
  return misreading((packet) => {
    const at = next.get(packet.datagramNumber) ?? 0;
    if (packet.pieceOffset !== at) return undefined;
    next.set(packet.datagramNumber, at + packet.piece.length);
    return packet;
  });
}

const LOST = ["CID-065", "CID-086", "CID-100", "CID-102", "CID-103", "CID-110"] as const;

/** The section. */
export const CORES_AFTER_DECRYPTION: Section<CoreIdentityOverrides> = {
  title: "FIG. 8, steps 807 to 810: cores after decryption",
  checks: [comesOutWhole, oneCoreASession, newSessions, foundAgain],
  mutants: [
    kit.mutant({
      name: "joins_in_order_only",
      title: "Gives up datagrams whose pieces arrive out of order",
      role: "receiver",
      violates: "CID-074",
      alsoViolates: LOST,
      rules: inOrderOnly(),
    }),
    kit.mutant({
      name: "loses_last_octet_of_plaintext",
      title: "Takes an octet too few out of decapsulation",
      role: "receiver",
      violates: "CID-074",
      alsoViolates: [...LOST, "CID-033", "CID-037", "CID-039", "CID-076", "CID-087", "CID-097"],
      rules: { node: { decapsulated: (datagram) => datagram.subarray(0, datagram.length - 1) } },
    }),
    kit.mutant({
      name: "core_by_the_tunnel",
      title: "Takes datagrams of one session for several where they came by several tunnels",
      role: "receiver",
      violates: "CID-075",
      alsoViolates: ["CID-001", "CID-019", "CID-077"],
      rules: { node: { sessionIdentifier: (key, tunnelId) => `${key} tunnel ${tunnelId}` } },
    }),
    kit.mutant({
      name: "drops_new_sessions",
      title: "Drops datagrams of sessions beyond the thirty-second",
      role: "receiver",
      violates: "CID-076",
      alsoViolates: ["CID-110"],
      rules: { node: { takesNewSession: (sessions) => sessions < 32 } },
    }),
    kit.mutant({
      name: "one_core_for_new_sessions",
      title: "Selects its first core for every new session",
      role: "receiver",
      violates: "CID-076",
      alsoViolates: ["CID-020", "CID-116"],
      rules: { node: { bindCore: ([first]) => first } },
    }),
    kit.mutant({
      name: "stores_the_next_core",
      title: "Stores another core than the one that it selected",
      role: "receiver",
      violates: "CID-077",
      alsoViolates: [
        "CID-001",
        "CID-019",
        "CID-075",
        "CID-088",
        "CID-089",
        "CID-090",
        "CID-093",
        "CID-098",
      ],
      rules: { node: { storedCore: (selected, cores) => (selected + 1) % cores } },
    }),
    kit.mutant({
      name: "forgets_after_a_hundred",
      title: "Selects anew for every hundredth datagram",
      role: "receiver",
      violates: "CID-077",
      alsoViolates: ["CID-001", "CID-019", "CID-075"],
      rules: { node: { sessionIdentifier: forgetful() } },
    }),
  ],
};

/** Names sessions anew, all of them, after every hundred datagrams. */
function forgetful(): (key: string, tunnelId: number) => string {
  let datagrams = 0;
  return (key) => `${key} ${Math.floor(datagrams++ / 100)}`;
}
