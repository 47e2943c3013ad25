/** FIG. 9: clear session-IDs at the receiver, CID-087 to CID-093 with CID-020. */
import { IdentityKind } from "../../../captures/wire/core_identity.ts";
import {
  coreIdentityCheck,
  fail,
  firstProblem,
  inconclusive,
  lanFacts,
  pass,
  refs,
  traceFacts,
  wanFacts,
  whenTraced,
} from "./common.ts";

const EXAMPLE_ID = "a3b8f20a88c23eb";

/** The checks of this group that judge a receiver. */
export const SESSION_ID_RECEIVER_CHECKS = [
  coreIdentityCheck(
    "9/core_without_decryption",
    "The core is found although decryption fails, and nothing damaged is forwarded",
    ["CID-087"],
    "receiver",
    ["9/damaged"],
    { wan: wanFacts, lan: lanFacts, trace: traceFacts },
    (facts) =>
      whenTraced(facts, (trace, sent) => {
        const damaged = sent.unreadable;
        if (damaged === 0) return inconclusive("no damaged datagram was captured");
        const recorded = trace.results.get("damaged") ?? 0;
        if (recorded !== damaged || trace.processed !== sent.arrived) {
          return fail(
            `a core's work on each of ${sent.arrived} packets, ${damaged} of them damaged`,
            `${trace.processed} recorded, ${recorded} of them damaged`,
            refs(sent.first),
          );
        }
        const out = facts.lan.flows.filter((f) => f.from === "sender");
        const alien = out.find((f) => f.alien > 0);
        const whole = out.reduce((sum, f) => sum + f.sent - f.delivered, 0) === damaged;
        return alien === undefined && whole ? pass : fail(
          "the damaged datagrams, and no others, are missing on the LAN",
          alien ? `${alien.flow} came out altered` : "another number is missing",
          refs(alien?.firstAlien ?? sent.first),
        );
      }),
  ),
  coreIdentityCheck(
    "9/first_packet_binds",
    "The first packet with a new session-ID binds the core that then works on all of them",
    ["CID-088", "CID-089"],
    "receiver",
    ["9/sessions", "9/tunnel"],
    { wan: wanFacts, trace: traceFacts },
    (facts) =>
      whenTraced(facts, (trace, sent) =>
        firstProblem(sent.sessions, (s) => {
          const bound = trace.bindings.filter((b) => b.sessionId === s.identity);
          const cores = [...trace.sessionIds.get(s.identity)?.cores.keys() ?? []];
          return bound.length === 1 && cores.length === 1 && cores[0] === bound[0].core
            ? undefined
            : fail(
              `session-ID ${s.identity} is bound once and processed by the bound core`,
              `bound to ${bound.map((b) => b.core).join(", ") || "none"}, processed by ${
                cores.join(", ") || "none"
              }`,
              [s.first],
            );
        })),
  ),
  coreIdentityCheck(
    "9/whole_id_looked_up",
    "A session-ID that was met before is found again, by the whole of it",
    ["CID-090"],
    "receiver",
    ["9/example_ids"],
    { wan: wanFacts, trace: traceFacts },
    (facts) =>
      whenTraced(facts, (trace, sent) => {
        const alike = sent.sessions.filter((s) => s.identity.startsWith("deadbeef"));
        if (alike.length < 2) return inconclusive("no two session-IDs begin alike");
        return firstProblem(alike, (s) => {
          const bound = trace.bindings.filter((b) => b.sessionId === s.identity).length;
          return bound === 1 ? undefined : fail(
            `one binding for session-ID ${s.identity}`,
            `${bound}`,
            [s.first],
          );
        });
      }),
  ),
  coreIdentityCheck(
    "9/example_id",
    "The session-ID A3B8F20A88C23EB leads to one core at every packet",
    ["CID-093"],
    "receiver",
    ["9/example_ids"],
    { wan: wanFacts, trace: traceFacts },
    (facts) =>
      whenTraced(facts, (trace, sent) => {
        const session = sent.sessions.find((s) => s.identity === EXAMPLE_ID);
        if (session === undefined || session.packets < 2) {
          return inconclusive(`no session with ID ${EXAMPLE_ID} was captured`);
        }
        const bound = trace.bindings.filter((b) => b.sessionId === EXAMPLE_ID).length;
        const cores = [...trace.sessionIds.get(EXAMPLE_ID)?.cores.keys() ?? []];
        return bound === 1 && cores.length === 1 ? pass : fail(
          "bound once, one core",
          `bound ${bound} times, cores ${cores.join(", ")}`,
          [session.first],
        );
      }),
  ),
  coreIdentityCheck(
    "9/identity_needs_no_pair",
    "With a core identity in the session-ID's place, no pair is stored or looked up",
    ["CID-091"],
    "receiver",
    ["9/identity_instead"],
    { wan: wanFacts, trace: traceFacts },
    (facts) =>
      whenTraced(
        facts,
        (trace, sent) =>
          sent.kind !== IdentityKind.core
            ? fail("core identities on the wire", `kind ${sent.kind}`, refs(sent.first))
            : trace.bindings.length === 0 && trace.identities.size > 0
            ? pass
            : fail("no pair is stored", `${trace.bindings.length} are`, refs(sent.first)),
      ),
  ),
  coreIdentityCheck(
    "1/least_loaded_core",
    "Under the least-load policy new sessions go to the core with less load",
    ["CID-020"],
    "receiver",
    ["9/least_load"],
    { wan: wanFacts, trace: traceFacts },
    (facts, evidence) =>
      whenTraced(facts, (trace, sent) => {
        const order = evidence.stimuli.find((s) => s.kind === "instruct")?.instruction as
          | { values?: number[] }
          | undefined;
        const loads = order?.values ?? [];
        if (loads.length === 0 || trace.bindings.length < 4) {
          return inconclusive("no load was put on the cores, or fewer than four sessions began");
        }
        const idle = loads.indexOf(Math.min(...loads));
        const there = trace.bindings.filter((b) => b.core === idle).length;
        return there * 2 > trace.bindings.length ? pass : fail(
          `most of ${trace.bindings.length} sessions on idle core ${idle}`,
          `${there}`,
          refs(sent.first),
        );
      }),
  ),
];
