/** FIG. 4 and FIG. 7, steps 704 to 708: how the identity travels, and which core works by it. */
import { IdentityKind, Placement } from "../../../captures/wire/core_identity.ts";
import {
  announcementsOf,
  configured,
  coreIdentityCheck,
  fail,
  firstProblem,
  inconclusive,
  keepsIdentity,
  pass,
  refs,
  traceFacts,
  wanFacts,
  whenSent,
  whenTraced,
} from "./common.ts";

/** The checks of this group. */
export const IDENTITY_CHECKS = [
  coreIdentityCheck(
    "7/every_piece_attributable",
    "Every piece of a datagram carries the identity of its session",
    ["CID-063"],
    "sender",
    ["7/sessions"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        if (sent.pieces === 0) return inconclusive("no datagram travelled in pieces");
        if (sent.untagged === 0 && sent.pieceConflicts === 0) return keepsIdentity(sent.sessions);
        return fail(
          "the same identity in every piece of a datagram",
          `${sent.untagged} packets without identity, ${sent.pieceConflicts} with another`,
          refs(sent.firstUntagged, sent.firstPieceConflict),
        );
      }),
  ),
  coreIdentityCheck(
    "7/core_identified",
    "The core that an identity names, and no other, processes the datagram",
    ["CID-066"],
    "receiver",
    ["7/sessions", "7/sixty_four_sessions", "7/offline_cores", "9/identity_instead"],
    { wan: wanFacts, trace: traceFacts },
    (facts) =>
      whenTraced(facts, (trace, sent) => {
        if (trace.cores.size === 0) return inconclusive("the trace does not name the cores");
        if (trace.identities.size === 0) {
          return fail("packets processed by identity", "none were", refs(sent.first));
        }
        return firstProblem(trace.identities, ([identity, { cores }]) => {
          const wrong = [...cores.keys()].find((core) => trace.cores.get(core) !== identity);
          const frame = sent.sessions.find((s) => s.identity === identity)?.first;
          return wrong === undefined ? undefined : fail(
            `the core of identity ${identity} processes its packets`,
            `core ${wrong}, of identity ${trace.cores.get(wrong)}, does`,
            refs(frame),
          );
        });
      }),
  ),
  coreIdentityCheck(
    "common/clear_identity",
    "The identity is readable on every packet without decryption",
    ["CID-099"],
    "sender",
    ["7/sessions", "7/outer_ipv6"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const announced = announcementsOf(wan, "receiver");
        if (announced.length === 0) return inconclusive("the receiver announced no cores");
        const known = new Set(announced.flatMap((a) => a.identities));
        const alien = [...sent.identities.keys()].find((identity) => !known.has(identity));
        if (alien === undefined && sent.untagged === 0) return pass;
        const session = sent.sessions.find((s) => s.identity === alien);
        const changed = sent.sessions.flatMap((s) => s.changes).find((c) => c.identity === alien);
        return fail(
          `one of the announced identities ${[...known].join(" ")} on every packet`,
          alien ?? `${sent.untagged} packets without`,
          refs(session?.first, changed?.frame, sent.firstUntagged),
        );
      }),
  ),
  coreIdentityCheck(
    "common/clear_identity_used",
    "The receiver finds the core without decrypting anything",
    ["CID-099"],
    "receiver",
    ["7/sessions", "7/outer_ipv6"],
    { wan: wanFacts, trace: traceFacts },
    (facts) =>
      whenTraced(
        facts,
        (trace, sent) =>
          trace.processed === sent.arrived && trace.unknown === 0 ? pass : fail(
            `${sent.arrived} packets processed by their identities`,
            `${trace.processed} processed, ${trace.unknown} of unknown identity`,
            refs(sent.first),
          ),
      ),
  ),
  coreIdentityCheck(
    "4/clear_header_by_default",
    "By default the identity is clear and stands in a header",
    ["CID-028"],
    "sender",
    ["7/sessions"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const inHeader = !sent.placements.has(Placement.payload) && sent.kind === IdentityKind.core;
        return inHeader && sent.encryptedHeaders === 0 && sent.untagged === 0 ? pass : fail(
          "a core identity in a clear header",
          `kind ${sent.kind}, placements ${[
            ...sent.placements,
          ]}, ${sent.encryptedHeaders} encrypted`,
          refs(sent.first),
        );
      }),
  ),
  coreIdentityCheck(
    "4/encrypted_identity",
    "An encrypted identity differs from packet to packet and from every clear one",
    ["CID-029"],
    "sender",
    ["7/encrypted_identity"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const known = new Set(announcementsOf(wan, "receiver").flatMap((a) => a.identities));
        const clear = [...sent.identities.keys()].filter((identity) => known.has(identity));
        return clear.length === 0 && sent.identities.size > sent.packets / 2 ? pass : fail(
          "no clear identity on the wire",
          `${clear.length} clear ones, ${sent.identities.size} values on ${sent.packets} packets`,
          refs(sent.first),
        );
      }),
  ),
  coreIdentityCheck(
    "4/decrypts_then_assigns",
    "The receiver decrypts an encrypted identity before it assigns the core",
    ["CID-029"],
    "receiver",
    ["7/encrypted_identity"],
    { wan: wanFacts, trace: traceFacts },
    (facts) =>
      whenTraced(facts, (trace, sent) => {
        const one = [...trace.sessions.values()].every(({ cores }) => cores.size === 1);
        const used = new Set([...trace.sessions.values()].flatMap((s) => [...s.cores.keys()])).size;
        return one && trace.unknown === 0 && used > 1 ? pass : fail(
          "one core for each session, several cores for all, no unknown identity",
          `${used} cores, ${trace.unknown} unknown identities`,
          refs(sent.first),
        );
      }),
  ),
  coreIdentityCheck(
    "4/provisioned_identities",
    "A provisioned sender uses the provisioned identities, and none is announced",
    ["CID-032"],
    "sender",
    ["7/preshared"],
    { wan: wanFacts },
    ({ wan }, evidence) =>
      whenSent(wan, (sent) => {
        const told = announcementsOf(wan, "receiver");
        if (told.length > 0) return inconclusive("the receiver announced its cores");
        const lists = configured(evidence, "sender", "provisioned") as
          | Record<string, number[]>
          | undefined;
        if (lists === undefined) return inconclusive("no provisioned identities are declared");
        const known = new Set((lists.receiver ?? []).map((n) => n.toString(16)));
        return firstProblem(sent.sessions, (s) =>
          known.has(s.identity) ? undefined : fail(
            `one of the provisioned identities ${[...known].join(" ")}`,
            s.identity,
            [s.first],
          ));
      }),
  ),
];
