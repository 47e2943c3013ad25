/** Cases of both roles for framing that was not advertised (§4.4.3, group E). */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get32 } from "../../../captures/wire/octets.ts";
import type { Case } from "../cases.ts";
import { all, fail, inconclusive, refs, valueOf } from "../checks/conversation.ts";
import type { ControlMessage } from "../facts/wire.ts";
import {
  accept,
  acknowledged,
  avp,
  expect,
  lcp,
  open,
  send,
  take,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { calls } from "./ends.ts";
import { dials, place, ready } from "./h_outgoing_calls.ts";

const { SCCRQ, SCCRP, ICCN, OCRQ, OCCN, CDN } = MessageType;
const FRAMING_CAPABILITIES = 3, FRAMING = 19;
/** Values of Framing Capabilities and Framing Type. */
const SYNCHRONOUS = "00000001", ASYNCHRONOUS = "00000002";

/** A message that has this framing in place of the usual. */
const framed = (session: string, framing: string) => ({
  ...{ session, without: [FRAMING], with: [avp(FRAMING, framing)] },
});
/** What the tester says of itself when it knows asynchronous framing alone. */
const ASYNCHRONOUS_ALONE = {
  without: [FRAMING_CAPABILITIES],
  with: [avp(FRAMING_CAPABILITIES, ASYNCHRONOUS)],
};

/** Framing that a message asks for; 0 when it does not tell. */
function framingOf(message: ControlMessage): number {
  const value = valueOf(message, FRAMING);
  return value?.length === 4 ? get32(value, 0) : 0;
}

const LNS_CASES: readonly Case[] = [
  {
    name: "outgoing/framing",
    title: "No call is asked for with a framing that the LAC did not advertise",
    covers: ["L2TP-052"],
    role: "lns",
    needs: ["outgoing_calls"],
    steps: [
      ...open("a", ASYNCHRONOUS_ALONE),
      ready("synchronous"),
      expect("OCRQ", "a", 500),
      ready("asynchronous"),
      ...place("a", "a1"),
    ],
    run: dials(["synchronous", { framingType: 1 }], ["asynchronous", { framingType: 2 }]),
    judge(c) {
      const requests = c.got("a", OCRQ);
      const bad = requests.find((m) => (framingOf(m) & ~2) !== 0);
      return all(
        c.needs("a"),
        requests.length === 0 ? inconclusive("no call was asked for at all") : undefined,
        bad && fail("framing type 2", `${framingOf(bad)}`, refs(c.sent("a", SCCRQ)[0], bad)),
      );
    },
  },
  {
    name: "sessions/framing",
    title: "A call with a framing that the LNS did not advertise is rejected",
    covers: ["L2TP-052"],
    role: "lns",
    needs: ["one_framing"],
    config: { framingCapabilities: 1 },
    steps: [
      ...open("a"),
      ...[ASYNCHRONOUS, SYNCHRONOUS].flatMap((framing, i) => [
        send("ICRQ", "a", { session: `a${i + 1}` }),
        expect("ICRP", "a"),
        send("ICCN", "a", framed(`a${i + 1}`, framing)),
        acknowledged("a"),
        wait(100),
      ]),
      lcp("a", "a2", 1),
      wait(200),
    ],
    judge(c) {
      const reply = c.got("a", SCCRP)[0];
      const told = reply && valueOf(reply, FRAMING_CAPABILITIES);
      const advertised = told?.length === 4 ? get32(told, 0) : 0;
      if (advertised !== 1) return inconclusive(`framing capabilities ${advertised}, not 1`);
      return all(
        c.needs("a"),
        c.replies(
          c.sent("a", ICCN)[0],
          "a",
          CDN,
          "a CDN to the framing that was not advertised",
          (m) => m.sessionId === 0x31a1,
        ),
        c.answersLcp("a", "a2", 1),
      );
    },
  },
];

const LAC_CASES: readonly Case[] = [
  {
    name: "outgoing/framing",
    title: "A call asked for with a framing that the LAC did not advertise is rejected",
    covers: ["L2TP-052"],
    role: "lac",
    needs: ["outgoing_calls"],
    config: { framingCapabilities: 1 },
    steps: [
      ...open("a"),
      send("OCRQ", "a", framed("a1", ASYNCHRONOUS)),
      expect("CDN", "a"),
      send("OCRQ", "a", framed("a2", SYNCHRONOUS)),
      expect("OCRP", "a"),
      expect("OCCN", "a", 5000),
    ],
    judge(c) {
      const bad = c.sent("a", OCRQ)[0];
      const ofBad = (m: ControlMessage) => m.sessionId === 0x31a1;
      return all(
        c.needs("a"),
        c.replies(bad, "a", CDN, "a CDN to the framing that was not advertised", ofBad),
        c.never(bad, "no OCCN for that call", (m) => m.type === OCCN && ofBad(m)),
        c.got("a", OCCN).length === 0 ? inconclusive("no call was placed at all") : undefined,
      );
    },
  },
  {
    name: "sessions/framing",
    title: "No call is made with a framing that the LNS did not advertise",
    covers: ["L2TP-097"],
    role: "lac",
    config: calls(1, 2),
    steps: [
      ...accept("a", ASYNCHRONOUS_ALONE),
      // Whoever asks for a call all the same is let go on.
      expect("ICRQ", "a", 500),
      send("ICRP", "a", { session: "a1" }),
      wait(300),
      ...accept("b"),
      ...take("b", "b1"),
    ],
    judge(c) {
      const made = c.got("a", ICCN);
      const bad = made.find((m) => (framingOf(m) & ~2) !== 0);
      return all(
        c.needs("a"),
        bad && fail("framing type 2", `${framingOf(bad)}`, refs(c.sent("a", SCCRP)[0], bad)),
        made.length === 0 ? c.needsCall("b", "b1") : undefined,
      );
    },
  },
];

/** The cases of both roles. */
export const FRAMING_CASES: readonly Case[] = [...LNS_CASES, ...LAC_CASES];
