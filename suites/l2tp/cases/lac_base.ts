/** Cases of a LAC for groups A and B: header and AVPs. The tester is the LNS. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import {
  all,
  carries,
  fail,
  inconclusive,
  number16,
  pass,
  refs,
  result,
  valueOf,
} from "../checks/conversation.ts";
import { accept, avp, expect, send, take, text, wait } from "../tester/steps.ts";
import { calls } from "./ends.ts";
import { bitsFault, lint, missingOf } from "./lns_avps.ts";
import { lcp } from "./lns_sessions.ts";

const { SCCRQ, SCCRP, SCCCN, StopCCN, HELLO, ICRP, ICCN, CDN } = MessageType;
const UNKNOWN = 1000;
const optional = avp(UNKNOWN, "cafe", { m: false });

export { calls };

/** One call, which is made again when it or its tunnel ends. */
export const REDIALLED = { ...calls(1), redial: 500 };
const TWICE = ["a", "probe"] as const;

/** The cases of these groups. */
export const LAC_BASE: readonly Case[] = [
  {
    name: "avps/message_type_first",
    title: "The Message Type comes first, and a reply that begins with another AVP is not taken",
    covers: ["L2TP-012"],
    role: "lac",
    tunnels: TWICE,
    config: REDIALLED,
    steps: [
      expect("SCCRQ", "a", 3000),
      send("SCCRP", "a", {
        avps: [
          avp(7, text("tester")),
          avp(0, "0002"),
          ...[avp(2, "0100"), avp(3, "00000003"), avp(9, "5a31")],
        ],
      }),
      wait(500),
    ],
    judge: (c) =>
      all(
        c.device.length === 0 ? inconclusive("no SCCRQ was captured") : undefined,
        c.never(c.stimulus((m) => m.type === -1), "no SCCCN", (m) => m.type === SCCCN),
        lint(c.device, "a Message Type first", (m) => m.type === -1 ? "it is not" : undefined),
      ),
  },
  {
    name: "avps/message_type_bits",
    title: "The Message Type is mandatory, not hidden, and 8 octets long",
    covers: ["L2TP-013"],
    role: "lac",
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
    role: "lac",
    config: calls(1),
    steps: [...accept("a"), ...take("a", "a1"), send(99, "a"), expect("StopCCN", "a"), wait(100)],
    judge: (c) => all(c.needs("a"), c.replies(c.sent("a", 99)[0], "a", StopCCN, "a StopCCN")),
  },
  {
    name: "avps/unknown_optional_message",
    title: "An unknown message type that is not mandatory is acknowledged and passed over",
    covers: ["L2TP-015"],
    role: "lac",
    needs: ["unknown_messages"],
    config: calls(1),
    steps: [
      ...accept("a"),
      send(99, "a", { avps: [avp(0, "0063", { m: false })] }),
      wait(200),
      ...take("a", "a1"),
    ],
    judge: (c) =>
      all(c.needs("a"), c.acknowledges(c.sent("a", 99)[0], "a"), c.aliveCall("a", "a1")),
  },
  {
    name: "avps/unknown_optional",
    title: "Unknown optional AVPs in any message are ignored",
    covers: ["L2TP-016"],
    role: "lac",
    config: calls(1),
    steps: [
      ...accept("a", { with: [optional] }),
      send("HELLO", "a", { with: [optional] }),
      ...take("a", "a1", { with: [optional] }),
      wait(100),
    ],
    judge: (c) =>
      all(
        c.stimulus(carries(UNKNOWN)) ? undefined : inconclusive("the AVP was not captured"),
        c.alive("a"),
        c.acknowledges(c.sent("a", HELLO)[0], "a"),
        c.aliveCall("a", "a1"),
      ),
  },
  {
    name: "avps/unknown_mandatory_of_tunnel",
    title: "An unknown mandatory AVP in a HELLO or an SCCRP ends the tunnel, with error 8",
    covers: ["L2TP-017"],
    role: "lac",
    config: calls(1, 2),
    steps: [
      ...accept("a"),
      expect("SCCRQ", "b", 3000),
      send("SCCRP", "b", { with: [avp(UNKNOWN)] }),
      expect("StopCCN", "b"),
      send("HELLO", "a", { with: [avp(UNKNOWN)] }),
      expect("StopCCN", "a"),
      wait(100),
    ],
    judge: (c) =>
      all(
        c.needs("a"),
        c.replies(
          c.sent("b", SCCRP)[0],
          "b",
          StopCCN,
          "a StopCCN with result 2 and error 8",
          result(2, 8),
        ),
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
    name: "avps/unknown_mandatory_of_session",
    title: "An unknown mandatory AVP in an ICRP ends that call alone, with error 8",
    covers: ["L2TP-018"],
    role: "lac",
    config: calls(2),
    steps: [
      ...accept("a"),
      ...take("a", "a1"),
      expect("ICRQ", "a"),
      send("ICRP", "a", { session: "a2", with: [avp(UNKNOWN)] }),
      expect("CDN", "a"),
      lcp("a", "a1", 7),
      wait(200),
    ],
    judge(c) {
      const stimulus = c.sent("a", ICRP, carries(UNKNOWN))[0];
      return all(
        c.needsCall("a", "a1"),
        c.replies(stimulus, "a", CDN, "a CDN with result 2 and error 8", result(2, 8)),
        c.never(stimulus, "the tunnel lives on", (m) => m.type === StopCCN || m.type === ICCN),
        c.answersLcp("a", "a1", 7),
      );
    },
  },
  {
    name: "avps/vendor",
    title: "A vendor's AVP is not taken for the attribute with its number",
    covers: ["L2TP-019"],
    role: "lac",
    config: calls(1),
    steps: [
      ...accept("a", { with: [avp(2, "0200", { vendor: 3561, m: false })] }),
      send("HELLO", "a", { with: [avp(2, "0100", { vendor: 3561 })] }),
      expect("StopCCN", "a"),
      wait(50),
    ],
    judge: (c) =>
      all(
        c.sent("a", SCCRP).length === 0 ? inconclusive("no SCCRQ was captured") : undefined,
        c.alive("a"),
        c.replies(c.sent("a", HELLO)[0], "a", StopCCN, "a StopCCN with error 8", result(2, 8)),
      ),
  },
  {
    name: "avps/reserved_bits",
    title: "An AVP with a reserved bit set is unrecognized, and none is sent",
    covers: ["L2TP-020"],
    role: "lac",
    config: calls(1),
    steps: [
      ...accept("a", { with: [avp(2, "0200", { m: false, reserved: 1 })] }),
      send("HELLO", "a", { with: [avp(8, text("x"), { reserved: 8 })] }),
      expect("StopCCN", "a"),
      wait(50),
    ],
    judge: (c) =>
      all(
        c.sent("a", SCCRP).length === 0 ? inconclusive("no SCCRQ was captured") : undefined,
        c.alive("a"),
        c.replies(c.sent("a", HELLO)[0], "a", StopCCN, "a StopCCN with error 8", result(2, 8)),
        lint(
          c.device,
          "reserved bits clear",
          ({ avps }) => avps.some((a) => a.reserved !== 0) ? "one is set" : undefined,
        ),
      ),
  },
  {
    name: "avps/required",
    title: "Every message has the AVPs that must be present",
    covers: ["L2TP-024"],
    role: "lac",
    on: ["conversation"],
    judge: (c) => c.needs("a") ?? lint(c.device, "every AVP that must be present", missingOf),
  },
  {
    name: "avps/reserved_fields",
    title: "The reserved octet of a Proxy Authen ID is zero",
    covers: ["L2TP-028"],
    role: "lac",
    config: {
      calls: [{ name: "call", proxy: "chap", ppp: { name: "user", password: "secret" } }],
    },
    steps: [...accept("a"), ...take("a", "a1"), wait(50)],
    judge(c) {
      const iccn = c.got("a", ICCN, carries(32))[0];
      if (iccn === undefined) return inconclusive("no Proxy Authen ID was captured");
      const value = number16(iccn, 32);
      return value >= 0 && value < 256
        ? pass
        : fail("a reserved octet of 0", `${value >> 8}`, refs(iccn));
    },
  },
  {
    name: "avps/any_order",
    title: "AVPs behind the Message Type may come in any order",
    covers: ["L2TP-025"],
    role: "lac",
    config: calls(1),
    steps: [
      ...accept("a", {
        avps: [
          avp(0, "0002"),
          ...[avp(10, "0004"), avp(9, "5a31"), avp(7, text("tester"))],
          ...[avp(4, "00000003"), avp(3, "00000003"), avp(2, "0100")],
        ],
      }),
      ...take("a", "a1"),
    ],
    judge: (c) =>
      all(
        c.sent("a", SCCRP).length === 0 ? inconclusive("no SCCRQ was captured") : undefined,
        c.alive("a"),
        c.aliveCall("a", "a1"),
      ),
  },
  {
    name: "avps/bits",
    title: "Every AVP has the M and H bits of its definition",
    covers: ["L2TP-026"],
    role: "lac",
    on: ["conversation"],
    judge: (c) => c.needs("a") ?? lint(c.device, "the M and H bits of RFC 2661", bitsFault),
  },
  {
    name: "avps/host_name",
    title: "Host names of 1 and of 1017 octets are accepted, an empty one is not, and none is sent",
    covers: ["L2TP-027"],
    role: "lac",
    config: calls(1, 3),
    steps: ["61", "61".repeat(1017), ""].flatMap((name, i) => [
      expect("SCCRQ", "abc"[i], 3000),
      send("SCCRP", "abc"[i], { without: [7], with: [avp(7, name)] }),
      wait(100),
    ]),
    judge(c) {
      const requests = c.device.filter(({ type }) => type === SCCRQ);
      if (requests.length < 3) return inconclusive("not three SCCRQs were captured");
      return all(
        c.alive("a"),
        c.alive("b"),
        c.got("c", SCCCN)[0] &&
          fail("no SCCCN to an empty host name", "an SCCCN", refs(c.got("c", SCCCN)[0])),
        lint(
          requests,
          "a host name of at least one octet",
          (m) => (valueOf(m, 7)?.length ?? 0) > 0 ? undefined : "it is empty",
        ),
      );
    },
  },
  {
    name: "avps/result_code_lengths",
    title: "Results with and without error code and message end what they are about",
    covers: ["L2TP-029"],
    role: "lac",
    config: calls(3),
    steps: [
      ...accept("a"),
      ...["a1", "a2", "a3"].flatMap((session) => take("a", session)),
      ...["a1", "a2", "a3"].flatMap((session, i) => [
        send("CDN", "a", {
          session,
          without: [1],
          with: [avp(1, ["0003", "00020006", "00020006" + text("why")][i])],
        }),
        wait(100),
        lcp("a", session, i + 1),
      ]),
      wait(100),
      send("StopCCN", "a", { without: [1], with: [avp(1, "00020006" + text("why"))] }),
      wait(100),
    ],
    judge: (c) =>
      all(
        c.needsCall("a", "a1", "a2", "a3"),
        ...c.sent("a", CDN).map((cdn) => c.acknowledges(cdn, "a")),
        ...(["a1", "a2", "a3"] as const).map((s, i) => c.ignoresLcp("a", s, i + 1)),
        c.acknowledges(c.sent("a", StopCCN)[0], "a"),
      ),
  },
];
