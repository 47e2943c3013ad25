/** Checks on initiators that do what the reference initiator would not. */
import type { Evidence } from "../../kit/evidence.ts";
import { judgeUnaware, toleranceOf } from "../../kit/lateness.ts";
import { tooLateToTell } from "../../kit/verdict.ts";
import type { L2tpPacket } from "../facts/packets.ts";
import {
  ADDRESS,
  all,
  clusterCheck,
  configOf,
  fail,
  inconclusive,
  localAddress,
  pass,
  refs,
  type View,
} from "./view.ts";

const MISDIRECTED = ["nat/misdirected", "global/misdirected"] as const;
const HIGH = 40_000, HIGHER = 40_001;

/** Seconds around the declared time of a row in which either is right, however punctual the lab. */
const DOUBT = 0.1;
/** Seconds that a packet may take through a NAT. */
const PASSAGE = 0.25;

/** What a packet from outside meets: the row that an SCCRP made, which may be over. */
interface LivingRow {
  made: number;
  used: number;
  closed: number;
}

/** Packets from outside for rows of Table 1, each with its row as it was when the packet came. */
function packetsOfRows(v: View): { packet: L2tpPacket; row: LivingRow }[] {
  const rows = new Map<string, LivingRow>();
  const found: { packet: L2tpPacket; row: LivingRow }[] = [];
  for (const packet of v.at("ext-n")) {
    const { source, sourcePort, destination, destinationPort, time, type } = packet;
    const leaves = source === ADDRESS.nat;
    const key = leaves
      ? `${destination} ${destinationPort} ${sourcePort}`
      : `${source} ${sourcePort} ${destinationPort}`;
    if (leaves && type === 2 && !rows.has(key)) {
      rows.set(key, { made: time, used: time, closed: Infinity });
    }
    const row = rows.get(key);
    if (row === undefined) continue;
    if (!leaves) found.push({ packet, row: { ...row } });
    row.used = time;
    if (type === 4) row.closed = Math.min(row.closed, time);
  }
  return found;
}

/** Whether a row lives at a moment by declaration; undefined where it is near the border. */
function lives(row: LivingRow, time: number, evidence: Evidence): boolean | undefined {
  const { closing = 10_000, idle = 180_000 } = configOf(evidence, "nat") as Record<string, number>;
  const left = Math.min(row.closed + closing / 1000, row.used + idle / 1000) - time;
  const doubt = DOUBT + toleranceOf(evidence, "nat") / 1000;
  return Math.abs(left) < doubt ? undefined : left > 0;
}

/** The checks. */
export const SCRIPTED_CHECKS = [
  clusterCheck(
    "requests_alone",
    "Messages for a tunnel that stands are not relayed by the master",
    ["TCL-011"],
    "master",
    MISDIRECTED,
    (v) => {
      const astray = v.at("ext-m", (p) => p.source === ADDRESS.initiator && p.type !== 1);
      const types = new Set(astray.map(({ type }) => type));
      if (types.size < 4) return inconclusive(`only ${types.size} kinds of messages went astray`);
      return all(
        v.needs(v.forwarded(), "forwarded request"),
        v.none(v.at("lan-m", (p) => p.type !== 1), "requests alone"),
        v.none(v.at("ext-m", (p) => p.source === ADDRESS.master), "no word of the master"),
      );
    },
  ),
  clusterCheck(
    "row_lifetime",
    "A row lives as long as declared: past a StopCCN, without a packet, and with a tunnel",
    ["TCL-032"],
    "nat",
    ["nat/row_lifetime"],
    (v, evidence) => {
      const seen = { kept: 0, late: 0, over: 0, near: 0 };
      const { idle = 180_000 } = configOf(evidence, "nat") as Record<string, number>;
      for (const { packet, row } of packetsOfRows(v)) {
        const alive = lives(row, packet.time, evidence);
        if (alive === undefined) {
          seen.near++;
          continue;
        }
        const through = v.at("lan-n", (p) => p.octets === packet.octets && p.time >= packet.time)
          .some((p) => p.time < packet.time + PASSAGE + toleranceOf(evidence, "nat") / 1000);
        if (alive !== through) {
          const words = ["nothing, as its row is over", "the packet, as its row lives"];
          return fail(words[Number(alive)], words[1 - Number(alive)], refs(packet));
        }
        if (!alive) seen.over++;
        else if (row.closed < packet.time) seen.late++;
        else if (packet.time - row.made > idle / 1000) seen.kept++;
      }
      const enough = seen.kept > 0 && seen.late > 0 && seen.over > 1;
      if (enough) return pass;
      const reason = `packets of rows: ${JSON.stringify(seen)}`;
      return seen.near > 0 ? tooLateToTell(reason) : inconclusive(reason);
    },
  ),
  clusterCheck(
    "shared_row",
    "A row that two tunnels share outlives the first of them that ends",
    ["TCL-032"],
    "nat",
    ["nat/row_shared"],
    (v, evidence) => {
      const { closing = 10_000 } = configOf(evidence, "nat") as Record<string, number>;
      const stop = v.of("ext-n", "StopCCN", (p) => p.source === ADDRESS.initiator)[0];
      const hello = v.of("ext-n", "HELLO", (p) => p.source === ADDRESS.initiator)[0];
      const replies = v.of("ext-n", "SCCRP", (p) => p.source === ADDRESS.nat);
      const ports = new Set(replies.map(({ sourcePort }) => sourcePort));
      if (stop === undefined || hello === undefined || ports.size !== 1) {
        return inconclusive("not two tunnels with one row");
      }
      const over = (hello.time - stop.time) * 1000 - closing;
      if (over < 0) return inconclusive("HELLO came too soon");
      const answered = v.at(
        "ext-n",
        (p) => p.destination === ADDRESS.initiator && p.nr === hello.ns + 1,
      )
        .some((p) => p.time >= hello.time);
      if (!answered) {
        return fail("HELLO of the other tunnel answered", "it is not", refs(stop, hello));
      }
      // A row that ends with the first tunnel may have ended later than that.
      return judgeUnaware(over, toleranceOf(evidence, "nat"), () => pass);
    },
  ),
  clusterCheck(
    "acknowledges_by_message",
    "A message that waits acknowledges the SCCCN, and no zero-length body does",
    ["TCL-041"],
    "endpoint",
    ["nat/waiting_message"],
    (v) => {
      const last = v.of("lan-e3", "SCCCN")[0];
      if (last === undefined) return inconclusive("no SCCCN reached the endpoint");
      const sent = v.at("lan-e3", (p) => p.source === localAddress(3) && p.nr === 2);
      const hello = sent.find(({ type }) => type === 6);
      return all(
        hello === undefined ? inconclusive("no message waited") : undefined,
        v.none(sent.filter(({ type }) => type === 0), "the HELLO alone as acknowledgement"),
      );
    },
  ),
  clusterCheck(
    "own_id_in_last_message",
    "An SCCCN with the Tunnel ID of nobody establishes nothing, the right one does",
    ["TCL-070"],
    "endpoint",
    ["global/wrong_tunnel_id"],
    (v) => {
      const [wrong, right] = v.of("ext-e3", "SCCCN");
      const reply = v.of("ext-e3", "SCCRP")[0];
      if (right === undefined || reply === undefined || wrong.tunnelId === reply.assigned) {
        return inconclusive("not a wrong SCCCN and then a right one");
      }
      const early = v.at(
        "ext-e3",
        (p) => p.destination === ADDRESS.initiator && p.nr > 1 && p.time < right.time,
      );
      const later = v.at(
        "ext-e3",
        (p) => p.destination === ADDRESS.initiator && p.nr > 1 && p.time >= right.time,
      );
      return all(
        v.none(early, "no acknowledgement of a wrong Tunnel ID"),
        later.length === 0 ? fail("the right one acknowledged", "not", refs(right)) : undefined,
      );
    },
  ),
  ...(["nat", "global"] as const).map((variant) =>
    clusterCheck(
      `told_apart_${variant}`,
      "Initiators that assign one Tunnel ID, and share an address, have tunnels of their own",
      ["TCL-017", "TCL-019"],
      "endpoint",
      [`${variant}/equal_ids`],
      (v) => {
        const requests = v.of("lan-e3", "SCCRQ").filter((p, i, them) =>
          them.findIndex((q) => q.source === p.source && q.sourcePort === p.sourcePort) === i
        );
        if (requests.length < 3 || !requests.some((p) => p.sourcePort === HIGHER)) {
          return inconclusive(`${requests.length} initiators asked the endpoint`);
        }
        const replies = requests.map((r) =>
          v.replies().find(({ reply }) =>
            reply.destination === r.source && reply.destinationPort === r.sourcePort
          )?.reply
        );
        const missing = replies.indexOf(undefined);
        const ids = new Set(replies.map((reply) => reply?.assigned));
        return all(
          missing < 0 ? undefined : fail("an SCCRP for each", "none", refs(requests[missing])),
          ids.size === replies.length
            ? undefined
            : fail("Tunnel IDs of their own", [...ids].join(", "), refs(...replies)),
        );
      },
    )
  ),
  clusterCheck(
    "stays_with_source",
    "A message from another port of the initiator moves no tunnel",
    ["TCL-051"],
    "endpoint",
    ["global/moved_source"],
    (v) => {
      const strange = v.of("ext-e3", "HELLO", (p) => p.sourcePort === HIGH)[0];
      const right = v.of("ext-e3", "HELLO", (p) => p.sourcePort === 1701)[0];
      if (strange === undefined || right === undefined) return inconclusive("no HELLO from both");
      const answer = v.at(
        "ext-e3",
        (p) =>
          p.destination === ADDRESS.initiator && p.destinationPort === 1701 && p.time >= right.time,
      );
      return all(
        v.none(v.at("ext-e3", (p) => p.destinationPort === HIGH), "nothing to that port"),
        answer.length > 0 ? undefined : fail("an answer to the right port", "none", refs(right)),
      );
    },
  ),
  clusterCheck(
    "no_other_port",
    "A packet from another port of the initiator matches no row",
    ["TCL-033"],
    "nat",
    ["nat/moved_source"],
    (v) => {
      const strange = v.of("ext-n", "HELLO", (p) => p.sourcePort === HIGH);
      return all(
        v.needs(strange, "HELLO from another port"),
        v.needs(v.of("lan-n", "HELLO", (p) => p.sourcePort === 1701), "HELLO from the right port"),
        v.none(v.at("lan-n", (p) => p.sourcePort === HIGH), "nothing from another port"),
      );
    },
  ),
];
