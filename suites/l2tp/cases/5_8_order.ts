/** RFC 2661 §5.8: duplicates, and messages that come early. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import {
  acknowledged,
  answered,
  expect,
  send,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import { Attribute, number16 } from "../facts/message.ts";
import { benchCase, type Part, section } from "./bench.ts";
import { both, ENDS } from "./ends.ts";
import { mutant, mutantOfBoth } from "./mutants.ts";

const { SCCRQ, SCCRP, StopCCN, HELLO, CDN } = MessageType;
/** Ns of a HELLO that comes again. */
const OLD = 5;

const PARTS: readonly Part[] = [
  ...both(({ tunnel, call, probe, calling, callingNs, taking }) => ({
    name: "reliable/duplicate",
    title: "A repeated message of a call is acknowledged again and not processed again",
    covers: ["L2TP-055"],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      send(calling, "a", { session: "a1", header: { ns: callingNs } }),
      answered("a"),
      send("HELLO", "a"),
      acknowledged("a"),
      ...probe(),
    ],
    stimulus(c) {
      const [first, again] = c.sent("a", calling);
      return c.needsCall("a", "a1") ?? (again === undefined || again.ns !== first.ns ||
          !again.repeats(first)
        ? inconclusive("no message of a call was captured twice")
        : again);
    },
    judge(c, again) {
      const taken = c.got("a", taking);
      const other = taken.find((m) => isAfter(m, again) && m.ns !== taken[0].ns);
      return gravest(
        c.acknowledgesAgain(again, "a"),
        other && fail("no second answer", "the call is answered again", frameRefs(again, other)),
        // A device without PPP ends its calls by itself.
        c.never(
          again,
          "neither StopCCN nor CDN",
          ({ type }) => type === StopCCN || type === CDN && c.lacksPpp() === undefined,
        ),
      );
    },
  })),
  ...both(({ tunnel, probe }) => ({
    name: "reliable/old_duplicate",
    title: "A message comes again behind forty others, and is acknowledged",
    covers: ["L2TP-055"],
    steps: [
      ...tunnel("a"),
      { do: "hellos", tunnel: "a", count: 40 },
      send("HELLO", "a", { header: { ns: OLD } }),
      answered("a"),
      ...probe(),
    ],
    stimulus(c) {
      const hellos = c.sent("a", HELLO), again = hellos.findLast(({ ns }) => ns === OLD);
      const isOld = again !== undefined && hellos.some((m) => m.ns > OLD + 16 && isAfter(again, m));
      return c.needs("a") ??
        (isOld ? again : inconclusive("no HELLO came again behind many others"));
    },
    judge: (c, again) => c.acknowledgesAgain(again, "a"),
  })),
  benchCase({
    name: "reliable/repeated_request",
    title: "A repeated SCCRQ makes no second tunnel",
    covers: ["L2TP-057"],
    role: "lns",
    steps: [
      send("SCCRQ", "b"),
      expect("SCCRP", "b"),
      send("SCCRQ", "b", { header: { ns: 0, tunnelId: 0, nr: 0 } }),
      answered("b"),
      send("SCCCN", "b"),
      acknowledged("b"),
      ...ENDS.lns.call("b", "b1"),
    ],
    stimulus(c) {
      const [first, again] = c.sent("b", SCCRQ), replies = c.got("b", SCCRP);
      if (replies.length === 0) return inconclusive("the SCCRQ was not answered by an SCCRP");
      return again === undefined || !again.repeats(first)
        ? inconclusive("no SCCRQ was captured twice")
        : { again, replies };
    },
    judge(c, { again, replies }) {
      const assigned = number16(replies[0], Attribute.assignedTunnel);
      const other = replies.find((m) =>
        number16(m, Attribute.assignedTunnel) !== assigned || m.ns !== 0
      );
      return gravest(
        other && fail(
          `SCCRP with Tunnel ID ${assigned} and Ns 0 alone`,
          `Tunnel ID ${number16(other, Attribute.assignedTunnel)}, Ns ${other.ns}`,
          frameRefs(again, other),
        ),
        c.needs("b"),
        c.aliveCall("b", "b1", again),
      );
    },
  }),
  ...both(({ role, tunnel, probe, calling, callingNs, taking }) => ({
    name: "reliable/out_of_order",
    title: "A message that comes early has its effect after the one before it",
    covers: ["L2TP-058"],
    calls: [2],
    steps: [
      ...tunnel("a"),
      ...(role === "lac" ? [expect("ICRQ", "a"), expect("ICRQ", "a")] : []),
      send(calling, "a", { session: "a2", header: { ns: callingNs + 1 } }),
      wait(300),
      send(calling, "a", { session: "a1" }),
      send(calling, "a", { session: "a2" }),
      expect(taking, "a"),
      expect(taking, "a"),
      ...probe(),
    ],
    stimulus(c) {
      const [early, missing] = c.sent("a", calling);
      return c.needs("a") ?? c.asks("a", 2) ??
        (missing === undefined || early.ns !== missing.ns + 1
          ? inconclusive(
            "no message of a call was captured before the one with the Ns before its own",
          )
          : { early, missing });
    },
    judge(c, { early, missing }) {
      const replies = c.got("a", taking);
      const order = [...new Set(replies.map(({ sessionId }) => sessionId))];
      const wanted = [c.sessionId("a1"), c.sessionId("a2")];
      return gravest(
        c.never(early, "no answer to the early one yet", (m) => m.type === taking, missing),
        order.join() === wanted.join() ? undefined : fail(
          "an answer for the first call, then one for the second",
          order.length === 0 ? "there is none" : `answers for ${order.join(" and ")}`,
          frameRefs(early, missing, ...replies),
        ),
      );
    },
  })),
];

/** Takes every SCCRQ for a new one. */
function neverKnown(): L2tpOverrides {
  let count = 0;
  return { l2tp: { sccrqKey: () => `${count++}` } };
}

const MUTANTS = [
  ...mutantOfBoth("silent_on_duplicates", "Does not acknowledge duplicates", "L2TP-055", {
    l2tp: { acknowledgesDuplicate: false },
  }, ["L2TP-069"]),
  ...mutantOfBoth("processes_duplicates", "Processes duplicates again", "L2TP-055", {
    l2tp: { processesDuplicate: true },
  }, { lns: ["L2TP-057"] }),
  mutant("lns", "new_tunnel_each_time", "Makes a tunnel of every SCCRQ", "L2TP-057", neverKnown()),
  ...mutantOfBoth("recent_duplicates", "Knows duplicates of the last 16 alone", "L2TP-055", {
    l2tp: { isDuplicate: (ns, expected) => ((expected - 1 - ns) & 0xffff) < 16 },
  }),
  ...mutantOfBoth("as_they_come", "Processes messages as they come", "L2TP-058", {
    l2tp: { delivers: () => true },
  }, ["L2TP-054", "L2TP-055", "L2TP-057"]),
];

/** §5.8, duplicates and order. */
export const ORDER = section(
  "§5.8 Reliable Delivery of Control Messages: duplicates and order",
  PARTS,
  { mutants: MUTANTS },
);
