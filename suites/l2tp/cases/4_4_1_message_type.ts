/** RFC 2661 §4.4.1: the Message Type AVP, and messages of unknown types. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { SESSIONS } from "../../../peers/testing/l2tp_tester/names.ts";
import {
  acknowledged,
  answered,
  avp,
  expect,
  send,
  text,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { gravest, inconclusive } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import { bodiesOf, judgeMessages } from "../facts/conduct_rules.ts";
import { seen } from "../facts/conversation.ts";
import { Attribute } from "../facts/message.ts";
import { messageTypeBitsFault, messageTypeFault } from "../facts/message_rules.ts";
import { type Part, section } from "./bench.ts";
import { CONVERSATION } from "./conversation_script.ts";
import { both, bothRules } from "./ends.ts";
import { mutant, mutantOfBoth } from "./mutants.ts";
import { typeSecond } from "./packets.ts";
import { messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";

const { StopCCN } = MessageType;
/** A message type that RFC 2661 does not define. */
const UNKNOWN = 99;

/** Message types of nobody: one that is reserved, one beyond those of RFC 2661, one of two octets. */
const OF_NOBODY = [5, UNKNOWN, 0x0301], NAMES = ["a", "b", "c"] as const;
const isOfNobody = (type: number) => OF_NOBODY.includes(type);

const PARTS: readonly Part[] = [
  ...bothRules((role) => ({
    name: "avps/message_type_first",
    title: "The Message Type comes first",
    covers: ["L2TP-012"],
    on: [CONVERSATION[role]],
    subject: (conduct) => bodiesOf(conduct),
    judge: (messages) => judgeMessages(messages, "a Message Type first", messageTypeFault),
  })),
  ...bothRules((role) => ({
    name: "avps/message_type_bits",
    title: "The Message Type is mandatory, not hidden, and 8 octets long",
    covers: ["L2TP-013"],
    on: [CONVERSATION[role]],
    subject: (conduct) => bodiesOf(conduct),
    judge: (messages) => judgeMessages(messages, "M set, H clear, length 8", messageTypeBitsFault),
  })),
  ...both(({ accepting, begin, opening, probe }) => ({
    name: "avps/message_type_elsewhere",
    title: "A message that begins with another AVP opens no tunnel",
    covers: ["L2TP-023"],
    steps: [
      ...begin("a", {
        avps: [
          avp(Attribute.hostName, text("tester")),
          avp(0, opening.toString(16).padStart(4, "0")),
          ...[avp(2, "0100"), avp(3, "00000003"), { type: Attribute.assignedTunnel, own: "a" }],
        ],
      }),
      answered("a", 500),
      ...probe(),
    ],
    stimulus: (c) =>
      c.probed() ?? seen(
        c.tester.find(({ type, whole, avps }) => type === -1 && whole && avps.length > 0),
        "message that begins with another AVP",
      ),
    judge: (c, stimulus) =>
      c.never(
        stimulus,
        "no tunnel for such a message",
        ({ type }) => type === accepting,
        c.sent("probe", opening).find((m) => isAfter(m, stimulus)),
      ),
  })),
  ...both(({ tunnel, probe }) => ({
    name: "avps/unknown_message",
    title: "An unknown message type that is mandatory clears the tunnel",
    covers: ["L2TP-014"],
    calls: [1, 4],
    steps: [
      ...OF_NOBODY.flatMap((type, i) => [
        ...tunnel(NAMES[i]),
        send(type, NAMES[i]),
        expect("StopCCN", NAMES[i]),
      ]),
      ...probe(),
    ],
    stimulus(c) {
      const sent = NAMES.flatMap((name) =>
        c.tunnel(name).tester
          .filter(({ type, avps: [first] }) => isOfNobody(type) && first.mandatory)
          .slice(0, 1).map((message) => ({ name, message }))
      );
      return c.needs("a") ?? c.probed() ??
        (sent.length === 0
          ? inconclusive("no message of an unknown type that is mandatory was captured")
          : sent);
    },
    judge: (c, sent) =>
      gravest(...sent.map(({ name, message }) => c.replies(message, name, StopCCN, "a StopCCN"))),
  })),
  ...both(({ tunnel, call }) => ({
    name: "avps/unknown_optional_message",
    title: "An unknown message type that is not mandatory is acknowledged and passed over",
    covers: ["L2TP-015"],
    needs: ["unknown_messages"],
    steps: [
      ...tunnel("a"),
      send(UNKNOWN, "a", { avps: [avp(0, "0063", { m: false })] }),
      acknowledged("a"),
      ...call("a", "a1"),
    ],
    stimulus: (c) =>
      c.needs("a") ?? seen(
        c.sent("a", UNKNOWN, ({ avps: [first] }) => !first.mandatory)[0],
        "message of an unknown type that is not mandatory",
      ),
    judge: (c, stimulus) =>
      gravest(c.acknowledges(stimulus, "a"), c.aliveCall("a", "a1", stimulus)),
  })),
];

const MUTANTS = [
  mutant("lns", "type_second", "Puts a Message Type behind another AVP", "L2TP-012", {
    wire: { egress: (t) => typeSecond(t, SESSIONS.a3) },
    // What does not begin with its type is no CDN.
  }, ["L2TP-013", "L2TP-018", "L2TP-034", "L2TP-126"]),
  mutant("lac", "type_second", "Puts a Message Type behind another AVP", "L2TP-012", {
    wire: { egress: (t) => typeSecond(t, SESSIONS.a2) },
  }, ["L2TP-013", "L2TP-018", "L2TP-080"]),
  ...mutantOfBoth("optional_type", "Sends the Message Type with M clear", "L2TP-013", {
    l2tp: { avps: (_, [first, ...rest]) => [{ ...first, mandatory: false }, ...rest] },
  }, ["L2TP-026"]),
  ...mutantOfBoth("type_anywhere", "Looks for the Message Type anywhere", "L2TP-023", {
    l2tp: { messageTypeFirst: false },
  }),
  ...mutantOfBoth(
    "ignores_unknown_message",
    "Passes over an unknown mandatory message",
    "L2TP-014",
    { l2tp: { endsOnUnknownMessage: () => false } },
  ),
  ...mutantOfBoth("ignores_types_above_255", "Passes over message types above 255", "L2TP-014", {
    wire: {
      ingress(packet) {
        if (messageTypeOf(packet) < 256) return packet;
        const copy = packet.slice();
        copy[12] &= 0x7f;
        return copy;
      },
    },
  }),
  ...mutantOfBoth("ends_on_optional_message", "Ends on an unknown optional message", "L2TP-015", {
    l2tp: { endsOnUnknownMessage: () => true },
  }),
];

/** §4.4.1. */
export const MESSAGE_TYPES = section("§4.4.1 AVPs Applicable To All Control Messages", PARTS, {
  mutants: MUTANTS,
});
