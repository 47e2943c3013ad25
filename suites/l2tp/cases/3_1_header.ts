/** RFC 2661 §3.1: the header of control messages. */
import { CONTROL_FLAGS } from "../../../captures/wire/l2tp.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { with16 } from "../../../peers/testing/l2tp_packets.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { asked, send, wait } from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import { judgeMessages, messagesOf } from "../facts/conduct_rules.ts";
import { seen } from "../facts/conversation.ts";
import { formatMessage, type MessageTest } from "../facts/message.ts";
import { firstOctetsFault } from "../facts/message_rules.ts";
import { type Part, section } from "./bench.ts";
import { CONVERSATION } from "./conversation_script.ts";
import { both, bothRules } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";

const { SCCRQ, StopCCN, HELLO } = MessageType;
/** Octets of a HELLO, and an AVP in hexadecimal that must be known and is not. */
const HELLO_LENGTH = 20, UNKNOWN_AVP = "8006000003e8";
const VERSIONS = [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
/** Milliseconds in which what must not be answered would be. */
const WRONG_ANSWER = 300;
/** Milliseconds between two of these, so that an answer tells what it is one to. */
const SPACING = 50;
/** The first octets with every reserved bit set. */
const RESERVED_SET = 0xfcf2;

/** HELLOs that are no control messages of version 2 as they must be. */
function oddHellos(headers: readonly Record<string, number>[]): StepInput[] {
  return headers.map((header) => send("HELLO", "a", { header, counts: false }));
}

/** A case of HELLOs with an odd header, which leave no trace. */
function discarded(
  name: string,
  title: string,
  odd: readonly Record<string, number>[],
  isOdd: MessageTest,
): Part[] {
  return both(({ tunnel, call, calling }) => ({
    ...{ name, title },
    covers: [name === "header/malformed" ? "L2TP-004" : "L2TP-005"],
    steps: [
      ...tunnel("a"),
      wait(100),
      ...oddHellos(odd),
      wait(WRONG_ANSWER),
      ...call("a", "a1"),
    ],
    stimulus: (c) => c.needs("a") ?? seen(c.tester.find(isOdd), "HELLO with such a header"),
    judge: (c, first) =>
      gravest(
        c.never(
          first,
          "no answer to such a message",
          ({ type }) => type === 0 || type === StopCCN,
          c.sent("a", calling).find((m) => isAfter(m, first)),
        ),
        // Any of them may be the one that was taken.
        c.aliveCall("a", "a1", ...c.tester.filter(isOdd)),
      ),
  }));
}

const PARTS: readonly Part[] = [
  ...bothRules((role) => ({
    name: "header/first_octets",
    title: "Every control message begins with C8 02",
    covers: ["L2TP-001"],
    on: [CONVERSATION[role]],
    subject: (conduct) => messagesOf(conduct, "control message"),
    judge: (messages) => judgeMessages(messages, "C8 02", firstOctetsFault),
  })),
  ...both(({ tunnel, call, accepting, probe }) => ({
    name: "header/reserved_bits",
    title: "A message whose reserved bits are set is taken as if they were not",
    covers: ["L2TP-002"],
    steps: [...tunnel("a", { header: { word: RESERVED_SET } }), ...call("a", "a1"), ...probe()],
    stimulus: (c) =>
      c.probed() ?? seen(c.openings().find(({ word }) => word === RESERVED_SET), "such message"),
    judge: (c, stimulus) =>
      gravest(
        c.replies(stimulus, "a", accepting, "the message answered like any other"),
        c.aliveCall("a", "a1", stimulus),
      ),
  })),
  ...both(({ role, tunnel, begin, probe, opening }) => ({
    name: "header/other_versions",
    title: "Packets of other versions, L2F among them, are not answered",
    covers: ["L2TP-003"],
    steps: [
      // That it is there is shown beforehand: a LAC asks, an LNS grants a tunnel.
      ...(role === "lac" ? [asked("a")] : tunnel("b")),
      ...VERSIONS.flatMap((version) => [
        send(opening, "a", { header: { word: 0xc800 | version }, counts: false }),
        wait(SPACING),
      ]),
      wait(WRONG_ANSWER),
      // What a LAC asked for is granted now.
      ...(role === "lac" ? tunnel("a").slice(begin("a").length - 1) : probe()),
    ],
    stimulus(c) {
      const odd = c.control.others.get(c.testerNode);
      if (odd === undefined || odd.count < VERSIONS.length) {
        return inconclusive(`${odd?.count ?? 0} packets of other versions were captured`);
      }
      return c.takesPart() ?? odd;
    },
    judge(c, { shown }) {
      const first = shown[0], next = c.openings().find((m) => isAfter(m, first));
      const answers = c.device.filter((m) =>
        isAfter(m, first) && (next === undefined || isAfter(next, m)) &&
        m.type !== SCCRQ && m.tunnelId !== c.tunnelId("b")
      );
      // Silence counts where it was there before and after: whoever answered was.
      if (answers.length === 0) return role === "lac" ? c.needs("a") : c.needs("b", "probe");
      // One version may be answered otherwise than another: each kind of answer is shown.
      const kinds = [...Map.groupBy(answers, ({ type }) => type).values()].map(([first]) => first);
      const pairs = kinds.map((answer) => ({
        answer,
        to: shown.findLast((odd) => isAfter(answer, odd)) ?? first,
      }));
      return fail(
        "no answer to other versions",
        pairs.map(({ answer, to }) => `${formatMessage(answer)} to version ${to.version}`)
          .join(", "),
        frameRefs(...pairs.flatMap(({ answer, to }) => [to, answer])),
      );
    },
  })),
  ...discarded(
    "header/malformed",
    "Control messages without length or sequence, or with an offset, are discarded",
    [{ word: 0x8802 }, { word: 0xc002 }, { word: 0xca02 }],
    ({ word }) => (word & 0xca0f) !== 0xc802,
  ),
  ...discarded(
    "header/wrong_length",
    "Control messages whose length is too small or beyond the datagram are discarded",
    [{ length: 0 }, { length: 11 }, { length: 40 }],
    ({ whole, word }) => !whole && (word & 0xca0f) === 0xc802,
  ),
  ...both(({ tunnel, call }) => ({
    name: "header/behind_length",
    title: "What stands behind the Length of a message is no part of it",
    covers: ["L2TP-144"],
    steps: [
      ...tunnel("a"),
      send("HELLO", "a", { junk: UNKNOWN_AVP, header: { length: HELLO_LENGTH } }),
      wait(WRONG_ANSWER),
      ...call("a", "a1"),
    ],
    stimulus: (c) =>
      c.needs("a") ?? seen(
        c.sent("a", HELLO, ({ whole, length, octets }) => whole && length < octets)[0],
        "HELLO with octets behind its Length",
      ),
    judge: (c, hello) =>
      c.never(hello, "no error for what is no part of a message", ({ type }) => type === StopCCN),
  })),
];

const MUTANTS = [
  ...mutantOfBoth("reads_on", "Takes what stands behind a message for AVPs", "L2TP-144", {
    wire: {
      ingress: (packet) =>
        (packet[0] & 0x80) !== 0 && get16(packet, 2) >= HELLO_LENGTH &&
          get16(packet, 2) < packet.length
          ? with16(packet, 2, packet.length)
          : packet,
    },
  }),
  ...mutantOfBoth("sets_priority", "Sets P in control messages", "L2TP-001", {
    l2tp: { controlFlags: () => CONTROL_FLAGS | 0x0100 },
  }),
  ...mutantOfBoth("minds_reserved_bits", "Discards what has a reserved bit set", "L2TP-002", {
    l2tp: { acceptsControlFlags: (flags) => flags === CONTROL_FLAGS },
  }),
  ...mutantOfBoth("any_version", "Takes any version for its own", "L2TP-003", {
    l2tp: { acceptsVersion: () => true },
    // What it takes counts.
  }, ["L2TP-054"]),
  ...mutantOfBoth(
    "malformed_headers",
    "Takes control messages without length or sequence",
    "L2TP-004",
    { l2tp: { acceptsControlFlags: () => true } },
  ),
  ...mutantOfBoth("any_length", "Takes any Length", "L2TP-005", {
    l2tp: { acceptsLength: () => true },
  }),
];

/** §3.1 as far as control messages go. */
export const CONTROL_HEADER = section("§3.1 L2TP Header Format", PARTS, { mutants: MUTANTS });
