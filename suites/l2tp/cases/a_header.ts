/** Cases of group A about the first octets of the header, and the conversation that many checks judge. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import { all, fail, inconclusive, number16, pass, refs, told } from "../checks/conversation.ts";
import { Attribute } from "../checks/messages.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  acknowledged,
  asked,
  avp,
  expect,
  send,
  talk,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { both, type End, probed } from "./ends.ts";

const { SCCRQ, StopCCN, HELLO } = MessageType;
const UNKNOWN = 1000;
const VERSIONS = [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
/** Milliseconds in which what must not be answered would be. */
const WRONG_ANSWER = 300;

/** An error of one call, and the CDN that it calls for. */
function spoiltCall({ role, call }: End): StepInput[] {
  const steps = role === "lns"
    ? [send("ICRQ", "a", { session: "a3", with: [avp(UNKNOWN)] })]
    : [send("ICRP", "a", { session: "a2" })];
  return [
    ...call("a", "a2"),
    ...(role === "lns" ? [send("CDN", "a", { session: "a2" }), acknowledged("a")] : []),
    ...steps,
    expect("CDN", "a"),
  ];
}

/** HELLOs that are no control messages of version 2 as they must be. */
function oddHellos(headers: Record<string, number>[]): StepInput[] {
  return headers.map((header) => send("HELLO", "a", { header, counts: false }));
}

/** A case of HELLOs with an odd header, which leave no trace. */
function discarded(name: string, title: string, odd: readonly Record<string, number>[]) {
  return both(({ tunnel, call, calling }) => ({
    ...{ name, title },
    covers: [name === "header/malformed" ? "L2TP-004" : "L2TP-005"],
    steps: [
      ...tunnel("a"),
      wait(100),
      ...oddHellos([...odd]),
      wait(WRONG_ANSWER),
      ...call("a", "a1"),
    ],
    judge(c) {
      const first = c.sent("a", HELLO)[0];
      return all(
        c.needs("a"),
        c.never(
          first,
          "no answer to such a message",
          ({ type }) => type === 0 || type === StopCCN,
          c.sent("a", calling)[0]?.time,
        ),
        c.aliveCall("a", "a1"),
      );
    },
  }));
}

/** The cases of this group. */
export const HEADERS: readonly Case[] = [
  ...both((end) => ({
    name: "conversation",
    title: "A tunnel with calls, data, an error of a call and one of the tunnel",
    covers: ["L2TP-050"],
    tunnels: ["a"],
    calls: [2],
    steps: [
      ...end.tunnel("a"),
      send("HELLO", "a"),
      ...end.call("a", "a1"),
      ...talk("a", "a1", 1),
      send("HELLO", "a"),
      acknowledged("a"),
      ...spoiltCall(end),
      send("HELLO", "a", { with: [avp(UNKNOWN)] }),
      expect("StopCCN", "a"),
    ],
    judge(c) {
      const first = c.got("a", end.assigning)[0], stop = c.got("a", StopCCN)[0];
      if (first === undefined || stop === undefined) {
        return inconclusive("the device sent no StopCCN");
      }
      const id = number16(first, Attribute.assignedTunnel);
      const named = number16(stop, Attribute.assignedTunnel);
      return named === id ? pass : fail(
        `a StopCCN with Assigned Tunnel ID ${id}`,
        `${named}`,
        refs(first, stop),
      );
    },
  })),
  ...both(() => ({
    name: "header/first_octets",
    title: "Every control message begins with C8 02",
    covers: ["L2TP-001"],
    on: ["conversation"],
    judge(c) {
      const bad = c.device.find(({ word }) => word !== 0xc802);
      return all(c.needs("a"), bad && fail("C8 02", bad.word.toString(16), refs(bad)));
    },
  })),
  ...both(({ tunnel, call, accepting, probe }) => ({
    name: "header/reserved_bits",
    title: "A message whose reserved bits are set is taken as if they were not",
    covers: ["L2TP-002"],
    steps: [...tunnel("a", { header: { word: 0xfcf2 } }), ...call("a", "a1"), ...probe()],
    judge(c) {
      const stimulus = c.stimulus((m) => m.word === 0xfcf2);
      return all(
        probed(c),
        c.replies(stimulus, "a", accepting, "the message answered like any other"),
        c.aliveCall("a", "a1"),
      );
    },
  })),
  ...both(({ role, tunnel, begin, probe, opening }) => ({
    name: "header/other_versions",
    title: "Packets of other versions, L2F among them, are not answered",
    covers: ["L2TP-003"],
    steps: [
      ...(role === "lac" ? [asked("a")] : []),
      ...VERSIONS.map((version) =>
        send(opening, "a", { header: { word: 0xc800 | version }, counts: false })
      ),
      wait(WRONG_ANSWER),
      // What a LAC asked for is granted now; an LNS is shown to be there by another tunnel.
      ...(role === "lac" ? tunnel("a").slice(begin("a").length - 1) : probe()),
    ],
    judge(c) {
      const { count = 0, first } = c.wire.others.get(c.tester[0]?.from ?? "") ?? {};
      if (count < VERSIONS.length) return inconclusive(`only ${count} packets were captured`);
      const right = c.tester.find(({ type }) => type === opening);
      const answer = c.device.find((m) =>
        m.type !== SCCRQ && m.time < (right?.time ?? 0) && m.frame.number > first!.number
      );
      return all(
        answer && fail("no answer to other versions", told(answer), [first!, answer.frame]),
        c.alive(role === "lac" ? "a" : "probe"),
      );
    },
  })),
  ...discarded(
    "header/malformed",
    "Control messages without length or sequence, or with an offset, are discarded",
    [{ word: 0x8802 }, { word: 0xc002 }, { word: 0xca02 }],
  ),
  ...discarded(
    "header/wrong_length",
    "Control messages whose length is too small or beyond the datagram are discarded",
    [{ length: 0 }, { length: 11 }, { length: 40 }],
  ),
];
