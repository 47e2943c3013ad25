/** RFC 2661 §5.6: how sessions end. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import {
  acknowledged,
  avp,
  open,
  send,
  talk,
  talkInVain,
  text,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import { Attribute, carries } from "../facts/message.ts";
import { benchCase, type Part, section } from "./bench.ts";
import { ending, twoCalls } from "./endings.ts";
import { both, ENDS } from "./ends.ts";
import { mutant, mutantOfBoth } from "./mutants.ts";
import { has, loses } from "./packets.ts";

const { StopCCN, ICRQ, ICCN, CDN } = MessageType;

const PARTS: readonly Part[] = [
  ...both((end) => ({
    name: "sessions/disconnected",
    title: "A CDN ends its session alone and is answered by its acknowledgement alone",
    covers: ["L2TP-078"],
    calls: [2],
    steps: twoCalls(end, send("CDN", "a", { session: "a1" }), "lives"),
    stimulus: (c) => ending(c, CDN, (m) => !carries(Attribute.causeCode)(m)),
    judge: (c, cdn) =>
      gravest(
        c.acknowledges(cdn, "a"),
        c.never(cdn, "no CDN in return", (m) => m.type === CDN),
        c.answersLcp("a", "a2", 12),
        c.ignoresLcp("a", "a1", 11),
      ),
  })),
  ...both((end) => ({
    name: "sessions/cause_code",
    title: "A CDN with a Q.931 Cause Code ends its session like any other",
    covers: ["L2TP-084"],
    calls: [2],
    steps: twoCalls(
      end,
      send("CDN", "a", {
        session: "a1",
        with: [avp(Attribute.causeCode, "001000" + text("bye"))],
      }),
      "lives",
    ),
    stimulus: (c) => ending(c, CDN, carries(Attribute.causeCode)),
    judge: (c, cdn) =>
      gravest(
        c.acknowledges(cdn, "a"),
        c.never(cdn, "neither StopCCN nor CDN", (m) => m.type === StopCCN || m.type === CDN),
        c.ignoresLcp("a", "a1", 11),
        c.answersLcp("a", "a2", 12),
      ),
  })),
  benchCase({
    name: "sessions/disconnected_early",
    title: "A CDN with Session ID 0 ends the call that its AVP names",
    covers: ["L2TP-076"],
    role: "lns",
    steps: [
      ...open("a"),
      // A call that stays, as a tunnel may end with its last one.
      ...[...ENDS.lns.call("a", "a2"), ...talk("a", "a2", 2)],
      send("ICRQ", "a", { session: "a1" }),
      // The tester knows no Session ID of the device yet.
      send("CDN", "a", { session: "a1", header: { sessionId: 0 } }),
      acknowledged("a"),
      // What ends with it may take its time to.
      wait(500),
      ...talk("a", "a2", 3),
      // Whoever took no notice of the CDN waits for this still.
      send("ICCN", "a", { session: "a1" }),
      ...talkInVain("a", "a1", 1),
    ],
    stimulus(c) {
      const cdn = c.sent("a", CDN, ({ sessionId }) => sessionId === 0)[0];
      if (cdn === undefined) return inconclusive("no CDN with Session ID 0 was captured");
      const asked = c.sent("a", ICRQ, (m) => isAfter(cdn, m)).length;
      const tried = c.sent("a", ICCN, (m) => isAfter(m, cdn)).length;
      return c.needsCall("a", "a2") ?? c.needsLcp(1, 2, 3) ??
        (asked < 2 || tried === 0
          ? inconclusive("no call was asked for that the CDN ends, and tried again behind it")
          : cdn);
    },
    judge(c, cdn) {
      const data = c.dataFromDevice("a", "a1");
      const other = c.lcpAnswer("a", "a2", 2) && !c.lcpAnswer("a", "a2", 3);
      return gravest(
        c.acknowledges(cdn, "a"),
        c.never(cdn, "the tunnel lives on", (m) => m.type === StopCCN),
        other ? fail("the other call goes on", "it does not", frameRefs(cdn)) : undefined,
        c.answersLcp("a", "a2", 2, 3),
        data.length === 0 ? undefined : fail(
          "no data on a call that was disconnected",
          `${data.length} data messages`,
          frameRefs(cdn, data[0]),
        ),
      );
    },
  }),
];

const MUTANTS = [
  mutant(
    "lns",
    "calls_by_header_alone",
    "Loses a CDN with Session ID 0",
    "L2TP-076",
    loses((packet) => messageTypeOf(packet) === CDN && get16(packet, 6) === 0),
  ),
  ...mutantOfBoth("answers_cdn", "Answers a CDN by a CDN", "L2TP-078", {
    l2tp: { answersCdn: true },
  }, ["L2TP-084", "L2TP-105", "L2TP-109", "L2TP-121"]),
  ...mutantOfBoth(
    "no_cause_code",
    "Loses a CDN with a Q.931 Cause Code",
    "L2TP-084",
    loses((packet) => messageTypeOf(packet) === CDN && has(packet, Attribute.causeCode)),
    ["L2TP-090"],
  ),
];

/** §5.6. */
export const SESSION_TEARDOWN = section("§5.6 Session Teardown", PARTS, {
  mutants: MUTANTS,
});
