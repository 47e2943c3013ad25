/** RFC 2661 §4.3, §7.1: hidden AVPs that cannot be recovered, or must not be hidden. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { AvpInput } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  accept,
  acknowledged,
  avp,
  expect,
  open,
  probe,
  send,
  text,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import type { TunnelName } from "../facts/bench_view.ts";
import { type Conversation, seen } from "../facts/conversation.ts";
import { Attribute, type ControlMessage, formatMessage, hasResult } from "../facts/message.ts";
import { benchCase, type Part, section } from "./bench.ts";
import { calls } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";
import { refused } from "./refusals.ts";

const { SCCRQ, SCCRP, StopCCN, ICRQ, ICRP, CDN } = MessageType;
const { framingCapabilities, bearerCapabilities, hostName, vendorName, randomVector } = Attribute;
const CALLED_NUMBER = 21, PHYSICAL_CHANNEL = 25;
const WITH_CALLS = ["b", "c", "probe"] as const;
const SECRET = "plumb bob", VECTOR = "0123456789abcdef";
const SHARED = { secret: SECRET, authenticate: false };
const vector = avp(randomVector, VECTOR);

/** An AVP that was hidden with a secret that the device does not have. */
function garbled(type: number, value: string, m = true): AvpInput {
  return avp(type, value, { m, hide: { secret: "another", vector: VECTOR } });
}

/** An AVP that was hidden as it should be. */
function hidden(type: number, value: string): AvpInput {
  return avp(type, value, { hide: { secret: SECRET, vector: VECTOR } });
}

/** Whether a message hides an attribute. */
const hides = (type: number) => ({ avps }: ControlMessage) =>
  avps.some((record) => record.type === type && record.vendor === 0 && record.hidden);

/** Fails unless an ICRQ is answered by the end of the call, or of the tunnel, for a general error. */
function ended(c: Conversation, tunnel: TunnelName, request: ControlMessage): PartialVerdict {
  const taken = c.got(tunnel, ICRP)[0];
  if (taken !== undefined) return fail("no ICRP", formatMessage(taken), frameRefs(request, taken));
  if (c.got(tunnel, StopCCN, hasResult(2)).length > 0) return undefined;
  const words = "a CDN or a StopCCN with a general error";
  return c.replies(request, tunnel, CDN, words, hasResult(2));
}

const UNHIDEABLE_TITLE = "A hidden Host Name, which must not be hidden, is refused as malformed";

const PARTS: readonly Part[] = [
  benchCase({
    name: "hiding/unrecoverable",
    title: "Hidden AVPs that cannot be recovered end call or tunnel if mandatory, and else nothing",
    covers: ["L2TP-034"],
    role: "lns",
    needs: ["hiding"],
    config: SHARED,
    steps: [
      ...open("a"),
      send("ICRQ", "a", {
        session: "a1",
        with: [vector, garbled(PHYSICAL_CHANNEL, "00000001", false)],
      }),
      expect("ICRP", "a"),
      // Another secret, too short for a length, and no vector.
      ...[
        [vector, garbled(CALLED_NUMBER, text("5551234"))],
        [vector, avp(CALLED_NUMBER, "aa", { h: true })],
        [hidden(CALLED_NUMBER, text("5551234"))],
      ].flatMap((with_, i) => [
        ...open(WITH_CALLS[i]),
        send("ICRQ", WITH_CALLS[i], { session: `${WITH_CALLS[i]}1`, with: with_ }),
        acknowledged(WITH_CALLS[i]),
        wait(100),
      ]),
    ],
    stimulus(c) {
      const optional = c.sent("a", ICRQ, hides(PHYSICAL_CHANNEL))[0];
      const mandatory = WITH_CALLS.map((tunnel) => c.sent(tunnel, ICRQ, hides(CALLED_NUMBER))[0]);
      return c.needs("a", ...WITH_CALLS) ??
        ([optional, ...mandatory].includes(undefined!)
          ? inconclusive("not every ICRQ with a hidden AVP that cannot be recovered was captured")
          : { optional, mandatory });
    },
    judge: (c, { optional, mandatory }) =>
      gravest(
        c.replies(optional, "a", ICRP, "an ICRP"),
        ...WITH_CALLS.map((tunnel, i) => ended(c, tunnel, mandatory[i])),
      ),
  }),
  benchCase({
    name: "hiding/unrecoverable",
    title: "Hidden AVPs that cannot be recovered end the tunnel if mandatory, and else nothing",
    covers: ["L2TP-034"],
    role: "lac",
    needs: ["hiding"],
    config: { ...calls(1, 3), ...SHARED },
    steps: [
      ...accept("a", { with: [vector, garbled(vendorName, text("tester"), false)] }),
      expect("SCCRQ", "b", 3000),
      send("SCCRP", "b", {
        without: [framingCapabilities],
        with: [vector, garbled(framingCapabilities, "00000003")],
      }),
      expect("StopCCN", "b"),
      expect("SCCRQ", "c", 3000),
      send("SCCRP", "c", {
        without: [bearerCapabilities],
        with: [hidden(bearerCapabilities, "00000003")],
      }),
      expect("StopCCN", "c"),
    ],
    stimulus(c) {
      const optional = c.sent("a", SCCRP, hides(vendorName))[0];
      const garbled = c.sent("b", SCCRP, hides(framingCapabilities))[0];
      const bare = c.sent("c", SCCRP, hides(bearerCapabilities))[0];
      return c.takesPart() ??
        ([optional, garbled, bare].includes(undefined!)
          ? inconclusive("not every SCCRP with a hidden AVP that cannot be recovered was captured")
          : { optional, garbled, bare });
    },
    judge: (c, { optional, garbled, bare }) =>
      gravest(c.alive("a", optional), refused(c, "b", garbled), refused(c, "c", bare)),
  }),
  benchCase({
    name: "hiding/unhideable",
    title: UNHIDEABLE_TITLE,
    covers: ["L2TP-035"],
    role: "lns",
    needs: ["strict_hiding"],
    config: SHARED,
    steps: [
      send("SCCRQ", "b", {
        without: [hostName],
        with: [vector, hidden(hostName, text("tester"))],
      }),
      expect("StopCCN", "b"),
      wait(100),
      ...probe(),
    ],
    stimulus: (c) =>
      c.needs("probe") ??
        seen(c.sent("b", SCCRQ, hides(hostName))[0], "SCCRQ with a hidden Host Name"),
    judge(c, request) {
      const taken = c.got("b", SCCRP)[0];
      return gravest(
        taken && fail("no SCCRP", "an SCCRP", frameRefs(request, taken)),
        c.replies(request, "b", StopCCN, "a StopCCN"),
      );
    },
  }),
  benchCase({
    name: "hiding/unhideable",
    title: UNHIDEABLE_TITLE,
    covers: ["L2TP-035"],
    role: "lac",
    needs: ["strict_hiding"],
    config: { ...calls(1, 2), ...SHARED },
    steps: [
      expect("SCCRQ", "a", 3000),
      send("SCCRP", "a", {
        without: [hostName],
        with: [vector, hidden(hostName, text("tester"))],
      }),
      expect("StopCCN", "a"),
      ...accept("b"),
    ],
    stimulus: (c) =>
      c.needs("b") ?? seen(c.sent("a", SCCRP, hides(hostName))[0], "SCCRP with a hidden Host Name"),
    judge: (c, reply) => refused(c, "a", reply, false),
  }),
];

const MUTANTS = [
  ...mutantOfBoth("ends_on_unrecoverable", "Ends on hidden AVPs that are optional", "L2TP-034", {
    l2tp: { endsOnMalformedAvp: (mandatory, hidden) => mandatory || hidden },
  }),
  ...mutantOfBoth(
    "ignores_unrecoverable",
    "Passes over hidden AVPs that are mandatory",
    "L2TP-034",
    { l2tp: { endsOnMalformedAvp: (mandatory, hidden) => mandatory && !hidden } },
  ),
  ...mutantOfBoth("unhides_anything", "Recovers what must not be hidden", "L2TP-035", {
    l2tp: { mayBeHidden: () => true },
  }),
];

/** §4.3 and §7.1, what cannot be recovered. */
export const UNRECOVERABLE_VALUES = section(
  "§4.3 Hiding of AVP Attribute Values: values that cannot be recovered",
  PARTS,
  { mutants: MUTANTS },
);
