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
  told,
  valueOf,
} from "../checks/conversation.ts";
import { SESSIONS, TUNNELS } from "../tester/script.ts";
import { accept, avp, expect, lcpRequest, send, take, text, wait } from "../tester/steps.ts";
import { calls } from "./ends.ts";
import { bitsFault, lint, missingOf } from "./lns_avps.ts";
import { lcp } from "./lns_sessions.ts";

const { SCCRQ, SCCRP, SCCCN, StopCCN, HELLO, ICRQ, ICRP, ICCN, CDN } = MessageType;
const UNKNOWN = 1000;
const optional = avp(UNKNOWN, "cafe", { m: false });
const VERSIONS = [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

export { calls };

/** One call, which is made again when it or its tunnel ends. */
export const REDIALLED = { ...calls(1), redial: 500 };
const TWICE = ["a", "probe"] as const;

/** The cases of these groups. */
export const LAC_BASE: readonly Case[] = [
  {
    name: "conversation",
    title: "A tunnel with a call, data, an error of the call and one of the tunnel",
    covers: ["L2TP-050"],
    role: "lac",
    tunnels: ["a"],
    config: calls(2),
    steps: [
      ...accept("a"),
      send("HELLO", "a"),
      ...take("a", "a1"),
      ...take("a", "a2"),
      wait(200),
      lcp("a", "a1", 1),
      wait(200),
      send("HELLO", "a"),
      wait(100),
      send("ICRP", "a", { session: "a2" }),
      expect("CDN", "a"),
      send("HELLO", "a", { with: [avp(UNKNOWN)] }),
      expect("StopCCN", "a"),
      wait(100),
    ],
    judge(c) {
      const first = c.got("a", SCCRQ)[0], stop = c.got("a", StopCCN)[0];
      if (first === undefined || stop === undefined) {
        return inconclusive("the device sent no StopCCN");
      }
      return number16(stop, 9) === number16(first, 9) ? pass : fail(
        `a StopCCN with Assigned Tunnel ID ${number16(first, 9)}`,
        `${number16(stop, 9)}`,
        refs(first, stop),
      );
    },
  },
  {
    name: "header/first_octets",
    title: "Every control message begins with C8 02",
    covers: ["L2TP-001"],
    role: "lac",
    on: ["conversation"],
    judge(c) {
      const needs = c.needs("a");
      if (needs !== undefined) return needs;
      const bad = c.device.find(({ word }) => word !== 0xc802);
      return bad === undefined ? pass : fail("C8 02", bad.word.toString(16), refs(bad));
    },
  },
  {
    name: "header/reserved_bits",
    title: "A reply whose reserved bits are set is taken as if they were not",
    covers: ["L2TP-002"],
    role: "lac",
    config: calls(1),
    steps: [...accept("a", { header: { word: 0xfcf2 } }), ...take("a", "a1")],
    judge: (c) =>
      all(
        c.got("a", SCCRQ).length === 0 ? inconclusive("no SCCRQ was captured") : undefined,
        c.replies(c.sent("a", SCCRP)[0], "a", SCCCN, "an SCCCN"),
        c.aliveCall("a", "a1"),
      ),
  },
  {
    name: "header/other_versions",
    title: "Replies of other versions, L2F among them, are discarded",
    covers: ["L2TP-003"],
    role: "lac",
    config: calls(1),
    steps: [
      expect("SCCRQ", "a", 3000),
      ...VERSIONS.map((version) =>
        send("SCCRP", "a", { header: { word: 0xc800 | version }, counts: false })
      ),
      wait(300),
      send("SCCRP", "a"),
      expect("SCCCN", "a"),
      wait(50),
    ],
    judge(c) {
      const others = [...c.wire.others.values()].reduce((sum, n) => sum + n, 0);
      if (others < VERSIONS.length) return inconclusive(`only ${others} packets were captured`);
      const right = c.sent("a", SCCRP)[0];
      const early = right && c.device.find((m) => m.time < right.time && m.type !== SCCRQ);
      return all(
        c.alive("a"),
        early && fail("no answer to other versions", told(early), refs(early)),
      );
    },
  },
  {
    name: "header/identifiers",
    title: "Every header has the identifiers that the tester assigned",
    covers: ["L2TP-006"],
    role: "lac",
    on: ["conversation"],
    judge(c) {
      const needs = c.needsCall("a", "a1", "a2");
      if (needs !== undefined) return needs;
      const sessions: readonly number[] = Object.values(SESSIONS);
      const bad = c.device.find((m) =>
        m.type !== SCCRQ && m.tunnelId !== TUNNELS.a ||
        (m.type === ICCN || m.type === CDN) && !sessions.includes(m.sessionId) ||
        m.type >= 0 && m.type <= 6 && m.sessionId !== 0
      );
      const flow = c.wire.data.find((f) =>
        f.from === c.device[0].from && (f.tunnelId !== TUNNELS.a || !sessions.includes(f.sessionId))
      );
      return all(
        bad && fail(
          `Tunnel ID ${TUNNELS.a} and a Session ID of the tester`,
          `${told(bad)} with ${bad.tunnelId} and ${bad.sessionId}`,
          refs(bad),
        ),
        flow && fail(
          `data with Tunnel ID ${TUNNELS.a}`,
          `${flow.tunnelId} and ${flow.sessionId}`,
          [flow.first],
        ),
        c.flow("a", "a1") === undefined
          ? inconclusive("no data message of the device was captured")
          : undefined,
      );
    },
  },
  {
    name: "header/zero_until_assigned",
    title: "The SCCRQ has both identifiers 0, and the ICRQ Session ID 0",
    covers: ["L2TP-007"],
    role: "lac",
    on: ["conversation"],
    judge(c) {
      const sccrq = c.device.find((m) => m.type === SCCRQ);
      const icrq = c.device.find((m) => m.type === ICRQ);
      if (sccrq === undefined || icrq === undefined) return inconclusive("no call was captured");
      const bad = sccrq.tunnelId !== 0 || sccrq.sessionId !== 0
        ? sccrq
        : icrq.sessionId !== 0
        ? icrq
        : undefined;
      return all(
        bad && fail("0", `${told(bad)} with ${bad.tunnelId}, ${bad.sessionId}`, refs(bad)),
      );
    },
  },
  {
    name: "header/zero_assigned",
    title: "Zero is refused as a Tunnel ID and as a Session ID, and never assigned",
    covers: ["L2TP-008"],
    role: "lac",
    config: { ...calls(1, 2), redial: 0 },
    steps: [
      expect("SCCRQ", "a", 3000),
      expect("SCCRQ", "b", 3000),
      send("SCCRP", "a", { without: [9], with: [avp(9, "0000")] }),
      wait(200),
      send("SCCRP", "b"),
      expect("ICRQ", "b"),
      send("ICRP", "b", { session: "b1", without: [14], with: [avp(14, "0000")] }),
      wait(300),
    ],
    judge(c) {
      const zero = c.stimulus((m) => m.type === SCCRP && number16(m, 9) === 0);
      const call = c.stimulus((m) => m.type === ICRP && number16(m, 14) === 0);
      const assigned = c.device.find((m) => number16(m, 9) === 0 || number16(m, 14) === 0);
      const b = c.sent("b", SCCRP)[0];
      return all(
        c.never(zero, "no SCCCN", (m) => m.type === SCCCN, b?.time),
        c.replies(b, "b", SCCCN, "an SCCCN on the sound tunnel"),
        c.never(call, "no ICCN", (m) => m.type === ICCN),
        assigned && [SCCRQ, ICRQ].some((type) => type === assigned.type)
          ? fail("an identifier that is not 0", told(assigned), refs(assigned))
          : undefined,
      );
    },
  },
  {
    name: "header/unknown_tunnel",
    title: "Messages for an unknown tunnel are not answered as if there were one",
    covers: ["L2TP-010"],
    role: "lac",
    config: calls(1),
    steps: [
      ...accept("a"),
      ...take("a", "a1"),
      wait(200),
      send("HELLO", "a", { header: { tunnelId: 0x4444 }, counts: false }),
      send("HELLO", "a", { header: { tunnelId: 0 }, counts: false }),
      wait(300),
      send("HELLO", "a"),
      wait(100),
    ],
    judge: (c) =>
      all(
        c.needsCall("a", "a1"),
        c.never(
          c.stimulus((m) => m.tunnelId === 0x4444),
          "no acknowledgement",
          ({ type }) => type !== StopCCN && type !== CDN,
          c.sent("a", HELLO).at(-1)?.time,
        ),
        c.acknowledges(c.sent("a", HELLO).at(-1), "a", 1),
      ),
  },
  {
    name: "header/unknown_session_of_data",
    title: "Data for an unknown tunnel or session is dropped, and the call goes on",
    covers: ["L2TP-011"],
    role: "lac",
    config: calls(1),
    steps: [
      ...accept("a"),
      ...take("a", "a1"),
      lcp("a", "a1", 100),
      wait(50),
      { do: "data", tunnel: "a", session: "a1", payload: lcpRequest(101), tunnelId: 0x4444 },
      { do: "data", tunnel: "a", session: "a1", payload: lcpRequest(102), sessionId: 0x4444 },
      wait(100),
      lcp("a", "a1", 103),
      wait(200),
    ],
    judge: (c) =>
      all(
        c.needsCall("a", "a1"),
        c.ignoresLcp("a", "a1", 101, 102),
        c.answersLcp("a", "a1", 100, 103),
      ),
  },
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
