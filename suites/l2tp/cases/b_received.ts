/** Cases of group B about AVPs that a device gets: any order, impossible lengths, all forms of results. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import { all, result } from "../checks/conversation.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  acknowledged,
  answered,
  avp,
  expect,
  probe,
  send,
  text,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { allEnded, endedOneByOne, outcome } from "./h_endings.ts";
import { both, probed, takesPart } from "./ends.ts";

const { SCCRQ, StopCCN, HELLO } = MessageType;
const VENDOR_NAME = 8;
/** Results of a CDN: alone, with an error, with a message; and the same of a StopCCN. */
const OF_CALL = ["0003", "00020006", "00020006" + text("why")];
const OF_TUNNEL = ["0001", "00020006", "00020006" + text("why")];
const TUNNELS = ["a", "b", "c"] as const;

/** The AVPs of the tester's opening message, from last to first. */
const backwards = (type: number) => [
  avp(0, type.toString(16).padStart(4, "0")),
  ...[avp(10, "0004"), avp(9, "5a31"), avp(7, text("tester"))],
  ...[avp(4, "00000003"), avp(3, "00000003"), avp(2, "0100")],
];

/** The cases of this group. */
export const RECEIVED: readonly Case[] = [
  ...both(({ role, tunnel, call, probe, opening }) => ({
    name: "avps/any_order",
    title: "AVPs behind the Message Type may come in any order",
    covers: ["L2TP-025"],
    steps: [
      ...tunnel("a", { avps: backwards(opening) }),
      ...call(
        "a",
        "a1",
        role === "lns" ? { avps: [avp(0, "000a"), avp(15, "00000001"), avp(14, "31a1")] } : {},
      ),
      ...probe(),
    ],
    judge: (c) => all(takesPart(c), probed(c), c.alive("a"), c.aliveCall("a", "a1")),
  })),
  ...both(({ role, tunnel, probe, opening, accepting }) => ({
    name: "avps/impossible_length",
    title: "AVPs with impossible lengths stall nothing",
    covers: ["L2TP-021"],
    calls: [1, 4],
    steps: [
      ...TUNNELS.flatMap((name) => tunnel(name)),
      ...[0, 5, 900].map((length, i) =>
        send("HELLO", TUNNELS[i], { with: [avp(VENDOR_NAME, "61", { length })] })
      ),
      ...TUNNELS.map((name) => answered(name, 500)),
      ...(role === "lac" ? tunnel("probe") : probe()),
    ],
    judge: (c) =>
      all(
        c.needs("a", "b", "c"),
        c.never(
          c.sent("a", HELLO)[0],
          "an error of result 2, if any",
          (m) => m.type === StopCCN && !result(2)(m),
        ),
        // What is not stalled goes along with the next tunnel.
        c.replies(c.sent("probe", opening)[0], "probe", accepting, "another tunnel taken up"),
      ),
  })),
  {
    name: "avps/malformed_mandatory",
    title: "A malformed mandatory AVP is refused with a general error",
    covers: ["L2TP-023"],
    role: "lns",
    steps: [
      send("SCCRQ", "b", { without: [3], with: [avp(3, "0003")] }),
      expect("StopCCN", "b"),
      ...probe(),
    ],
    // §7.1 asks for a proper result, and no code says more of it than result 2.
    judge: (c) =>
      all(
        c.alive(),
        c.replies(c.sent("b", SCCRQ)[0], "b", StopCCN, "a StopCCN with result 2", result(2)),
      ),
  },
  ...both((end) => ({
    name: "avps/result_code_lengths",
    title: "Results with and without error code and message end what they are about",
    covers: ["L2TP-029"],
    calls: [3],
    steps: [
      ...end.tunnel("a"),
      ...endedOneByOne(end, OF_CALL),
      ...stops(end.role === "lns" ? OF_TUNNEL : OF_TUNNEL.slice(2), end.tunnel),
      ...end.probe(),
    ],
    judge: (c) =>
      all(
        allEnded(c),
        ...TUNNELS.slice(0, end.role === "lns" ? 3 : 1)
          .map((name) => c.acknowledges(c.sent(name, StopCCN)[0], name)),
        probed(c),
      ),
  })),
];

/** Ends tunnel `a`, and opens and ends one more for each further result. */
function stops(results: readonly string[], tunnel: (name: string) => StepInput[]): StepInput[] {
  return results.flatMap((value, i) => [
    ...(i === 0 ? [] : tunnel(TUNNELS[i])),
    send("StopCCN", TUNNELS[i], outcome(value)),
    acknowledged(TUNNELS[i]),
  ]);
}
