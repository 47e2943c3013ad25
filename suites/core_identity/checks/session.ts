/** Group A: what a session is, CID-001 to CID-007 and CID-019. */
import { IdentityKind } from "../../../captures/wire/core_identity.ts";
import {
  announcementsOf,
  byBeginning,
  coreIdentityCheck,
  declared,
  fail,
  firstProblem,
  inconclusive,
  keepsIdentity,
  oneCoreEach,
  pass,
  refs,
  traceFacts,
  wanFacts,
  whenSent,
  whenTraced,
} from "./common.ts";

const FOUR_FIELDS_FLOWS = 5;

/** The checks of this group. */
export const SESSION_CHECKS = [
  coreIdentityCheck(
    "session/one_identity",
    "All packets of a session carry one identity, whatever tunnel they take",
    ["CID-001"],
    "sender",
    ["7/sessions", "7/inner_ipv6", "7/outer_ipv6", "9/sessions"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const spread = sent.sessions.some((s) => s.packets > 1) && sent.tunnels.size > 1;
        if (!spread) return inconclusive("no session with several packets over several tunnels");
        return keepsIdentity(sent.sessions);
      }),
  ),
  coreIdentityCheck(
    "session/one_core",
    "All packets of a session are processed by one core",
    ["CID-001"],
    "receiver",
    ["7/sessions", "7/inner_ipv6", "7/outer_ipv6", "9/sessions"],
    { wan: wanFacts, trace: traceFacts },
    (facts) =>
      whenTraced(facts, (trace, sent) => {
        if (trace.sessions.size === 0) return inconclusive("the trace names no session");
        return oneCoreEach(trace.sessions, sent);
      }),
  ),
  coreIdentityCheck(
    "session/four_values",
    "Flows that differ in one address or port get a selection each",
    ["CID-002"],
    "sender",
    ["7/key_fields", "9/key_fields"],
    { wan: wanFacts },
    ({ wan }, evidence) =>
      whenSent(wan, (sent) => {
        const sessions = byBeginning(sent.sessions.filter((s) => s.dscp === 0));
        const cores = sent.kind === IdentityKind.core
          ? announcementsOf(wan, "receiver")[0]?.cores ?? 0
          : Infinity;
        const policy = declared(evidence, "sender", "selection", "sequential");
        if (policy !== "sequential" || sessions.length > cores) {
          return inconclusive("the policy may give one identity to several sessions");
        }
        if (sessions.length < FOUR_FIELDS_FLOWS) {
          return inconclusive(`${sessions.length} of ${FOUR_FIELDS_FLOWS} flows were captured`);
        }
        const seen = new Map<string, typeof sessions[number]>();
        return firstProblem(sessions, (s) => {
          const other = seen.get(s.identity);
          seen.set(s.identity, s);
          return other && fail(
            `${s.flow} and ${other.flow} are two sessions, with a selection each`,
            `both carry identity ${s.identity}`,
            refs(other.first, s.first),
          );
        });
      }),
  ),
  coreIdentityCheck(
    "session/four_values_at_receiver",
    "The receiver tells flows apart that differ in one address or port",
    ["CID-002"],
    "receiver",
    ["7/key_fields", "9/key_fields"],
    { wan: wanFacts, trace: traceFacts },
    (facts) =>
      whenTraced(
        facts,
        (trace, sent) =>
          firstProblem(sent.sessions, (s) =>
            trace.sessions.has(s.flow) ? undefined : fail(
              `the receiver's trace has a session ${s.flow}`,
              `it has ${[...trace.sessions.keys()].join("; ")}`,
              [s.first],
            )),
      ),
  ),
  coreIdentityCheck(
    "session/protocol",
    "The protocol separates sessions as the declared key says",
    ["CID-003"],
    "sender",
    ["7/key_protocol"],
    { wan: wanFacts },
    ({ wan }, evidence) =>
      whenSent(wan, (sent) => {
        const plain = sent.sessions.filter((s) => s.dscp === 0);
        const udp = plain.find((s) => s.protocol === 17), tcp = plain.find((s) => s.protocol === 6);
        if (udp === undefined || tcp === undefined) {
          return inconclusive("not both a UDP and a TCP flow were captured");
        }
        const criteria = declared<{ protocol?: boolean }>(evidence, "sender", "criteria", {});
        if (criteria === undefined) return inconclusive("the profile declares no `criteria`");
        const apart = criteria.protocol ?? true;
        return (udp.identity !== tcp.identity) === apart ? pass : fail(
          `UDP and TCP with equal addresses and ports are ${
            apart ? "two sessions" : "one session"
          }`,
          `identities are ${udp.identity} and ${tcp.identity}`,
          [udp.first, tcp.first],
        );
      }),
  ),
  coreIdentityCheck(
    "session/extra_criterion",
    "The DSCP separates sessions when, and only when, it is a criterion",
    ["CID-004"],
    "sender",
    ["7/key_protocol", "7/key_fields"],
    { wan: wanFacts },
    ({ wan }, evidence) =>
      whenSent(wan, (sent) => {
        const urgent = sent.sessions.find((s) => s.dscp === 46);
        const plain = sent.sessions.find((s) => s.dscp === 0 && s.flow === urgent?.flow);
        if (urgent === undefined || plain === undefined) {
          return inconclusive("no flow was captured with two DSCP values");
        }
        const criteria = declared<{ dscp?: boolean }>(evidence, "sender", "criteria", {});
        if (criteria === undefined) return inconclusive("the profile declares no `criteria`");
        const apart = criteria.dscp ?? false;
        return (urgent.identity !== plain.identity) === apart ? pass : fail(
          `${plain.flow} with DSCP 0 and 46 is ${apart ? "two sessions" : "one session"}`,
          `identities are ${plain.identity} and ${urgent.identity}`,
          [plain.first, urgent.first],
        );
      }),
  ),
  coreIdentityCheck(
    "session/by_identity",
    "Flows that carry the same identity are one session to the receiver",
    ["CID-005"],
    "receiver",
    ["9/shared_id"],
    { wan: wanFacts, trace: traceFacts },
    (facts) =>
      whenTraced(facts, (trace, sent) => {
        const shared = sent.sessions.every((s) => s.identity === sent.sessions[0].identity);
        if (!shared || sent.sessions.length < 2) {
          return inconclusive("no two flows carry the same identity");
        }
        const cores = trace.sessionIds.get(sent.sessions[0].identity)?.cores;
        return trace.bindings.length === 1 && cores?.size === 1 ? pass : fail(
          "one binding and one core for the shared identity",
          `${trace.bindings.length} bindings, cores ${[...cores?.keys() ?? []].join(", ")}`,
          sent.sessions.map((s) => s.first),
        );
      }),
  ),
  coreIdentityCheck(
    "session/fragments",
    "All fragments of one datagram carry one identity",
    ["CID-006"],
    "sender",
    ["7/portless"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const fragments = sent.sessions.filter((s) => s.flow.includes("#"));
        const esp = sent.sessions.some((s) => s.protocol === 50);
        if (!esp || !fragments.some((s) => s.packets > 1)) {
          return inconclusive("no fragmented datagram or no ESP was captured");
        }
        return keepsIdentity(sent.sessions);
      }),
  ),
  coreIdentityCheck(
    "session/fragments_on_one_core",
    "All fragments of one datagram are processed by one core",
    ["CID-006"],
    "receiver",
    ["7/portless"],
    { wan: wanFacts, trace: traceFacts },
    (facts) =>
      whenTraced(facts, (trace, sent) => {
        const fragments = [...trace.sessions].filter(([session]) => session.includes("#"));
        if (fragments.length === 0) return inconclusive("the trace names no fragment");
        return oneCoreEach(fragments, sent);
      }),
  ),
  coreIdentityCheck(
    "session/tables_by_peer",
    "Each peer's sessions get identities out of that peer's set, counted for that peer alone",
    ["CID-007"],
    "sender",
    ["7/two_receivers"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) =>
        firstProblem(["receiver", "receiver2"], (peer) => {
          const sessions = byBeginning(sent.sessions.filter((s) => s.to === peer));
          const announced = announcementsOf(wan, peer)[0];
          if (sessions.length < 2 || announced === undefined) {
            return inconclusive(`${peer} announced nothing, or got fewer than two sessions`);
          }
          return firstProblem(sessions.map((s, i) => ({ s, i })), ({ s, i }) => {
            const expected = announced.identities[i % announced.identities.length];
            return s.identity === expected ? undefined : fail(
              `session ${i + 1} towards ${peer} carries ${expected}, its next in sequence`,
              `it carries ${s.identity}`,
              refs(announced.frame, s.first),
            );
          });
        })),
  ),
  coreIdentityCheck(
    "session/whatever_path",
    "A session that comes in by several interfaces is processed by one core",
    ["CID-019"],
    "receiver",
    ["7/sessions", "9/sessions"],
    { wan: wanFacts, trace: traceFacts },
    (facts) =>
      whenTraced(facts, (trace, sent) => {
        const many = [...trace.sessions].filter(([, { ports }]) => ports.size > 1);
        if (many.length === 0) return inconclusive("no session came in by several interfaces");
        return oneCoreEach(many, sent);
      }),
  ),
];
