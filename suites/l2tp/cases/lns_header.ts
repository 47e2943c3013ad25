/** Cases of an LNS for group A: the header. */
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
  told,
} from "../checks/conversation.ts";
import { SESSIONS, TUNNELS } from "../tester/script.ts";
import { avp, call, expect, lcpRequest, open, probe, send, wait } from "../tester/steps.ts";

const { SCCRQ, SCCRP, StopCCN, ICRP, ICRQ, CDN } = MessageType;
const VERSIONS = [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/** The cases of this group. */
export const LNS_HEADER: readonly Case[] = [
  {
    name: "header/first_octets",
    title: "Every control message begins with C8 02",
    covers: ["L2TP-001"],
    role: "lns",
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
    title: "A request whose reserved bits are set is answered as if they were not",
    covers: ["L2TP-002"],
    role: "lns",
    steps: [...open("a", { header: { word: 0xfcf2 } }), ...probe()],
    judge: (c) =>
      all(
        c.needs("probe"),
        c.replies(c.stimulus((m) => m.word === 0xfcf2), "a", SCCRP, "an SCCRP"),
      ),
  },
  {
    name: "header/other_versions",
    title: "Packets of other versions, L2F among them, are not answered",
    covers: ["L2TP-003"],
    role: "lns",
    steps: [
      ...VERSIONS.map((version) => send("SCCRQ", "b", { header: { word: 0xc800 | version } })),
      wait(100),
      ...probe(),
    ],
    judge(c) {
      const others = [...c.wire.others.values()].reduce((sum, n) => sum + n, 0);
      if (others < VERSIONS.length) return inconclusive(`only ${others} packets were captured`);
      const answer = c.device.find(({ tunnelId }) => tunnelId !== TUNNELS.probe);
      return all(
        c.alive(),
        answer && fail("no answer to other versions", told(answer), refs(answer)),
      );
    },
  },
  {
    name: "header/malformed",
    title: "Control messages without length or sequence, or with an offset, are discarded",
    covers: ["L2TP-004"],
    role: "lns",
    steps: [
      ...open("a"),
      ...[0x8802, 0xc002, 0xca02].map((word) =>
        send("HELLO", "a", { header: { word }, counts: false })
      ),
      wait(100),
      ...call("a", "a1"),
    ],
    judge: (c) =>
      all(
        c.needs("a"),
        c.never(
          c.stimulus((m) => m.word !== 0xc802),
          "no answer to a malformed header",
          () => true,
          c.sent("a", ICRQ)[0]?.time,
        ),
        c.aliveCall("a", "a1"),
      ),
  },
  {
    name: "header/wrong_length",
    title: "Control messages whose length is too small or beyond the datagram are discarded",
    covers: ["L2TP-005"],
    role: "lns",
    steps: [
      ...open("a"),
      ...[0, 11, 40].map((length) => send("HELLO", "a", { header: { length }, counts: false })),
      wait(100),
      ...call("a", "a1"),
    ],
    judge: (c) =>
      all(
        c.needs("a"),
        c.never(
          c.stimulus((m) => m.length === 0),
          "no answer to a wrong length",
          () => true,
          c.sent("a", ICRQ)[0]?.time,
        ),
        c.aliveCall("a", "a1"),
      ),
  },
  {
    name: "header/identifiers",
    title: "Every header has the identifiers that the tester assigned",
    covers: ["L2TP-006"],
    role: "lns",
    on: ["conversation"],
    judge(c) {
      const needs = c.needsCall("a", "a1");
      if (needs !== undefined) return needs;
      const sessions: readonly number[] = Object.values(SESSIONS);
      const bad = c.device.find((m) =>
        m.tunnelId !== TUNNELS.a ||
        (m.type === ICRP || m.type === CDN) && !sessions.includes(m.sessionId) ||
        m.type <= 6 && m.type >= 0 && m.sessionId !== 0
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
    title: "A call whose identifier was not told is refused with Session ID 0",
    covers: ["L2TP-007"],
    role: "lns",
    steps: [
      ...open("a"),
      send("ICRQ", "a", { session: "a1", without: [14] }),
      wait(200),
      ...probe(),
    ],
    judge(c) {
      const stimulus = c.sent("a", ICRQ)[0];
      return all(
        c.needs("a"),
        c.replies(
          stimulus,
          "a",
          CDN,
          "a CDN with Session ID 0 in its header",
          (m) => m.sessionId === 0,
        ),
        c.alive(),
      );
    },
  },
  {
    name: "header/zero_assigned",
    title: "Zero is refused as a Tunnel ID and as a Session ID, and never assigned",
    covers: ["L2TP-008"],
    role: "lns",
    steps: [
      send("SCCRQ", "b", { without: [9], with: [avp(9, "0000")] }),
      wait(100),
      ...open("a"),
      send("ICRQ", "a", { session: "a1", without: [14], with: [avp(14, "0000")] }),
      wait(100),
      ...probe(),
      ...call("probe", "probe1"),
    ],
    judge(c) {
      const zero = c.stimulus((m) => m.type === SCCRQ && number16(m, 9) === 0);
      const call = c.stimulus((m) => m.type === ICRQ && number16(m, 14) === 0);
      const assigned = c.device.find((m) => number16(m, 9) === 0 || number16(m, 14) === 0);
      return all(
        c.needs("a"),
        c.never(zero, "no SCCRP", (m) => m.type === SCCRP, c.sent("a", SCCRQ)[0]?.time),
        c.never(call, "no ICRP", (m) => m.type === ICRP, c.sent("probe", SCCRQ)[0]?.time),
        assigned && accepts(assigned.type)
          ? fail("an identifier that is not 0", told(assigned), refs(assigned))
          : undefined,
        c.alive(),
        c.aliveCall("probe", "probe1"),
      );
    },
  },
  {
    name: "header/unknown_tunnel",
    title: "Messages for tunnel 0 or an unknown one make no tunnel",
    covers: ["L2TP-010"],
    role: "lns",
    steps: [
      ...open("a"),
      wait(100),
      send("HELLO", "b", { header: { tunnelId: 0x4444 } }),
      send("ICRQ", "b", { session: "b1", header: { tunnelId: 0x4444 } }),
      send("HELLO", "b", { header: { tunnelId: 0 } }),
      send("ICRQ", "b", { session: "b1", header: { tunnelId: 0 } }),
      wait(200),
      ...probe(),
    ],
    judge: (c) =>
      all(
        c.alive(),
        c.never(
          c.stimulus((m) => m.tunnelId === 0x4444),
          "no acknowledgement, SCCRP or ICRP",
          ({ type }) => type !== StopCCN && type !== CDN,
          c.sent("probe", SCCRQ)[0]?.time,
        ),
      ),
  },
  {
    name: "header/unknown_session_of_data",
    title: "Data for an unknown tunnel or session is dropped, and the call goes on",
    covers: ["L2TP-011"],
    role: "lns",
    steps: [
      ...open("a"),
      ...call("a", "a1"),
      { do: "data", tunnel: "a", session: "a1", payload: lcpRequest(100) },
      wait(50),
      {
        do: "data",
        ...{ tunnel: "a", session: "a1", payload: lcpRequest(101), tunnelId: 0x4444 },
      },
      {
        do: "data",
        ...{ tunnel: "a", session: "a1", payload: lcpRequest(102), sessionId: 0x4444 },
      },
      wait(100),
      { do: "data", tunnel: "a", session: "a1", payload: lcpRequest(103) },
      wait(200),
      ...probe(),
    ],
    judge: (c) =>
      all(
        c.needsCall("a", "a1"),
        c.ignoresLcp("a", "a1", 101, 102),
        c.answersLcp("a", "a1", 100, 103),
        c.alive(),
      ),
  },
  {
    name: "conversation",
    title: "A tunnel with calls, data, an error of a call and one of the tunnel",
    covers: ["L2TP-050"],
    role: "lns",
    steps: [
      ...open("a"),
      send("HELLO", "a"),
      ...call("a", "a1"),
      { do: "data", tunnel: "a", session: "a1", payload: lcpRequest(1) },
      wait(200),
      ...call("a", "a2"),
      send("CDN", "a", { session: "a2" }),
      wait(100),
      send("ICRQ", "a", { session: "a3", with: [avp(1000)] }),
      expect("CDN", "a"),
      send("HELLO", "a", { with: [avp(1000)] }),
      expect("StopCCN", "a"),
      wait(100),
    ],
    judge(c) {
      const first = c.got("a", SCCRP)[0];
      const stop = c.got("a", StopCCN)[0];
      const provoked = c.sent("a", 6, carries(1000))[0];
      if (first === undefined || stop === undefined || provoked === undefined) {
        return inconclusive("the device sent no StopCCN");
      }
      return number16(stop, 9) === number16(first, 9) ? pass : fail(
        `a StopCCN with Assigned Tunnel ID ${number16(first, 9)}`,
        `${number16(stop, 9)}`,
        refs(first, stop),
      );
    },
  },
];

/** Whether a message accepts a tunnel or a call. */
function accepts(type: number): boolean {
  return type === SCCRP || type === ICRP;
}
