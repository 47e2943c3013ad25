/** Cases of an LNS for requests that it refuses, and the reason that it tells (§4.4.2, group E). */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import {
  all,
  type Conversations,
  fail,
  inconclusive,
  refs,
  result,
  type Step,
} from "../checks/conversation.ts";
import {
  acknowledged,
  avp,
  expect,
  open,
  probe,
  send,
  text,
} from "../../../peers/testing/l2tp_tester/steps.ts";

const { SCCRQ, SCCRP, StopCCN, HELLO } = MessageType;
const HOST_NAME = 7;
const REFUSED = [send("SCCRQ", "b"), expect("StopCCN", "b")];

/** Fails unless the request for tunnel `b` is refused with this result and error. */
function refuses(c: Conversations, words: string, code: number, error?: number): Step {
  // Whom it refuses is for the device, or for its administrator, to say.
  if (c.got("b", SCCRP).length > 0) return inconclusive("the device refused nobody");
  return c.replies(c.sent("b", SCCRQ)[0], "b", StopCCN, words, result(code, error));
}

/** The cases. */
export const REFUSALS: readonly Case[] = [
  {
    name: "control/refused_host",
    title: "A host that may have no tunnel is refused with result 4",
    covers: ["L2TP-051"],
    role: "lns",
    config: { refusedHosts: ["stranger"] },
    steps: [
      send("SCCRQ", "b", { without: [HOST_NAME], with: [avp(HOST_NAME, text("stranger"))] }),
      expect("StopCCN", "b"),
      ...probe(),
    ],
    judge: (c) => all(c.alive(), refuses(c, "a StopCCN with result 4", 4)),
  },
  {
    name: "control/no_room",
    title: "A tunnel beyond the limit is refused with result 2 and error 4",
    covers: ["L2TP-051"],
    role: "lns",
    config: { tunnelLimit: 1 },
    steps: [...open("a"), ...REFUSED, send("HELLO", "a"), acknowledged("a")],
    judge: (c) =>
      all(
        c.needs("a"),
        refuses(c, "a StopCCN with result 2 and error 4", 2, 4),
        c.acknowledges(c.sent("a", HELLO)[0], "a"),
      ),
  },
  {
    name: "control/shutting_down",
    title: "An LNS that is being shut down ends its tunnels, and refuses others, with result 6",
    covers: ["L2TP-051"],
    role: "lns",
    steps: [...open("a"), { do: "mark", event: "up" }, expect("StopCCN", "a", 5000), ...REFUSED],
    async run(driver) {
      await driver.event("tester", "up", 30_000);
      await driver.instruct("device", { kind: "shutdown" });
    },
    judge: (c) =>
      all(
        c.needs("a"),
        c.got("a", StopCCN, result(6)).length > 0
          ? undefined
          : fail("a StopCCN with result 6", "there is none", refs(c.got("a", StopCCN)[0])),
        refuses(c, "a StopCCN with result 6", 6),
      ),
  },
];
