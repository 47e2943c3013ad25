/** Checks of the endpoints: groups B, D, F and I. */
import { REQUIRED } from "../../l2tp/facts/message_rules.ts";
import { readAvps } from "../../../captures/wire/l2tp_avp.ts";
import type { L2tpPacket } from "../facts/packets.ts";
import {
  all,
  clusterCheck,
  fail,
  globalAddress,
  inconclusive,
  localAddress,
  refs,
  tells,
  type View,
} from "./view.ts";

const SERVED = ["nat/bring_up", "global/bring_up"] as const;
const SPREAD = ["nat/many_tunnels", "global/many_tunnels"] as const;

/** Attributes that a message carries, in order. */
export function attributesOf({ octets }: L2tpPacket): number[] {
  const bytes = Uint8Array.fromHex(octets);
  return readAvps(bytes, 12).avps.map(({ type }) => type);
}

/** What is missing of what a message must carry. */
export function lacks(packet: L2tpPacket): number | undefined {
  const present = attributesOf(packet);
  return (REQUIRED[packet.type] ?? []).find((type) => !present.includes(type));
}

/** Fails at the first reply that breaks a rule. */
function replies(
  v: View,
  words: string,
  test: (reply: L2tpPacket, request: L2tpPacket | undefined, n: number) => boolean,
) {
  const found = v.replies();
  const bad = found.find(({ reply, request, n }) => !test(reply, request, n));
  return v.needs(found, "SCCRP") ??
    (bad && fail(words, `SCCRP from ${bad.reply.source}`, refs(bad.request, bad.reply)));
}

/** Requests that endpoints got; inconclusive without. */
function asked(v: View) {
  return v.needs([1, 2, 3].flatMap((n) => v.of(`lan-e${n}`, "SCCRQ")), "request at an endpoint");
}

/** The packets that endpoint `n` sent to initiators, wherever they left. */
function sent(v: View, n: number): L2tpPacket[] {
  return v.at(`lan-e${n}`).concat(v.at(`ext-e${n}`)).filter((p) =>
    p.destination.startsWith("198.51.")
  );
}

/** The checks of these groups. */
export const ENDPOINT_CHECKS = [
  clusterCheck(
    "reply_to_source",
    "The SCCRP goes to the source of the request",
    ["TCL-017"],
    "endpoint",
    SERVED,
    (v) => {
      const requests = [1, 2, 3].flatMap((n) => v.of(`lan-e${n}`, "SCCRQ"));
      return all(
        asked(v),
        replies(
          v,
          "the address and port of a request",
          (reply) =>
            requests.some((r) =>
              r.source === reply.destination && r.sourcePort === reply.destinationPort
            ),
        ),
      );
    },
  ),
  clusterCheck(
    "reply_names_tunnel",
    "The SCCRP's header has the Tunnel ID of the request",
    ["TCL-018"],
    "endpoint",
    SERVED,
    (v) => {
      const requests = [1, 2, 3].flatMap((n) => v.of(`lan-e${n}`, "SCCRQ"));
      return all(
        asked(v),
        replies(
          v,
          "the Tunnel ID that the initiator assigned",
          (reply) => requests.some((r) => r.assigned === reply.tunnelId),
        ),
      );
    },
  ),
  clusterCheck(
    "own_tunnel_ids",
    "Each tunnel of an endpoint has a Tunnel ID of its own",
    ["TCL-019"],
    "endpoint",
    SPREAD,
    (v) => {
      const found = v.replies();
      if (found.length < 6) return inconclusive(`only ${found.length} SCCRPs were captured`);
      const seen = new Map<string, L2tpPacket>();
      for (const { n, reply } of found) {
        const key = `${n} ${reply.assigned}`, before = seen.get(key);
        const tunnel = `${reply.destination} ${reply.tunnelId}`;
        const clash = before !== undefined && `${before.destination} ${before.tunnelId}` !== tunnel;
        if (reply.assigned <= 0 || clash) {
          return fail("a Tunnel ID of its own", `${reply.assigned}`, refs(before, reply));
        }
        seen.set(key, reply);
      }
      return all();
    },
  ),
  clusterCheck(
    "reply_from_local",
    "The SCCRP leaves with the endpoint's local address",
    ["TCL-020"],
    "endpoint",
    ["nat/bring_up", "nat/many_tunnels"],
    (v) =>
      all(asked(v), replies(v, "its local address", (r, _, n) => r.source === localAddress(n))),
  ),
  clusterCheck(
    "reply_by_nat",
    "The SCCRP travels to the NAT",
    ["TCL-021"],
    "endpoint",
    ["nat/bring_up", "nat/many_tunnels"],
    (v) => {
      const there = v.of("lan-n", "SCCRP");
      return all(
        asked(v),
        replies(
          v,
          "an SCCRP that reaches the NAT",
          (reply) => there.some((p) => p.octets === reply.octets),
        ),
      );
    },
  ),
  clusterCheck(
    "reply_numbers",
    "The SCCRP has Ns 0, Nr 1 and the AVPs that must be present",
    ["TCL-022"],
    "endpoint",
    SERVED,
    (v) =>
      all(
        asked(v),
        replies(v, "Ns 0, Nr 1 and all AVPs", (p) =>
          p.ns === 0 && p.nr === 1 && lacks(p) === undefined),
      ),
  ),
  clusterCheck(
    "established",
    "With the SCCCN the control connection is established",
    ["TCL-038"],
    "endpoint",
    ["nat/bring_up"],
    (v, evidence) => {
      const last = v.of("lan-e3", "SCCCN");
      return all(
        v.needs(last, "SCCCN at the endpoint"),
        tells(evidence, "endpoint3"),
        v.events("endpoint3", "control_connection_up").length > 0
          ? undefined
          : fail("an established control connection", "none in the trace", refs(last[0])),
      );
    },
  ),
  ...(["nat", "global"] as const).map((variant) =>
    clusterCheck(
      `acknowledges_${variant}`,
      "The SCCCN is acknowledged from the endpoint's address",
      variant === "nat" ? ["TCL-039"] : ["TCL-071"],
      "endpoint",
      [`${variant}/bring_up`],
      (v) => {
        const tap = variant === "nat" ? "lan-e3" : "ext-e3";
        const last = v.of(tap, "SCCCN")[0];
        if (last === undefined) return inconclusive("no SCCCN reached the endpoint");
        const address = variant === "nat" ? localAddress(3) : globalAddress(3);
        const acknowledged = sent(v, 3).some((p) =>
          p.type === 0 && p.nr >= 2 && p.time >= last.time && p.source === address
        );
        return all(
          acknowledged ? undefined : fail(`a ZLB with Nr 2 from ${address}`, "none", refs(last)),
        );
      },
    )
  ),
  clusterCheck(
    "call_within_tunnel",
    "ICRP goes back on the way that the tunnel took",
    ["TCL-046"],
    "endpoint",
    SERVED,
    (v) => {
      const reply = v.replies()[0]?.reply;
      const icrq = v.of("lan-e3", "ICRQ").concat(v.of("ext-e3", "ICRQ"))[0];
      if (reply === undefined || icrq === undefined) return inconclusive("no call was captured");
      const all_ = v.of("lan-e3", "ICRP").concat(v.of("ext-e3", "ICRP"));
      const bad = all_.find((p) => p.tap !== reply.tap || p.destination !== reply.destination);
      return all(
        all_.length === 0 ? fail("an ICRP", "none", refs(icrq)) : undefined,
        bad &&
          fail(
            `${reply.tap} to ${reply.destination}`,
            `${bad.tap} to ${bad.destination}`,
            refs(bad),
          ),
      );
    },
  ),
  clusterCheck(
    "static_address",
    "All packets of a tunnel come from one address and port",
    ["TCL-051"],
    "endpoint",
    SERVED,
    (v) => {
      const all_ = sent(v, 3), first = all_[0];
      if (first === undefined || !all_.some((p) => p.type === -1)) {
        return inconclusive("the endpoint sent no data");
      }
      return all(v.each(
        all_,
        "packet",
        `${first.source}:${first.sourcePort}`,
        (p) => p.source === first.source && p.sourcePort === first.sourcePort,
      ));
    },
  ),
  clusterCheck(
    "reply_from_global",
    "The SCCRP has the endpoint's global address, the initiator's Tunnel ID and its own",
    ["TCL-067"],
    "endpoint",
    ["global/bring_up", "global/many_tunnels"],
    (v) =>
      all(
        asked(v),
        replies(v, "its global address and both Tunnel IDs", (p, _, n) =>
          p.source === globalAddress(n) && p.tunnelId > 0 && p.assigned > 0),
      ),
  ),
  clusterCheck(
    "reply_by_own_link",
    "The SCCRP leaves by the endpoint's own link",
    ["TCL-068"],
    "endpoint",
    ["global/bring_up", "global/many_tunnels"],
    (v) =>
      all(
        asked(v),
        v.none([1, 2, 3].flatMap((n) => v.of(`lan-e${n}`, "SCCRP")), "no SCCRP inside"),
        v.needs([1, 2, 3].flatMap((n) => v.of(`ext-e${n}`, "SCCRP")), "SCCRP"),
      ),
  ),
  clusterCheck(
    "direct",
    "Replies and data go from the endpoint to the initiator directly, without a NAT",
    ["TCL-072", "TCL-073"],
    "endpoint",
    ["global/bring_up"],
    (v) => {
      const data = v.at("ext-e3", (p) => p.source === globalAddress(3) && p.type === -1);
      const inside = v.at("lan-e3", (p) => p.type !== 1);
      return all(
        asked(v),
        v.none(inside, "requests alone on the cluster's network"),
        v.of("ext-e3", "ICCN").length === 0 ? inconclusive("no call was captured") : undefined,
        data.length > 0 ? undefined : fail("data to the initiator", "none"),
      );
    },
  ),
];
