/** FIG. 7, steps 702 to 708: which core a session gets, and which core works. */
import { IdentityKind, Placement } from "../../../captures/wire/core_identity.ts";
import {
  announcementsOf,
  byBeginning,
  configured,
  coreIdentityCheck,
  fail,
  firstProblem,
  inconclusive,
  keepsIdentity,
  lanFacts,
  pass,
  refs,
  traceFacts,
  wanFacts,
  whenSent,
  whenTraced,
} from "./common.ts";
import { delivered } from "./delivery.ts";

/** Chi-square of 3 degrees of freedom that chance exceeds once in 10,000 runs. */
const CHI_SQUARE_LIMIT = 21.1;
const EXPEDITED = 46;

/** The checks of this group. */
export const ASSIGNMENT_CHECKS = [
  coreIdentityCheck(
    "7/classification",
    "Each session is recognised: as many identities as the policy gives to so many sessions",
    ["CID-057", "CID-067"],
    "sender",
    ["7/sessions", "7/sixty_four_sessions"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const announced = announcementsOf(wan, "receiver")[0]?.identities.length ?? 0;
        if (announced < 2 || sent.sessions.length < 2) {
          return inconclusive("fewer than two cores or two sessions");
        }
        const expected = Math.min(announced, sent.sessions.length);
        const found = new Set(sent.sessions.map((s) => s.identity)).size;
        return found === expected ? pass : fail(
          `${expected} identities for ${sent.sessions.length} sessions and ${announced} cores`,
          `${found}`,
          sent.sessions.slice(0, 4).map((s) => s.first),
        );
      }),
  ),
  coreIdentityCheck(
    "7/first_assignment",
    "The first datagram of a session gets an announced identity, the one that the policy gives",
    ["CID-058", "CID-061"],
    "sender",
    ["7/sixty_four_sessions", "7/offline_cores", "7/two_processors"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const [first] = announcementsOf(wan, "receiver");
        if (first === undefined) return inconclusive("the receiver announced no cores");
        const sessions = byBeginning(sent.sessions);
        if (sessions.length <= first.cores) {
          return inconclusive(`only ${sessions.length} sessions for ${first.cores} cores`);
        }
        return firstProblem(sessions.map((s, i) => ({ s, i })), ({ s, i }) => {
          const expected = first.identities[i % first.identities.length];
          return s.identity === expected ? undefined : fail(
            `identity ${expected} for session ${i + 1}, sequentially from ${
              first.identities.join(" ")
            }`,
            `identity ${s.identity}`,
            [first.frame, s.first],
          );
        });
      }),
  ),
  coreIdentityCheck(
    "7/later_assignment",
    "Later datagrams carry the identity of the first, however many sessions came between",
    ["CID-059"],
    "sender",
    ["7/ten_thousand_sessions"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const returning = sent.sessions.filter((s) => s.packets > 5);
        if (sent.sessions.length < 10_000 || returning.length === 0) {
          return inconclusive(
            `${sent.sessions.length} sessions, ${returning.length} of which came back`,
          );
        }
        return keepsIdentity(returning);
      }),
  ),
  coreIdentityCheck(
    "7/random_policy",
    "Under the random policy each core is selected about equally often",
    ["CID-060"],
    "sender",
    ["7/random"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const announced = announcementsOf(wan, "receiver")[0]?.identities ?? [];
        const counts = new Map(announced.map((identity) => [identity, 0]));
        for (const s of sent.sessions) counts.set(s.identity, (counts.get(s.identity) ?? 0) + 1);
        const expected = sent.sessions.length / announced.length;
        if (announced.length === 0 || expected < 20) return inconclusive("too few sessions");
        let chi = 0;
        for (const n of counts.values()) chi += (n - expected) ** 2 / expected;
        const sequence = byBeginning(sent.sessions).map((s) => s.identity);
        const turns = sequence.filter((id, i) =>
          i >= announced.length &&
          id === sequence[i - announced.length]
        ).length;
        const histogram = [...counts].map(([id, n]) => `${id}: ${n}`).join(", ");
        // Taking turns is perfectly even, and not random.
        return chi <= CHI_SQUARE_LIMIT && turns < sequence.length / 2 ? pass : fail(
          `about ${expected} sessions on each core, in no order (chi-square at most ${CHI_SQUARE_LIMIT})`,
          `${histogram}; chi-square ${chi.toFixed(1)}, ${turns} repetitions of the order`,
          refs(sent.first),
        );
      }),
  ),
  coreIdentityCheck(
    "7/selection_criteria",
    "Excluded cores stay unused, preferred cores come first, reserved ones are kept for their kind",
    ["CID-055", "CID-062"],
    "sender",
    ["7/selection_criteria"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const [announced] = announcementsOf(wan, "receiver");
        const rule = announced?.reserved.find((r) => r.field === "dscp" && r.value === EXPEDITED);
        if (announced === undefined || rule === undefined) {
          return inconclusive("no selection criteria were announced");
        }
        if (!sent.sessions.some((s) => s.dscp === EXPEDITED)) {
          return inconclusive("no expedited datagram left");
        }
        return firstProblem(sent.sessions, (s) => {
          const allowed = s.dscp === EXPEDITED ? rule.identities : announced.preferred;
          return allowed.includes(s.identity) ? undefined : fail(
            `DSCP ${s.dscp} on cores ${allowed.join(" or ")}`,
            `on core ${s.identity}`,
            [announced.frame, s.first],
          );
        });
      }),
  ),
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
    "7/several_tunnels",
    "A session's packets go through several connections, each packet through one",
    ["CID-064"],
    "sender",
    ["7/sessions", "7/transfer"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const long = sent.sessions.filter((s) => s.packets >= 20);
        if (long.length === 0) return inconclusive("no session had twenty packets");
        if (sent.globals.repeats > 0) {
          return fail(
            "each packet on one connection",
            `${sent.globals.repeats} packets appear again`,
            refs(sent.firstRepeatedGlobal),
          );
        }
        return firstProblem(long, (s) =>
          s.tunnels.size >= 2
            ? undefined
            : fail(`${s.flow} on two connections or more`, `on ${s.tunnels.size}`, [s.first]));
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
      whenTraced(facts, (trace) => {
        const one = [...trace.sessions.values()].every(({ cores }) => cores.size === 1);
        const used = new Set([...trace.sessions.values()].flatMap((s) => [...s.cores.keys()])).size;
        return one && trace.unknown === 0 && used > 1 ? pass : fail(
          "one core for each session, several cores for all, no unknown identity",
          `${used} cores, ${trace.unknown} unknown identities`,
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
        const known = new Set((lists?.receiver ?? []).map((n) => n.toString(16)));
        return firstProblem(sent.sessions, (s) =>
          known.has(s.identity) ? undefined : fail(
            `one of the provisioned identities ${[...known].join(" ")}`,
            s.identity,
            [s.first],
          ));
      }),
  ),
  coreIdentityCheck(
    "common/no_added_reordering",
    "With core affinity a session is reordered no more on the LAN than it arrived",
    ["CID-101"],
    "receiver",
    ["7/jitter"],
    { wan: wanFacts, lan: lanFacts },
    ({ wan, lan }, evidence) =>
      whenSent(wan, (sent) => {
        const arrived = sent.arrivals.count();
        const out = lan.arrivals.get("receiver")?.count();
        if (out === undefined || arrived.datagrams === 0) return inconclusive("nothing arrived");
        const delayed = Object.values(evidence.linkCounters).some((c) => c.delayed > 0);
        if (!delayed || arrived.reordered === 0) {
          return inconclusive("the links reordered nothing");
        }
        return out.reordered <= arrived.reordered ? pass : fail(
          `at most ${arrived.reordered} of ${arrived.datagrams} reordered, as they arrived`,
          `${out.reordered} of ${out.datagrams}`,
        );
      }),
  ),
  coreIdentityCheck(
    "common/wan_change",
    "When an access network goes and comes back, sessions keep their identities and go on",
    ["CID-104"],
    "sender",
    ["7/wan_change"],
    { wan: wanFacts, lan: lanFacts },
    ({ wan, lan }, evidence) =>
      whenSent(wan, (sent) => {
        if ((evidence.linkCounters.s1?.lost ?? 0) === 0) {
          return inconclusive("the link lost nothing while it was down");
        }
        const kept = keepsIdentity(sent.sessions);
        return kept.verdict === "pass" ? delivered(lan, "sender") : kept;
      }),
  ),
  coreIdentityCheck(
    "common/wan_change_at_receiver",
    "When an access network goes and comes back, sessions keep their cores",
    ["CID-104"],
    "receiver",
    ["7/wan_change"],
    { wan: wanFacts, trace: traceFacts },
    (facts, evidence) =>
      whenTraced(facts, (trace) => {
        if ((evidence.linkCounters.s1?.lost ?? 0) === 0) {
          return inconclusive("the link lost nothing while it was down");
        }
        return firstProblem(trace.sessions, ([session, { cores }]) =>
          cores.size === 1
            ? undefined
            : fail(`one core processes ${session}`, `cores ${[...cores.keys()].join(", ")} do`));
      }),
  ),
];
