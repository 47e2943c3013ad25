/** RFC 2661 §5.8: each message that is not acknowledged is sent again, whatever it says. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { asked, avp, copies, expect, send } from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import type { Conversation } from "../facts/conversation.ts";
import { type ControlMessage, formatMessage, isAck } from "../facts/message.ts";
import { type Part, section } from "./bench.ts";
import { both, type End } from "./ends.ts";
import { type L2tpMutant, mutant, mutantOfBoth } from "./mutants.ts";
import { opens } from "./packets.ts";

const { SCCRQ, SCCRP, SCCCN, ICCN, CDN, StopCCN } = MessageType;
const UNKNOWN = 1000;
/** Milliseconds after which whoever sends again has done so. */
const WAITED = 5000;
const unknown = { with: [avp(UNKNOWN)] };

/** Lets a message of the device wait for its acknowledgement until it has come again. */
function unacknowledged(type: number, ...before: StepInput[]): StepInput[] {
  return [
    { do: "acknowledging", on: false },
    ...before,
    expect(type, "a", 10_000),
    copies(type, "a", 1, 20_000),
    { do: "acknowledging", on: true },
    send(0, "a"),
  ];
}

/** What the device says in a tunnel, each waited for. */
function steps({ role, call }: End): StepInput[] {
  const opening = role === "lns"
    ? [...unacknowledged(SCCRP, send("SCCRQ", "a")), send("SCCCN", "a")]
    : [
      asked("a"),
      copies(SCCRQ, "a", 1, 20_000),
      ...unacknowledged(SCCCN, send("SCCRP", "a")),
    ];
  return [
    ...opening,
    ...(role === "lns" ? call("a", "a1") : [
      expect("ICRQ", "a"),
      ...unacknowledged(ICCN, send("ICRP", "a", { session: "a1" })),
    ]),
    ...unacknowledged(
      CDN,
      role === "lns"
        ? send("ICRQ", "a", { session: "a2", ...unknown })
        : send("ICRP", "a", { session: "a1" }),
    ),
    ...unacknowledged(StopCCN, send("HELLO", "a", unknown)),
  ];
}

/**
 * Whether a message stayed without its acknowledgement for longer than whoever sends again waits. It
 * need not come again once the device has ended the tunnel, and with it all sessions (RFC 2661 §5.7): a
 * call may end of itself, as when its PPP does, just before.
 */
function isLeftAlone(c: Conversation, first: ControlMessage): boolean {
  const isBehind = (m: ControlMessage) => isAfter(m, first);
  const over = [
    c.tunnel("a").tester.find((m) => isBehind(m) && isAck(m.nr, first.ns)),
    c.got("a", StopCCN, isBehind).find(({ ns }) => ns !== first.ns),
  ];
  const times = over.flatMap((m) => m === undefined ? [] : [(m.time - first.time) * 1000]);
  return (times.length > 0 ? Math.min(...times) : c.waitedAfter(first)) > WAITED + c.tolerance;
}

const PARTS: readonly Part[] = both((end) => ({
  name: "reliable/each_again",
  title:
    "Each message that is not acknowledged is sent again, from the first of a tunnel to the last",
  covers: ["L2TP-131"],
  steps: steps(end),
  stimulus(c) {
    const types = end.role === "lns" ? [SCCRP, CDN, StopCCN] : [SCCRQ, SCCCN, ICCN, CDN, StopCCN];
    const found = types.flatMap((type) => [
      // Each with its copies, whose bodies may be hidden anew.
      ...Map.groupBy(c.got("a", type), ({ ns }) => ns).values(),
    ]).filter((sent) => sent.length > 1 || isLeftAlone(c, sent[0]));
    return c.device.length === 0
      ? inconclusive("the device sent no control message")
      : found.length === 0
      ? inconclusive("no message of the device stayed without its acknowledgement")
      : found;
  },
  judge: (_, found) =>
    gravest(
      ...found.map(([first, ...copies]) =>
        copies.length > 0 ? undefined : fail(
          `${formatMessage(first)} again, as nothing acknowledged it`,
          "it is sent once",
          frameRefs(first),
        )
      ),
    ),
}));

/** Sends messages of a type once, acknowledged or not. */
function once(type: number): L2tpOverrides {
  const sent = new Set<number>();
  return {
    wire: {
      // Identifiers come again in other scenarios.
      ingress(packet) {
        if (opens(packet)) sent.clear();
        return packet;
      },
      egress(t) {
        const { packet } = t;
        if (messageTypeOf(packet) !== type) return [t];
        const key = get16(packet, 4) * 0x10000 + get16(packet, 8), isAgain = sent.has(key);
        sent.add(key);
        return isAgain ? [] : [t];
      },
    },
  };
}

const MUTANTS: readonly L2tpMutant[] = [
  ...mutantOfBoth("stops_once", "Sends a StopCCN once alone", "L2TP-131", once(StopCCN)),
  ...mutantOfBoth("disconnects_once", "Sends a CDN once alone", "L2TP-131", once(CDN)),
  mutant("lac", "connects_once", "Sends an ICCN once alone", "L2TP-131", once(ICCN)),
  mutant("lns", "replies_once", "Sends an SCCRP once alone", "L2TP-131", once(SCCRP), ["L2TP-057"]),
];

/** §5.8, that everything is sent again. */
export const SENT_AGAIN = section(
  "§5.8 Reliable Delivery of Control Messages: each message",
  PARTS,
  { mutants: MUTANTS },
);
