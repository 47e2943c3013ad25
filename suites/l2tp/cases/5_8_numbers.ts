/** RFC 2661 §5.8: sequence numbers: what moves them, and the wrap. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { messageTypeOf, with16 } from "../../../peers/testing/l2tp_packets.ts";
import { answered, avp, expect, send, wait } from "../../../peers/testing/l2tp_tester/steps.ts";
import { gravest, inconclusive } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import { Attribute } from "../facts/message.ts";
import { numbered } from "../facts/delivery.ts";
import { type Part, section } from "./bench.ts";
import { CONVERSATION } from "./conversation_script.ts";
import { both, bothRules, bothScripts } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";
import { renumbers } from "./packets.ts";

const { SCCRQ, HELLO } = MessageType;
const NS = 8, NR = 10;
const LAST = 65_535;
/** HELLOs that nobody sends but to let numbers wrap. */
const MANY = 1000;
/** Calls that are refused for an attribute that nobody knows. */
const REFUSED = 300, UNKNOWN = 1000;
/** Session ID of the first of them. */
const FIRST = 0x4000;
/** What a peer far behind, or of another conversation, may acknowledge. */
const AHEAD = 100;

/** Requests for calls that a device refuses one by one: its own numbers grow beyond an octet. */
const MANY_REFUSED = bothScripts(({ role, tunnel }) => ({
  name: "reliable/many_refused",
  title: "A device refuses 300 calls, each by a message of its own",
  // A LAC makes no call of its own here, so that what it says are answers.
  calls: [1],
  steps: [
    ...tunnel("a"),
    ...Array.from({ length: REFUSED }, (_, i) => [
      send(role === "lns" ? "ICRQ" : "OCRQ", "a", {
        // Each call has an identifier of its own, as refusals may come later than the next request.
        without: [Attribute.assignedSession],
        with: [avp(Attribute.assignedSession, (FIRST + i).toString(16)), avp(UNKNOWN)],
      }),
      answered("a", 1000),
    ]).flat(),
  ],
}));

const PARTS: readonly Part[] = [
  { scenarios: [MANY_REFUSED.lac, MANY_REFUSED.lns], checks: [] },
  ...bothRules((role) => ({
    name: "reliable/ns",
    title: "Ns grows by one with each message and not with a zero-length body",
    covers: ["L2TP-053"],
    on: [CONVERSATION[role], MANY_REFUSED[role]],
    subject({ ends }) {
      const long = ends.filter(({ messages }) => messages.length > 1);
      return long.length > 0
        ? long
        : inconclusive("no two messages of an end of a tunnel were captured");
    },
    judge: (ends, { complete }) => gravest(...ends.map((end) => numbered(end, complete))),
  })),
  ...both(({ tunnel, beginCall, probe, calling, taking }) => ({
    name: "reliable/ns_of_zero_length_body",
    title: "The Ns of a zero-length body does not move Nr",
    covers: ["L2TP-054"],
    steps: [
      ...tunnel("a"),
      wait(50),
      send(0, "a", { header: { nsBy: 5 } }),
      send(0, "a"),
      wait(50),
      ...beginCall("a", "a1"),
      expect(taking, "a"),
      ...probe(),
    ],
    stimulus(c) {
      const first = c.sent("a", calling)[0];
      const odd = c.tunnel("a").tester.find((m) => m.type === 0 && m.ns === first?.ns + 5);
      return c.needs("a") ??
        (odd === undefined || !isAfter(first, odd)
          ? inconclusive("no zero-length body with an Ns that is too high was captured")
          : { first, odd });
    },
    judge: (c, { first, odd }) =>
      gravest(
        c.never(
          odd,
          `an Nr of ${first.ns}`,
          ({ tunnelId, nr }) => tunnelId === c.tunnelId("a") && nr > first.ns,
          first,
        ),
        c.replies(first, "a", taking, `an Nr of ${first.ns + 1}`, (m) => m.nr === first.ns + 1),
      ),
  })),
  ...both(({ tunnel, call, probe, calling, callingNs }) => ({
    name: "reliable/wrap",
    title:
      "A call comes up with numbers 65535 and 0, and a duplicate from before the wrap is known",
    covers: ["L2TP-062"],
    heavy: true,
    steps: [
      ...tunnel("a"),
      { do: "hellos", tunnel: "a", count: LAST - callingNs },
      ...call("a", "a1"),
      // Several, as one may meet a message that the device sends of itself.
      ...[1, 2, 3].flatMap(() => [
        send("HELLO", "a", { header: { ns: LAST - 1 } }),
        answered("a", 1000),
      ]),
      ...probe(),
    ],
    stimulus(c) {
      const hellos = c.sent("a", HELLO), last = c.sent("a", calling)[0];
      return c.needs("a") ??
        (hellos.length < MANY
          ? inconclusive(`the tester sent ${hellos.length} HELLOs, too few for a wrap`)
          : { hellos, last });
    },
    judge(c, { hellos, last }) {
      const few = inconclusive("the tester's messages did not reach number 65535");
      if (last?.ns !== LAST) return gravest(c.acknowledges(hellos.at(-1)!, "a"), few);
      const copies = hellos.filter(({ ns }) => ns === LAST - 1).slice(1);
      return gravest(
        c.aliveCall("a", "a1", last),
        copies.length === 0 ? inconclusive("no duplicate was captured") : undefined,
        ...copies.map((m) => c.acknowledgesAgain(m, "a")),
      );
    },
  })),
  // The RFC does not say what an Nr ahead of everything sent is: read literally it acknowledges all.
  ...both(({ tunnel, call }) => ({
    name: "reliable/nr_ahead",
    title: "An Nr beyond anything sent harms nothing: calls come up as before",
    covers: ["L2TP-063"],
    calls: [2],
    steps: [
      ...tunnel("a"),
      send("HELLO", "a", { header: { nr: AHEAD } }),
      answered("a"),
      ...call("a", "a1"),
      ...call("a", "a2"),
    ],
    stimulus(c) {
      const ahead = c.sent("a", HELLO, (m) => m.nr === AHEAD)[0];
      return c.needs("a") ??
        (ahead === undefined || c.got("a", SCCRQ).length > AHEAD
          ? inconclusive("no Nr beyond anything sent was captured")
          : ahead);
    },
    judge: (c, ahead) =>
      gravest(
        c.aliveCall("a", "a1", ahead),
        c.asks("a", 2),
        c.aliveCall("a", "a2", ahead),
      ),
  })),
];

/** Is deaf once a peer has acknowledged far more than was sent, until a tunnel is asked for. */
function confused(): L2tpOverrides {
  const begins = (packet: Uint8Array) => messageTypeOf(packet) === SCCRQ;
  let lost = false;
  return {
    wire: {
      ingress(packet) {
        lost = !begins(packet) &&
          (lost || messageTypeOf(packet) === HELLO && get16(packet, NR) === AHEAD);
        return lost ? undefined : packet;
      },
      egress(transmission) {
        lost &&= !begins(transmission.packet);
        return [transmission];
      },
    },
  };
}

const MUTANTS = [
  ...mutantOfBoth("numbers_of_an_octet", "Sends Ns modulo 256", "L2TP-053", {
    wire: {
      egress: (t) =>
        messageTypeOf(t.packet) >= 0 && get16(t.packet, NS) > 0xff
          ? [{ ...t, packet: with16(t.packet, NS, get16(t.packet, NS) & 0xff) }]
          : [t],
    },
  }, ["L2TP-117"]),
  ...mutantOfBoth(
    "zero_length_ns",
    "Sends zero-length bodies with Ns 0",
    "L2TP-053",
    renumbers(0, NS, 0),
    { lns: ["L2TP-042"] },
  ),
  ...mutantOfBoth("zero_length_body_counts", "Lets a zero-length body move Nr", "L2TP-054", {
    l2tp: { zlbMovesNr: true },
  }, {
    lac: [
      "L2TP-002",
      "L2TP-004",
      "L2TP-005",
      "L2TP-006",
      "L2TP-008",
      "L2TP-015",
      "L2TP-017",
      "L2TP-019",
      "L2TP-020",
      "L2TP-022",
      "L2TP-023",
      "L2TP-025",
      "L2TP-027",
      "L2TP-032",
      "L2TP-034",
      "L2TP-038",
      "L2TP-040",
      "L2TP-041",
      "L2TP-048",
      "L2TP-052",
      "L2TP-058",
      "L2TP-059",
      "L2TP-063",
      "L2TP-074",
      "L2TP-092",
      "L2TP-118",
      "L2TP-125",
    ],
    // What is taken for a repetition is answered by nothing.
    lns: ["L2TP-006", "L2TP-048", "L2TP-052", "L2TP-057", "L2TP-076", "L2TP-080", "L2TP-126"],
  }),
  ...mutantOfBoth("wraps_early", "Lets numbers wrap at 65534", "L2TP-062", {
    l2tp: { nextNs: (ns) => (ns + 1) % 0xffff },
  }, ["L2TP-054"]),
  ...mutantOfBoth(
    "confused",
    "Is deaf once an Nr is beyond anything sent",
    "L2TP-063",
    confused(),
  ),
];

/** §5.8, sequence numbers. */
export const NUMBERS = section(
  "§5.8 Reliable Delivery of Control Messages: sequence numbers",
  PARTS,
  { mutants: MUTANTS },
);
