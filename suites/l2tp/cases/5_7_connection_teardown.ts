/** RFC 2661 §5.7: how control connections end. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import {
  acknowledged,
  answered,
  asked,
  probe,
  send,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { gravest, inconclusive } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import { seen } from "../facts/conversation.ts";
import type { ControlMessage } from "../facts/message.ts";
import { judgeStops, stopping } from "../facts/identifier_rules.ts";
import { benchCase, type Part, section } from "./bench.ts";
import { CONVERSATION } from "./conversation_script.ts";
import { ending, twoCalls } from "./endings.ts";
import { both, bothRules, ENDS } from "./ends.ts";
import { mutant, mutantOfBoth } from "./mutants.ts";
import { loses } from "./packets.ts";

const { SCCRP, SCCCN, StopCCN, ICRQ, ICRP, CDN } = MessageType;
/** Milliseconds for which a StopCCN is acknowledged, as RFC 2661 §5.7 recommends. */
const CYCLE = 31_000;
/** Seconds in which whoever is slow to acknowledge has done so. */
const UNHURRIED = 4;
const CALLS = ["a1", "a2"] as const;

const PARTS: readonly Part[] = [
  ...bothRules((role) => ({
    name: "conversation",
    title: "A StopCCN repeats the Assigned Tunnel ID first sent",
    covers: ["L2TP-050"],
    on: [CONVERSATION[role]],
    subject(conduct) {
      const ends = stopping(conduct);
      return ends.length > 0 ? ends : inconclusive(
        `no StopCCN of the ${role.toUpperCase()} on a tunnel to which it had assigned an ` +
          "identifier was captured",
      );
    },
    judge: judgeStops,
  })),
  // Tunnel ID 0 is right only as long as the tester knows none: before the SCCRP has come.
  benchCase({
    name: "control/stop_by_identifier",
    title: "A StopCCN with Tunnel ID 0 ends the tunnel that its AVP names",
    covers: ["L2TP-050"],
    role: "lns",
    steps: [
      send("SCCRQ", "a"),
      send("StopCCN", "a", { header: { tunnelId: 0, nr: 0 } }),
      acknowledged("a"),
      send("SCCCN", "a"),
      send("ICRQ", "a", { session: "a1" }),
      answered("a", 500),
      ...probe(),
    ],
    stimulus(c) {
      const stop = c.sent("a", StopCCN, ({ tunnelId }) => tunnelId === 0)[0];
      const tried = c.sent("a", ICRQ).length;
      return c.needs("probe") ?? (tried === 0 ? inconclusive("no ICRQ was captured") : undefined) ??
        seen(stop, "StopCCN with Tunnel ID 0");
    },
    judge: (c, stop) =>
      gravest(
        c.acknowledges(stop, "a"),
        c.never(
          stop,
          "no ICRP on the tunnel that ended",
          ({ type, tunnelId }) => type === ICRP && tunnelId === c.tunnelId("a"),
        ),
      ),
  }),
  benchCase({
    name: "control/stop_by_identifier",
    title: "A StopCCN in the place of the SCCRP ends the tunnel, whose identifier its AVP tells",
    covers: ["L2TP-050"],
    role: "lac",
    config: ENDS.lac.config(1),
    steps: [
      asked("a"),
      send("StopCCN", "a"),
      acknowledged("a"),
      send("SCCRP", "a"),
      answered("a", 500),
    ],
    stimulus(c) {
      const stop = c.sent("a", StopCCN, ({ ns }) => ns === 0)[0];
      const reply = stop && c.sent("a", SCCRP, (m) => isAfter(m, stop))[0];
      return c.takesPart() ??
        (reply === undefined
          ? inconclusive(
            "no StopCCN in the place of the SCCRP was captured, and an SCCRP behind it",
          )
          : stop);
    },
    judge: (c, stop) =>
      gravest(
        c.acknowledges(stop, "a"),
        c.never(
          stop,
          "no SCCCN on the tunnel that ended",
          ({ type, tunnelId }) => type === SCCCN && tunnelId === c.tunnelId("a"),
        ),
      ),
  }),
  ...both((end) => ({
    name: "sessions/stopped",
    title: "A StopCCN ends all sessions without a CDN",
    covers: ["L2TP-079"],
    calls: [2],
    steps: twoCalls(end, send("StopCCN", "a"), "ends"),
    stimulus: (c) => c.probed() ?? ending(c, StopCCN),
    judge: (c, stop) =>
      gravest(
        c.never(stop, "no CDN", (m) => m.type === CDN),
        c.acknowledges(stop, "a"),
        ...CALLS.map((session, i) => c.ignoresLcp("a", session, 11 + i)),
      ),
  })),
  ...both(({ tunnel, call, probe }) => ({
    name: "reliable/stop_repeated",
    title: "A StopCCN is acknowledged, and again after 5, 20 and nearly 30 seconds",
    covers: ["L2TP-069"],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      send("StopCCN", "a"),
      acknowledged("a"),
      wait(5000),
      send("StopCCN", "a", { header: { nsBy: -1 } }),
      answered("a"),
      ...[15_000, 9500].flatMap((ms) => [
        wait(ms),
        send("StopCCN", "a", { header: { nsBy: -1 } }),
        answered("a"),
      ]),
      ...probe(),
    ],
    stimulus(c) {
      const stops = c.sent("a", StopCCN);
      return c.needs("a") ?? c.probed() ??
        (stops.length < 4 ? inconclusive(`${stops.length} of 4 StopCCNs were captured`) : stops);
    },
    judge(c, stops) {
      // A device may declare a shorter cycle than the recommended one.
      const cycle = c.parameter("retransmission_cycle", CYCLE) - c.tolerance;
      const until = stops[0].time + cycle / 1000;
      // Who takes two seconds to acknowledge one gets another meanwhile.
      const isLast = (m: ControlMessage) =>
        stops.every(({ time }) => time <= m.time || time - m.time > UNHURRIED);
      const due = stops.filter((m) => m.time <= until && isLast(m));
      return gravest(...due.map((m) => c.acknowledgesAgain(m, "a")));
    },
  })),
];

/** Sends a CDN behind whatever it sends after a StopCCN. */
function cdnAfterStop(): L2tpOverrides {
  let stopped = false;
  return {
    wire: {
      ingress(packet) {
        const type = messageTypeOf(packet);
        if (type > 0) stopped = type === StopCCN;
        return packet;
      },
      egress(transmission) {
        const { packet } = transmission;
        // Who asks for another tunnel, with Tunnel ID 0, has done with that one.
        if (!stopped || messageTypeOf(packet) < 0 || get16(packet, 4) === 0) return [transmission];
        const cdn = new Uint8Array(20);
        cdn.set(packet.subarray(0, 12));
        cdn.set([0, 20], 2);
        cdn.set([0x80, 8, 0, 0, 0, 0, 0, CDN], 12);
        return [transmission, { ...transmission, packet: cdn }];
      },
    },
  };
}

const MUTANTS = [
  ...mutantOfBoth("cdn_with_stop", "Answers a StopCCN by a CDN", "L2TP-079", cdnAfterStop(), [
    // The CDN has no AVP but its Message Type, and the number of the message before it.
    "L2TP-024",
    "L2TP-053",
    "L2TP-120",
  ]),
  mutant(
    "lns",
    "stopped_by_header_alone",
    "Loses a StopCCN with Tunnel ID 0",
    "L2TP-050",
    loses((packet) => messageTypeOf(packet) === StopCCN && get16(packet, 4) === 0),
  ),
  mutant(
    "lac",
    "expects_a_reply",
    "Loses a StopCCN in the place of the SCCRP",
    "L2TP-050",
    loses((packet) => messageTypeOf(packet) === StopCCN && get16(packet, 8) === 0),
  ),
  ...mutantOfBoth("stops_another", "Names another tunnel in its StopCCN", "L2TP-050", {
    l2tp: { stopCcnTunnelId: (assigned) => assigned ^ 1 },
    // The tunnel that it closes is told nothing.
  }, ["L2TP-132"]),
  ...mutantOfBoth("forgets_early", "Forgets a tunnel 25 s behind its StopCCN", "L2TP-069", {
    l2tp: { retention: () => 25_000 },
  }),
  ...mutantOfBoth("forgets_at_once", "Forgets a tunnel with its StopCCN", "L2TP-069", {
    l2tp: { retention: () => 0 },
  }),
];

/** §5.7. */
export const CONNECTION_TEARDOWN = section("§5.7 Control Connection Teardown", PARTS, {
  mutants: MUTANTS,
});
