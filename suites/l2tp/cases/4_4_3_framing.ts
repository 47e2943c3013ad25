/** RFC 2661 §4.4.3, §4.4.4: framing that was not advertised. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
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
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import type { Conversation } from "../facts/conversation.ts";
import { Attribute, type ControlMessage, number32 } from "../facts/message.ts";
import { benchCase, type Part, section } from "./bench.ts";
import { calls } from "./ends.ts";
import { mutant, mutantOfBoth } from "./mutants.ts";
import { dials, place, ready } from "./outgoing_steps.ts";

const { SCCRQ, SCCRP, ICCN, OCRQ, OCCN, CDN } = MessageType;
const { framing, framingCapabilities } = Attribute;
/** Values of Framing Capabilities and Framing Type. */
const SYNCHRONOUS = "00000001", ASYNCHRONOUS = "00000002";
const OF_SYNCHRONOUS = 1, OF_ASYNCHRONOUS = 2;

/** A message that has this framing in place of the usual. */
const framed = (session: string, value: string) => ({
  ...{ session, without: [framing], with: [avp(framing, value)] },
});
/** What the tester says of itself when it knows asynchronous framing alone. */
const ASYNCHRONOUS_ALONE = {
  without: [framingCapabilities],
  with: [avp(framingCapabilities, ASYNCHRONOUS)],
};

/** Whether a message asks for framing that is not asynchronous alone. */
const isOther = (m: ControlMessage) => (Math.max(0, number32(m, framing)) & ~OF_ASYNCHRONOUS) !== 0;

/** The tester's message of a type that advertises asynchronous framing alone on tunnel `a`. */
function advertisement(c: Conversation, type: number): ControlMessage | undefined {
  return c.sent("a", type, (m) => number32(m, framingCapabilities) === OF_ASYNCHRONOUS)[0];
}

const NOT_ADVERTISED = inconclusive("the tester did not advertise asynchronous framing alone");

/** The messages of a type that have asynchronous, and synchronous, framing. */
function twoFramings(c: Conversation, type: number) {
  const ofFraming = (value: number) => c.sent("a", type, (m) => number32(m, framing) === value)[0];
  const bad = ofFraming(OF_ASYNCHRONOUS), good = ofFraming(OF_SYNCHRONOUS);
  return bad === undefined || good === undefined
    ? inconclusive("no two calls of one framing each were captured")
    : { bad, good };
}

const PARTS: readonly Part[] = [
  benchCase({
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
    stimulus(c) {
      const advertised = advertisement(c, SCCRQ), requests = c.got("a", OCRQ);
      return c.needs("a") ??
        (advertised === undefined
          ? NOT_ADVERTISED
          : requests.length === 0
          ? inconclusive("no call was asked for at all")
          : { advertised, requests });
    },
    judge(_, { advertised, requests }) {
      const bad = requests.find(isOther);
      return bad && fail("framing type 2", `${number32(bad, framing)}`, frameRefs(advertised, bad));
    },
  }),
  benchCase({
    name: "sessions/framing",
    title: "A call with a framing that the LNS did not advertise is rejected",
    covers: ["L2TP-052"],
    role: "lns",
    needs: ["one_framing"],
    config: { framingCapabilities: 1 },
    steps: [
      ...open("a"),
      // The good one first: a tunnel may end with its last session.
      ...[["a2", SYNCHRONOUS], ["a1", ASYNCHRONOUS]].flatMap(([session, value]) => [
        send("ICRQ", "a", { session }),
        expect("ICRP", "a"),
        send("ICCN", "a", framed(session, value)),
        acknowledged("a"),
        wait(100),
      ]),
      lcp("a", "a2", 1),
      wait(200),
    ],
    stimulus(c) {
      const reply = c.got("a", SCCRP)[0];
      const advertised = reply === undefined ? -1 : number32(reply, framingCapabilities);
      return c.needs("a") ??
        (advertised === OF_SYNCHRONOUS
          ? c.needsLcp(1) ?? twoFramings(c, ICCN)
          : inconclusive(`the device advertised framing capabilities ${advertised}, not 1`));
    },
    judge: (c, { bad }) =>
      gravest(
        c.replies(
          bad,
          "a",
          CDN,
          "a CDN to the framing that was not advertised",
          (m) => m.sessionId === c.sessionId("a1"),
        ),
        c.answersLcp("a", "a2", 1),
      ),
  }),
  benchCase({
    name: "outgoing/framing",
    title: "A call asked for with a framing that the LAC did not advertise is rejected",
    covers: ["L2TP-052"],
    role: "lac",
    needs: ["outgoing_calls"],
    config: { framingCapabilities: 1 },
    steps: [
      ...open("a"),
      send("OCRQ", "a", framed("a2", SYNCHRONOUS)),
      expect("OCRP", "a"),
      expect("OCCN", "a", 5000),
      send("OCRQ", "a", framed("a1", ASYNCHRONOUS)),
      expect("CDN", "a"),
    ],
    stimulus(c) {
      const reply = c.got("a", SCCRP)[0];
      const advertised = reply === undefined ? -1 : number32(reply, framingCapabilities);
      return c.needs("a") ??
        (advertised !== OF_SYNCHRONOUS
          ? inconclusive(`the device advertised framing capabilities ${advertised}, not 1`)
          : c.got("a", OCCN).length === 0
          ? inconclusive("no call was placed at all")
          : twoFramings(c, OCRQ));
    },
    judge(c, { bad }) {
      const ofBad = (m: ControlMessage) => m.sessionId === c.sessionId("a1");
      return gravest(
        c.replies(bad, "a", CDN, "a CDN to the framing that was not advertised", ofBad),
        c.never(bad, "no OCCN for that call", (m) => m.type === OCCN && ofBad(m)),
      );
    },
  }),
  benchCase({
    name: "sessions/framing",
    title: "No call is made with a framing that the LNS did not advertise",
    covers: ["L2TP-097"],
    role: "lac",
    config: calls(1, 2),
    steps: [
      ...accept("a", ASYNCHRONOUS_ALONE),
      // Whoever asks for a call all the same is let go on.
      expect("ICRQ", "a", 500),
      send("ICRP", "a", { session: "a1", ifAssigned: true }),
      wait(300),
      ...accept("b"),
      ...take("b", "b1"),
    ],
    stimulus(c) {
      const advertised = advertisement(c, SCCRP), made = c.got("a", ICCN);
      return c.needs("a") ?? (advertised === undefined ? NOT_ADVERTISED : undefined) ??
        // Who makes no call there is to make one elsewhere.
        (made.length === 0 ? c.needsCall("b", "b1") : undefined) ??
        { advertised: advertised!, made };
    },
    judge(_, { advertised, made }) {
      const bad = made.find(isOther);
      return bad && fail("framing type 2", `${number32(bad, framing)}`, frameRefs(advertised, bad));
    },
  }),
];

const MUTANTS = [
  mutant("lns", "asks_any_framing", "Asks for calls of any framing", "L2TP-052", {
    l2tp: { mayRequestFraming: () => true },
  }),
  mutant("lac", "makes_any_framing", "Makes calls of any framing", "L2TP-097", {
    l2tp: { mayRequestFraming: () => true },
  }),
  ...mutantOfBoth("any_framing", "Takes calls of any framing", "L2TP-052", {
    l2tp: { acceptsFraming: () => true },
  }),
];

/** §4.4.3 and §4.4.4, framing. */
export const FRAMING = section("§4.4.3 Framing Capabilities, §4.4.4 Framing Type", PARTS, {
  mutants: MUTANTS,
});
