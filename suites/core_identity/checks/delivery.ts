/** Whether datagrams come out as they went in: CID-065, CID-030, CID-086, CID-100, CID-106, CID-108. */
import type { LanFacts } from "../facts/lan.ts";
import type { Verdict } from "../../kit/verdict.ts";
import {
  coreIdentityCheck,
  fail,
  firstProblem,
  frameOf,
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
import { Placement } from "../../../captures/wire/core_identity.ts";

/**
 * Passes when every flow that `from` took in came out elsewhere, datagram for datagram and octet for
 * octet; inconclusive when none was taken in.
 */
export function delivered(lan: LanFacts, from: string): Verdict {
  const flows = lan.flows.filter((f) => f.from === from && f.sent > 0);
  if (flows.length === 0) return inconclusive(`${from} took in no datagram from its LAN`);
  return firstProblem(flows, (f) => {
    if (f.sent !== f.delivered) {
      return fail(
        `all ${f.sent} datagrams of ${f.flow} come out`,
        `${f.delivered} do`,
        refs(lan.missing(f) ?? f.firstSent, f.firstAlien),
      );
    }
    return f.sentSum === f.deliveredSum ? undefined : fail(
      `the ${f.sent} datagrams of ${f.flow} come out unchanged`,
      "octets differ",
      refs(lan.missing(f) ?? f.firstSent, f.firstAlien ?? f.firstDelivered),
    );
  });
}

/** The checks of this group. */
export const DELIVERY_CHECKS = [
  coreIdentityCheck(
    "7/recovered_intact",
    "The receiver takes datagrams out of encapsulation packets intact",
    ["CID-065"],
    "receiver",
    ["7/sessions", "9/sessions", "7/payload_identity", "9/encapsulation"],
    { wan: wanFacts, lan: lanFacts },
    ({ wan, lan }) => whenSent(wan, () => delivered(lan, "sender")),
  ),
  coreIdentityCheck(
    "4/identity_in_payload",
    "An identity in the payload stands at its declared place",
    ["CID-030"],
    "sender",
    ["7/payload_identity"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const placed = sent.placements.size === 1 && sent.placements.has(Placement.payload);
        return placed ? keepsIdentity(sent.sessions) : fail(
          "every identity in the payload section",
          `placements ${[...sent.placements].join(", ")}`,
          refs(sent.first),
        );
      }),
  ),
  coreIdentityCheck(
    "4/identity_removed",
    "An identity in the payload is removed before the datagram is forwarded",
    ["CID-030"],
    "receiver",
    ["7/payload_identity"],
    { wan: wanFacts, lan: lanFacts },
    ({ wan, lan }) => whenSent(wan, () => delivered(lan, "sender")),
  ),
  coreIdentityCheck(
    "9/pieces_on_many_tunnels",
    "Pieces of one datagram take different tunnels",
    ["CID-086"],
    "sender",
    ["9/sessions", "7/sessions"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        if (sent.pieces === 0) return inconclusive("no datagram travelled in pieces");
        return sent.spreadDatagrams > 0 ? pass : fail(
          "pieces of one datagram on several tunnels, as declared",
          "every datagram kept to one tunnel",
          refs(sent.first),
        );
      }),
  ),
  coreIdentityCheck(
    "9/pieces_joined",
    "Pieces are joined whichever tunnels carry them",
    ["CID-086"],
    "receiver",
    ["9/sessions", "7/sessions"],
    { wan: wanFacts, lan: lanFacts },
    ({ wan, lan }) =>
      whenSent(wan, (sent) => {
        if (sent.spreadDatagrams === 0) return inconclusive("no datagram took several tunnels");
        return delivered(lan, "sender");
      }),
  ),
  coreIdentityCheck(
    "common/end_to_end_sender",
    "Every datagram of a transfer leaves with an identity, in one packet of one tunnel at a time",
    ["CID-100"],
    "sender",
    ["7/transfer"],
    { wan: wanFacts, lan: lanFacts },
    ({ wan, lan }) =>
      whenSent(wan, (sent) => {
        const entered = lan.flows.filter((f) => f.from === "sender");
        const left = new Set(sent.sessions.map((s) => s.flow));
        const lost = entered.find((f) => !left.has(f.flow));
        if (entered.length === 0) return inconclusive("the sender took in no datagram");
        if (lost !== undefined) {
          return fail(`${lost.flow} leaves by the tunnels`, "it does not", refs(lost.firstSent));
        }
        if (sent.globals.repeats > 0) {
          return fail(
            "each packet once",
            `${sent.globals.repeats} global sequence numbers appear again`,
            refs(sent.firstRepeatedGlobal),
          );
        }
        return keepsIdentity(sent.sessions);
      }),
  ),
  coreIdentityCheck(
    "common/end_to_end_receiver",
    "Every datagram of a transfer is processed by the core that its identity names, and forwarded",
    ["CID-100"],
    "receiver",
    ["7/transfer"],
    { wan: wanFacts, lan: lanFacts, trace: traceFacts },
    (facts) =>
      whenTraced(facts, (trace, sent) => {
        if (trace.processed !== sent.arrived) {
          return fail(
            `${sent.arrived} packets that arrived are processed`,
            `${trace.processed} are`,
            refs(sent.first),
          );
        }
        const misplaced = [...trace.identities].find(([identity, { cores }]) =>
          [...cores.keys()].some((core) => trace.cores.get(core) !== identity)
        );
        return misplaced === undefined ? delivered(facts.lan, "sender") : fail(
          `the core of identity ${misplaced[0]} processes its packets`,
          `cores ${[...misplaced[1].cores.keys()].join(", ")} do`,
          frameOf(sent, misplaced[0]),
        );
      }),
  ),
  ...(["sender", "receiver"] as const).map((role) =>
    coreIdentityCheck(
      `common/both_directions_${role}`,
      "The rules hold in the reverse direction too: identities, cores, delivery",
      ["CID-102"],
      role,
      ["7/transfer"],
      { wan: wanFacts, lan: lanFacts, trace: traceFacts },
      (facts) =>
        whenTraced(
          facts,
          (trace, back) => {
            const kept = keepsIdentity(back.sessions);
            if (kept.verdict !== "pass") return kept;
            if (trace.processed !== back.arrived) {
              return fail(
                `${back.arrived} packets that arrived back are processed`,
                `${trace.processed} are`,
                refs(back.first),
              );
            }
            return delivered(facts.lan, "receiver");
          },
          "sender",
          "receiver",
        ),
    )
  ),
  ...(["sender", "receiver"] as const).map((role) =>
    coreIdentityCheck(
      `common/ip_versions_${role}`,
      "IPv4 and IPv6 datagrams are carried over IPv4 and over IPv6",
      ["CID-106"],
      role,
      ["7/inner_ipv6", "7/outer_ipv6"],
      { wan: wanFacts, lan: lanFacts },
      ({ wan, lan }) =>
        whenSent(wan, (sent) => {
          const versions = new Set(lan.flows.filter((f) => f.sent > 0).map((f) => f.ipVersion));
          if (versions.size < 2) return inconclusive("not both IP versions went in");
          const kept = keepsIdentity(sent.sessions);
          return kept.verdict === "pass" ? delivered(lan, "sender") : kept;
        }),
    )
  ),
  coreIdentityCheck(
    "common/core_withdrawn",
    "When a core is withdrawn its sessions go on, on a core that is left",
    ["CID-108"],
    "receiver",
    ["7/core_withdrawn"],
    { wan: wanFacts, lan: lanFacts, trace: traceFacts },
    (facts) =>
      whenTraced(facts, (trace) => {
        if ((trace.events.get("cores_changed") ?? 0) === 0) {
          return inconclusive("no core was withdrawn");
        }
        return delivered(facts.lan, "sender");
      }),
  ),
];
