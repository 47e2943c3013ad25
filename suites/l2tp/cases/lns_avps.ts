/** Cases of an LNS for group B: attribute value pairs. */
import { attributeName, ATTRIBUTES } from "../../../captures/wire/l2tp_attributes.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import {
  all,
  carries,
  fail,
  inconclusive,
  pass,
  refs,
  result,
  told,
  valueOf,
} from "../checks/conversation.ts";
import type { ControlMessage } from "../facts/wire.ts";
import { avp, call, expect, lcpRequest, open, probe, send, text, wait } from "../tester/steps.ts";

const { SCCRQ, SCCRP, StopCCN, ICRQ, ICRP, CDN, HELLO } = MessageType;
const UNKNOWN = 1000;
const optional = avp(UNKNOWN, "cafe", { m: false });

/** AVPs that must be present, by message type (§6.1 to §6.14). */
export const REQUIRED: Readonly<Record<number, readonly number[]>> = {
  1: [0, 2, 7, 3, 9],
  2: [0, 2, 3, 7, 9],
  3: [0],
  4: [0, 9, 1],
  6: [0],
  7: [0, 14, 15, 16, 17, 18, 19, 21],
  8: [0, 14],
  9: [0, 24, 19],
  10: [0, 14, 15],
  11: [0, 14],
  12: [0, 24, 19],
  14: [0, 1, 14],
  15: [0, 34],
  16: [0, 35],
};

/** Fails at the first message with a body that the test finds a fault with. */
export function lint(
  messages: readonly ControlMessage[],
  words: string,
  faultOf: (message: ControlMessage) => string | undefined,
) {
  const bodies = messages.filter(({ type }) => type !== 0);
  if (bodies.length === 0) return inconclusive("the device sent no message with a body");
  for (const message of bodies) {
    const fault = faultOf(message);
    if (fault !== undefined) return fail(words, `${told(message)}: ${fault}`, refs(message));
  }
  return pass;
}

/** What is wrong with the M and H bits of a message's AVPs. */
export function bitsFault({ avps }: ControlMessage): string | undefined {
  for (const { vendor, type, mandatory, hidden } of avps) {
    const name = vendor === 0 ? attributeName(type) : undefined;
    if (name === undefined) continue;
    const { mandatory: m, mayHide, title } = ATTRIBUTES[name];
    if (mandatory !== m) return `${title} has M ${mandatory ? "set" : "clear"}`;
    if (hidden && !mayHide) return `${title} is hidden`;
  }
  return undefined;
}

/** What a message lacks. */
export function missingOf({ type, avps }: ControlMessage): string | undefined {
  const missing = (REQUIRED[type] ?? []).find((wanted) =>
    !avps.some((a) => a.type === wanted && a.vendor === 0)
  );
  return missing === undefined ? undefined : `attribute ${missing} is missing`;
}

/** The cases of this group. */
export const LNS_AVPS: readonly Case[] = [
  {
    name: "avps/message_type_first",
    title: "The Message Type comes first, and a request that begins with another AVP is refused",
    covers: ["L2TP-012"],
    role: "lns",
    steps: [
      send("SCCRQ", "b", {
        avps: [
          avp(7, text("tester")),
          avp(0, "0001"),
          ...[avp(2, "0100"), avp(3, "00000003"), avp(9, "6b42")],
        ],
      }),
      wait(200),
      ...probe(),
    ],
    judge: (c) =>
      all(
        c.alive(),
        c.never(
          c.stimulus((m) => m.type === -1),
          "no SCCRP",
          (m) => m.type === SCCRP,
          c.sent("probe", SCCRQ)[0]?.time,
        ),
        lint(c.device, "a Message Type first", (m) => m.type === -1 ? "it is not" : undefined),
      ),
  },
  {
    name: "avps/message_type_bits",
    title: "The Message Type is mandatory, not hidden, and 8 octets long",
    covers: ["L2TP-013"],
    role: "lns",
    on: ["conversation"],
    judge: (c) =>
      c.needs("a") ??
        lint(
          c.device,
          "M set, H clear, length 8",
          ({ avps: [first] }) =>
            first?.mandatory && !first.hidden && first.length === 8
              ? undefined
              : `M ${first?.mandatory}, H ${first?.hidden}, length ${first?.length}`,
        ),
  },
  {
    name: "avps/unknown_message",
    title: "An unknown message type that is mandatory clears the tunnel",
    covers: ["L2TP-014"],
    role: "lns",
    steps: [...open("a"), send(99, "a"), expect("StopCCN", "a"), wait(50), ...probe()],
    judge: (c) =>
      all(
        c.needs("a"),
        c.replies(c.sent("a", 99)[0], "a", StopCCN, "a StopCCN"),
        c.alive(),
      ),
  },
  {
    name: "avps/unknown_optional_message",
    title: "An unknown message type that is not mandatory is acknowledged and passed over",
    covers: ["L2TP-015"],
    role: "lns",
    needs: ["unknown_messages"],
    steps: [
      ...open("a"),
      send(99, "a", { avps: [avp(0, "0063", { m: false })] }),
      wait(200),
      ...call("a", "a1"),
    ],
    judge: (c) =>
      all(
        c.needs("a"),
        c.acknowledges(c.sent("a", 99)[0], "a"),
        c.aliveCall("a", "a1"),
      ),
  },
  {
    name: "avps/unknown_optional",
    title: "Unknown optional AVPs in any message are ignored",
    covers: ["L2TP-016"],
    role: "lns",
    steps: [
      ...open("a", { with: [optional] }, { with: [optional] }),
      send("HELLO", "a", { with: [optional] }),
      ...call("a", "a1", { with: [optional] }, { with: [optional] }),
      wait(100),
      ...probe(),
    ],
    judge: (c) =>
      all(
        c.needs("probe"),
        c.stimulus(carries(UNKNOWN)) ? undefined : inconclusive("the AVP was not captured"),
        c.alive("a"),
        c.acknowledges(c.sent("a", HELLO)[0], "a"),
        c.aliveCall("a", "a1"),
      ),
  },
  {
    name: "avps/unknown_mandatory_of_tunnel",
    title: "An unknown mandatory AVP in a HELLO or an SCCRQ ends the tunnel, with error 8",
    covers: ["L2TP-017"],
    role: "lns",
    steps: [
      ...open("a"),
      send("HELLO", "a", { with: [avp(UNKNOWN)] }),
      expect("StopCCN", "a"),
      send("SCCRQ", "b", { with: [avp(UNKNOWN)] }),
      expect("StopCCN", "b"),
      wait(50),
      ...probe(),
    ],
    judge: (c) =>
      all(
        c.needs("a"),
        ...[c.sent("a", HELLO)[0], c.sent("b", SCCRQ)[0]].map((stimulus, i) =>
          c.replies(
            stimulus,
            i === 0 ? "a" : "b",
            StopCCN,
            "a StopCCN with result 2 and error 8",
            result(2, 8),
          )
        ),
        c.alive(),
      ),
  },
  {
    name: "avps/unknown_mandatory_of_session",
    title: "An unknown mandatory AVP in an ICRQ ends that call alone, with error 8",
    covers: ["L2TP-018"],
    role: "lns",
    steps: [
      ...open("a"),
      ...call("a", "a1"),
      send("ICRQ", "a", { session: "a2", with: [avp(UNKNOWN)] }),
      expect("CDN", "a"),
      { do: "data", tunnel: "a", session: "a1", payload: lcpRequest(7) },
      wait(200),
    ],
    judge(c) {
      const stimulus = c.sent("a", ICRQ, carries(UNKNOWN))[0];
      return all(
        c.needsCall("a", "a1"),
        c.replies(stimulus, "a", CDN, "a CDN with result 2 and error 8", result(2, 8)),
        c.never(stimulus, "the tunnel lives on", (m) => m.type === StopCCN || m.type === ICRP),
        c.answersLcp("a", "a1", 7),
      );
    },
  },
  {
    name: "avps/vendor",
    title: "A vendor's AVP is not taken for the attribute with its number",
    covers: ["L2TP-019"],
    role: "lns",
    steps: [
      ...open("a", { with: [avp(2, "0200", { vendor: 3561, m: false })] }),
      send("HELLO", "a", { with: [avp(2, "0100", { vendor: 3561 })] }),
      expect("StopCCN", "a"),
      wait(50),
      ...probe(),
    ],
    judge: (c) =>
      all(
        c.needs("probe"),
        c.replies(c.sent("a", SCCRQ)[0], "a", SCCRP, "an SCCRP"),
        c.alive("a"),
        c.replies(
          c.sent("a", HELLO)[0],
          "a",
          StopCCN,
          "a StopCCN with result 2 and error 8",
          result(2, 8),
        ),
      ),
  },
  {
    name: "avps/reserved_bits",
    title: "An AVP with a reserved bit set is unrecognized, and none is sent",
    covers: ["L2TP-020"],
    role: "lns",
    steps: [
      ...open("a", { with: [avp(2, "0200", { m: false, reserved: 1 })] }),
      send("HELLO", "a", { with: [avp(8, text("x"), { reserved: 8 })] }),
      expect("StopCCN", "a"),
      wait(50),
      ...probe(),
    ],
    judge: (c) =>
      all(
        c.needs("probe"),
        c.alive("a"),
        c.replies(c.sent("a", HELLO)[0], "a", StopCCN, "a StopCCN", result(2, 8)),
        lint(
          c.device,
          "reserved bits clear",
          ({ avps }) => avps.some((a) => a.reserved !== 0) ? "one is set" : undefined,
        ),
      ),
  },
  {
    name: "avps/impossible_length",
    title: "AVPs with impossible lengths stall nothing",
    covers: ["L2TP-021"],
    role: "lns",
    steps: [
      ...open("a"),
      ...open("b"),
      ...open("c"),
      send("HELLO", "a", { with: [avp(8, "61", { length: 0 })] }),
      send("HELLO", "b", { with: [avp(8, "61", { length: 5 })] }),
      send("HELLO", "c", { with: [avp(8, "61", { length: 900 })] }),
      wait(500),
      ...probe(),
    ],
    judge: (c) =>
      all(
        c.needs("a", "b", "c"),
        c.never(
          c.sent("a", HELLO)[0],
          "an error of result 2, if any",
          (m) => m.type === StopCCN && !result(2)(m),
        ),
        c.alive(),
      ),
  },
  {
    name: "avps/malformed_optional",
    title: "A malformed optional AVP is ignored",
    covers: ["L2TP-022"],
    role: "lns",
    steps: [
      ...open("a"),
      ...call("a", "a1", {}, { with: [avp(38, "0009", { m: false })] }),
      { do: "data", tunnel: "a", session: "a1", payload: lcpRequest(1) },
      wait(200),
    ],
    judge: (c) => all(c.needs("a"), c.aliveCall("a", "a1"), c.answersLcp("a", "a1", 1)),
  },
  {
    name: "avps/malformed_mandatory",
    title: "A malformed mandatory AVP is refused with a general error",
    covers: ["L2TP-023"],
    role: "lns",
    steps: [
      send("SCCRQ", "b", { without: [3], with: [avp(3, "0003")] }),
      expect("StopCCN", "b"),
      wait(50),
      ...probe(),
    ],
    judge: (c) =>
      all(
        c.alive(),
        c.replies(
          c.sent("b", SCCRQ)[0],
          "b",
          StopCCN,
          "a StopCCN with result 2 and error 2 or 3",
          (m) => result(2, 2)(m) || result(2, 3)(m),
        ),
      ),
  },
  {
    name: "avps/required",
    title: "Every message has the AVPs that must be present",
    covers: ["L2TP-024"],
    role: "lns",
    on: ["conversation"],
    judge: (c) => c.needs("a") ?? lint(c.device, "every AVP that must be present", missingOf),
  },
  {
    name: "avps/any_order",
    title: "AVPs behind the Message Type may come in any order",
    covers: ["L2TP-025"],
    role: "lns",
    steps: [
      ...open("a", {
        avps: [
          avp(0, "0001"),
          ...[avp(10, "0004"), avp(9, "5a31"), avp(7, text("tester"))],
          ...[avp(4, "00000003"), avp(3, "00000003"), avp(2, "0100")],
        ],
      }),
      ...call("a", "a1", { avps: [avp(0, "000a"), avp(15, "00000001"), avp(14, "31a1")] }),
      ...probe(),
    ],
    judge: (c) => all(c.needs("probe"), c.alive("a"), c.aliveCall("a", "a1")),
  },
  {
    name: "avps/bits",
    title: "Every AVP has the M and H bits of its definition",
    covers: ["L2TP-026"],
    role: "lns",
    on: ["conversation"],
    judge: (c) => c.needs("a") ?? lint(c.device, "the M and H bits of RFC 2661", bitsFault),
  },
  {
    name: "avps/host_name",
    title: "Host names of 1 and of 1017 octets are accepted, an empty one is not, and none is sent",
    covers: ["L2TP-027"],
    role: "lns",
    steps: [
      ...open("a", { without: [7], with: [avp(7, "61")] }),
      ...open("b", { without: [7], with: [avp(7, "61".repeat(1017))] }),
      send("SCCRQ", "c", { without: [7], with: [avp(7, "")] }),
      wait(200),
      ...probe(),
    ],
    judge: (c) =>
      all(
        c.needs("probe"),
        c.alive("a"),
        c.alive("b"),
        c.got("c", SCCRP)[0] &&
          fail("no SCCRP to an empty host name", "an SCCRP", refs(c.got("c", SCCRP)[0])),
        lint(
          c.device.filter(({ type }) => type === SCCRP),
          "a host name of at least one octet",
          (m) => (valueOf(m, 7)?.length ?? 0) > 0 ? undefined : "it is empty",
        ),
      ),
  },
  {
    name: "avps/result_code_lengths",
    title: "Results with and without error code and message end what they are about",
    covers: ["L2TP-029"],
    role: "lns",
    steps: [
      ...open("a"),
      ...["a1", "a2", "a3"].flatMap((session, i) => [
        ...call("a", session),
        send("CDN", "a", {
          session,
          without: [1],
          with: [avp(1, ["0003", "00020006", "00020006" + text("why")][i])],
        }),
        wait(100),
        {
          do: "data" as const,
          ...{ tunnel: "a", session, payload: lcpRequest(i + 1), from: "wan0" },
        },
      ]),
      wait(100),
      ...["a", "b", "c"].flatMap((tunnel, i) => [
        ...(tunnel === "a" ? [] : open(tunnel)),
        send("StopCCN", tunnel, {
          without: [1],
          with: [avp(1, ["0001", "00020006", "00020006" + text("why")][i])],
        }),
        wait(100),
      ]),
      ...probe(),
    ],
    judge: (c) =>
      all(
        c.needsCall("a", "a1", "a2", "a3"),
        ...c.sent("a", CDN).map((cdn) => c.acknowledges(cdn, "a")),
        ...(["a1", "a2", "a3"] as const).map((s, i) => c.ignoresLcp("a", s, i + 1)),
        ...(["a", "b", "c"] as const).map((t) => c.acknowledges(c.sent(t, StopCCN)[0], t)),
        c.alive(),
      ),
  },
];
