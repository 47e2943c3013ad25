/** Cases of group J: addresses and ports. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import { all, fail, inconclusive, refs } from "../checks/conversation.ts";
import { acknowledged, send, talk, wait } from "../../../peers/testing/l2tp_tester/steps.ts";
import { BENCH } from "../topologies.ts";
import { both, probed, takesPart } from "./ends.ts";

const { SCCRQ, HELLO } = MessageType;
/** The port of the tester that is not the well-known one. */
const HIGH = 40_000;

/** The cases of this group. */
export const TRANSPORT_CASES: readonly Case[] = [
  ...both(({ role, tunnel, call, probe, opening, accepting }) => ({
    name: role === "lns" ? "transport/source_port" : "transport/reply_port",
    title: role === "lns"
      ? "A request from another port is answered to that port"
      : "After a reply from another source port everything goes to that port",
    covers: [role === "lns" ? "L2TP-091" : "L2TP-092"],
    steps: [...tunnel("a", { from: "high" }), ...call("a", "a1"), ...probe()],
    judge(c) {
      const stimulus = c.sent("a", opening)[0];
      const wrong = c.tunnel("a").device.find((m) =>
        m.type !== SCCRQ && (m.destinationPort !== HIGH || m.destination !== BENCH.tester)
      );
      return all(
        takesPart(c),
        c.replies(stimulus, "a", accepting, "an answer"),
        wrong && fail(
          `${BENCH.tester}:${HIGH}`,
          `${wrong.destination}:${wrong.destinationPort}`,
          refs(stimulus, wrong),
        ),
        c.aliveCall("a", "a1"),
        probed(c),
      );
    },
  })),
  ...both(({ tunnel, call }) => ({
    name: "transport/static_peer",
    title: "A message from another address does not move the tunnel there",
    covers: ["L2TP-093"],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      ...talk("a", "a1", 1),
      send("HELLO", "a", { from: "elsewhere", counts: false }),
      wait(200),
      send("HELLO", "a"),
      acknowledged("a"),
      ...talk("a", "a1", 2),
    ],
    judge(c) {
      const stranger = c.sent("a", HELLO, (m) => m.source === BENCH.elsewhere)[0];
      const moved = ({ destination }: { destination: string }) => destination !== BENCH.tester;
      const data = c.dataFromDevice("a", "a1").find(moved);
      return all(
        c.needsCall("a", "a1"),
        c.never(stranger, `every message to ${BENCH.tester}`, moved),
        data && fail(`data to ${BENCH.tester}`, data.destination, refs(stranger, data)),
        c.acknowledges(c.sent("a", HELLO, (m) => m.source === BENCH.tester)[0], "a"),
      );
    },
  })),
  ...both(({ accepting }) => ({
    name: "transport/one_address",
    title: "Control and data messages come from one address and port",
    covers: ["L2TP-095"],
    on: ["conversation"],
    judge(c) {
      const first = c.got("a", accepting)[0], data = c.dataFromDevice("a", "a1");
      if (first === undefined || data.length === 0) return inconclusive("the device sent no data");
      const other = [...c.tunnel("a").device, ...data].find((m) =>
        m.source !== first.source || m.sourcePort !== first.sourcePort
      );
      return all(
        other && fail(
          `${first.source}:${first.sourcePort}`,
          `${other.source}:${other.sourcePort}`,
          refs(first, other),
        ),
      );
    },
  })),
];
