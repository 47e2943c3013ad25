/** FIG. 9: clear session-IDs, CID-078 to CID-093, with CID-020 and CID-048. */
import { judgeLimit, toleranceOf } from "../../kit/lateness.ts";
import type { FrameRef } from "../../../captures/frame.ts";
import { IdentityKind, Placement } from "../../../captures/wire/core_identity.ts";
import {
  configured,
  coreIdentityCheck,
  declared,
  fail,
  firstProblem,
  inconclusive,
  keepsIdentity,
  pass,
  refs,
  wanFacts,
  whenSent,
} from "./common.ts";

const PLACED = [
  "9/encapsulation",
  "9/tunnel",
  "9/payload",
  "9/encapsulation_encrypted_header",
  "9/tunnel_encrypted_header",
  "9/payload_encrypted_header",
] as const;
const CLEAR_OCTETS = { none: undefined, part: 28, whole: 0 } as const;

/** The checks of this group that judge a sender. */
export const SESSION_ID_CHECKS = [
  coreIdentityCheck(
    "9/one_id_a_session",
    "Datagrams of one session carry one session-ID, those of different sessions different ones",
    ["CID-078"],
    "sender",
    ["9/sessions", "9/key_fields"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        if (sent.kind !== IdentityKind.session || sent.sessions.length < 2) {
          return inconclusive("not two sessions with session-IDs");
        }
        const kept = keepsIdentity(sent.sessions);
        return kept.verdict === "pass" ? distinct(sent.sessions) : kept;
      }),
  ),
  coreIdentityCheck(
    "9/unique_ids",
    "No two of 10,000 live sessions share a session-ID",
    ["CID-048"],
    "sender",
    ["9/ten_thousand_sessions"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(
        wan,
        (sent) =>
          sent.sessions.length < 10_000
            ? inconclusive(`only ${sent.sessions.length} sessions were captured`)
            : distinct(sent.sessions),
      ),
  ),
  coreIdentityCheck(
    "9/clear_id",
    "The session-ID is clear wherever it stands, whatever else is encrypted",
    ["CID-080"],
    "sender",
    PLACED,
    { wan: wanFacts },
    ({ wan }, evidence) =>
      whenSent(wan, (sent) => {
        const place = declared<keyof typeof Placement>(evidence, "sender", "placement", "tunnel");
        if (place === undefined) return inconclusive("the profile declares no `placement`");
        if (sent.placements.size !== 1 || !sent.placements.has(Placement[place])) {
          return fail(
            `the session-ID in its declared place, ${place}`,
            `placements ${[...sent.placements].join(", ")}`,
            refs(sent.first),
          );
        }
        const kept = keepsIdentity(sent.sessions);
        return kept.verdict === "pass" ? distinct(sent.sessions) : kept;
      }),
  ),
  coreIdentityCheck(
    "9/datagram_cover",
    "As much of the datagram is encrypted as is declared",
    ["CID-079"],
    "sender",
    PLACED,
    { wan: wanFacts },
    ({ wan }, evidence) =>
      whenSent(wan, (sent) => {
        const cover = declared<keyof typeof CLEAR_OCTETS>(evidence, "sender", "cover", "none");
        if (cover === undefined) return inconclusive("the profile declares no `cover`");
        const clear = CLEAR_OCTETS[cover];
        const right = clear === undefined
          ? sent.sealed === 0
          : sent.sealed === sent.packets && [...sent.clearLengths].every((n) => n === clear);
        // Each sealed datagram was opened with the key, so what is called ciphertext is.
        return right && sent.unreadable === 0 ? pass : fail(
          `datagram cover "${cover}"`,
          `${sent.sealed} of ${sent.packets} sealed, clear octets ${[...sent.clearLengths]}, ` +
            `${sent.unreadable} that the key does not open`,
          refs(sent.first),
        );
      }),
  ),
  coreIdentityCheck(
    "9/header_encryption",
    "The tunnel header is encrypted when that is declared, and only then",
    ["CID-083"],
    "sender",
    PLACED,
    { wan: wanFacts },
    ({ wan }, evidence) =>
      whenSent(wan, (sent) => {
        const encrypts = declared(evidence, "sender", "headerEncrypted", false);
        if (encrypts === undefined) {
          return inconclusive("the profile declares no `headerEncrypted`");
        }
        const expected = encrypts ? sent.packets : 0;
        return sent.encryptedHeaders === expected && sent.unreadable === 0 ? pass : fail(
          `${expected} of ${sent.packets} tunnel headers encrypted, and opened by the key`,
          `${sent.encryptedHeaders} encrypted, ${sent.unreadable} unreadable`,
          refs(sent.first),
        );
      }),
  ),
  coreIdentityCheck(
    "9/outer_id",
    "The session-ID stands in the header of the encapsulation packet",
    ["CID-084"],
    "sender",
    ["9/encapsulation", "9/encapsulation_encrypted_header"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const outer = sent.placements.size === 1 && sent.placements.has(Placement.encapsulation);
        return outer && sent.untagged === 0 ? keepsIdentity(sent.sessions) : fail(
          "the session-ID in the encapsulation header",
          `placements ${[...sent.placements].join(", ")}`,
          refs(sent.first),
        );
      }),
  ),
  coreIdentityCheck(
    "9/tunnel_criterion",
    "Packets take the tunnels that the criterion prefers",
    ["CID-081"],
    "sender",
    ["9/lowest_latency"],
    { wan: wanFacts },
    ({ wan }, evidence) =>
      whenSent(wan, (sent) => {
        if (!Object.values(evidence.linkCounters).some((c) => c.delayed > 0)) {
          return inconclusive("the links delayed nothing");
        }
        const tunnels = [...sent.tunnels.values()];
        const quick = tunnels.filter((t) => t.tap === "wan-s1");
        const share = quick.reduce((sum, t) => sum + t.packets, 0) / sent.packets;
        if (share >= 0.9) return pass;
        const [least, next] = (evidence.topology?.links ?? [])
          .flatMap(({ impairment }) => impairment?.delay ?? []).sort((a, b) => a - b);
        // Ends that are late measure that as well.
        return judgeLimit(
          2 * (next - least) || 0,
          Infinity,
          toleranceOf(evidence, "sender", "receiver"),
          () =>
            fail(
              "nine of ten packets on the quickest access network, s1",
              `${(share * 100).toFixed(0)} % of them`,
              refs(tunnels.find((t) => t.tap !== "wan-s1")?.first),
            ),
        ) ?? pass;
      }),
  ),
  coreIdentityCheck(
    "9/tunnel_header",
    "The tunnel header numbers packets by one on each tunnel, and by one over all tunnels",
    ["CID-082"],
    "sender",
    ["9/sessions", "9/tunnel"],
    { wan: wanFacts },
    ({ wan }, evidence) =>
      whenSent(wan, (sent) => {
        const tunnels = [...sent.tunnels.values()];
        if (tunnels.length < 2) return inconclusive("fewer than two tunnels were used");
        const broken = tunnels.find((t) => t.gaps > 0 || t.strays > 0);
        if (broken !== undefined) {
          return fail(
            `tunnel ${broken.id} counts its packets by one, on one pair of networks`,
            `${broken.gaps} steps of another size, ${broken.strays} packets elsewhere`,
            refs(broken.first, broken.firstGap, broken.firstStray),
          );
        }
        const { missing, repeats } = sent.globals;
        if (missing > 0 && evidence.world === "captures") {
          return inconclusive(`${missing} global sequence numbers are in no capture given`);
        }
        return missing === 0 && repeats === 0 ? pass : fail(
          "the global sequence number counts all packets by one",
          `${missing} numbers are missing, ${repeats} appear again`,
          refs(sent.first, sent.firstRepeatedGlobal),
        );
      }),
  ),
  coreIdentityCheck(
    "9/selected_tunnel",
    "A packet leaves on the tunnel that was selected",
    ["CID-085"],
    "sender",
    ["9/pinned_tunnel"],
    { wan: wanFacts },
    ({ wan }, evidence) =>
      whenSent(wan, (sent) => {
        const pinned = configured(evidence, "sender", "pinnedTunnel");
        if (pinned === undefined) return inconclusive("no tunnel is pinned");
        const others = [...sent.tunnels.values()].filter((t) => t.id !== pinned || t.strays > 0);
        return others.length === 0 ? pass : fail(
          `all packets on tunnel ${pinned}`,
          others.map((t) => `${t.packets} on tunnel ${t.id}`).join(", "),
          others.map((t) => t.firstStray ?? t.first),
        );
      }),
  ),
];

/** Fails when two sessions share an identity. */
function distinct(sessions: readonly { identity: string; flow: string; first: FrameRef }[]) {
  const seen = new Map<string, typeof sessions[number]>();
  return firstProblem(sessions, (s) => {
    const other = seen.get(s.identity);
    seen.set(s.identity, s);
    return other && fail(
      `${s.flow} and ${other.flow} have session-IDs of their own`,
      `both have ${s.identity}`,
      [other.first, s.first],
    );
  });
}
