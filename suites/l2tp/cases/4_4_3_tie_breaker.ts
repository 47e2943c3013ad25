/** RFC 2661 §4.4.3, Tie Breaker: requests that cross. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import {
  CONTROL_CONNECTION_RULES,
  type Tie,
} from "../../../peers/l2tp/rules/control_connection.ts";
import {
  acknowledged,
  avp,
  expect,
  probe,
  send,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import type { Conversation } from "../facts/conversation.ts";
import { Attribute, avpOf, type ControlMessage, formatMessage } from "../facts/message.ts";
import { BENCH } from "../topologies.ts";
import type { L2tpRole } from "../words.ts";
import { benchCase, type Part, section } from "./bench.ts";
import { calls } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";

const { SCCRQ, SCCRP, SCCCN, StopCCN } = MessageType;
/** Whose tunnel is to remain. */
type Winner = "tester" | "device" | "nobody" | "both";

/** A collision: the tie breakers of device and tester, and how it ends. */
interface Collision {
  name: string;
  title: string;
  device: string;
  tester?: string;
  winner: Winner;
}

// The first octet decides against all others: who compares from the end is found out.
const OWN = "8000000000000000", LOWER = "7fffffffffffffff", HIGHER = "8000000000000001";

const COLLISIONS: readonly Collision[] = [
  {
    name: "lower",
    title: "A request with a lower tie breaker wins: the device discards its own silently",
    ...{ device: OWN, tester: LOWER, winner: "tester" },
  },
  {
    name: "higher",
    title: "A request with a higher tie breaker loses: the device goes on with its own",
    ...{ device: OWN, tester: HIGHER, winner: "device" },
  },
  {
    name: "equal",
    title: "Equal tie breakers end both requests",
    ...{ device: OWN, tester: OWN, winner: "nobody" },
  },
  {
    name: "alone_there",
    title: "A tie breaker wins over a request of the device without one",
    ...{ device: "none", tester: LOWER, winner: "tester" },
  },
  {
    name: "alone_here",
    title: "The tie breaker of the device wins over a request without one",
    ...{ device: OWN, winner: "device" },
  },
  {
    name: "none",
    title: "Without tie breakers there are two tunnels",
    ...{ device: "none", winner: "both" },
  },
];

/** The tie breaker of a request in hexadecimal. */
function tieBreakerOf(request: ControlMessage): string {
  return avpOf(request, Attribute.tieBreaker)?.value.toHex() ?? "none";
}

/** Fails unless the device's own request, on tunnel `a`, fared as it had to. */
function judgeOwn(
  c: Conversation,
  request: ControlMessage,
  reply: ControlMessage,
  lives: boolean,
): PartialVerdict {
  if (lives) return c.replies(reply, "a", SCCCN, "an SCCCN: the device's request goes on");
  const ended = c.device.find((m) =>
    isAfter(m, request) && isAfter(reply, m) && (m.type === StopCCN || m.type === SCCRQ)
  );
  return gravest(
    ended && fail(
      "the device's request discarded silently",
      formatMessage(ended),
      frameRefs(request, ended),
    ),
    c.never(
      reply,
      "no SCCCN for a request that was discarded",
      ({ type, tunnelId }) => type === SCCCN && tunnelId === c.tunnelId("a"),
    ),
  );
}

/** Fails unless the tester's request, on tunnel `b`, fared as it had to. */
function judgeOther(c: Conversation, request: ControlMessage, lives: boolean): PartialVerdict {
  if (lives) return c.replies(request, "b", SCCRP, "an SCCRP: the tester's request goes on");
  const taken = c.got("b", SCCRP)[0];
  const words = "no SCCRP for a request that lost";
  return taken && fail(words, formatMessage(taken), frameRefs(request, taken));
}

function collision(
  role: L2tpRole,
  { name, title, device, tester = "none", winner }: Collision,
): Part {
  const peers = [{ name: "tester", address: BENCH.tester, port: 1701 }];
  const begins = role === "lac" ? calls(1) : { peers };
  const tie = tester === "none" ? [] : [avp(Attribute.tieBreaker, tester, { m: false })];
  const theirs = winner === "tester" || winner === "both";
  return benchCase({
    ...{ name: `tie_breaker/${name}`, title, role },
    covers: ["L2TP-047"],
    needs: ["tie_breaker"],
    config: { ...begins, tieBreaker: device },
    steps: [
      // Unacknowledged, so that a request that was not discarded comes again.
      { do: "acknowledging", on: false },
      expect("SCCRQ", "a", 3000),
      send("SCCRQ", "b", { with: tie }),
      ...(theirs ? [expect("SCCRP", "b"), send("SCCCN", "b"), acknowledged("b")] : []),
      wait(1500),
      { do: "acknowledging", on: true },
      send("SCCRP", "a"),
      wait(300),
      ...probe(),
    ],
    ...(role === "lac" ? {} : { run: (driver) => driver.instruct("device", { kind: "dial" }) }),
    stimulus(c) {
      const own = c.device.find((m) => m.type === SCCRQ), other = c.sent("b", SCCRQ)[0];
      const reply = c.sent("a", SCCRP)[0];
      if (own === undefined) return inconclusive("the device asked for no tunnel");
      if (other === undefined || reply === undefined || !isAfter(reply, other)) {
        return inconclusive("the tester did not ask for a tunnel before it answered the device");
      }
      const values = [tieBreakerOf(own), tieBreakerOf(other)];
      return c.needs("probe") ??
        (values.join() === [device, tester].join() ? { own, other, reply } : inconclusive(
          `the tie breakers are ${values.join(" and ")}, not ${device} and ${tester}`,
        ));
    },
    judge: (c, { own, other, reply }) =>
      gravest(
        judgeOther(c, other, theirs),
        judgeOwn(c, own, reply, winner === "device" || winner === "both"),
      ),
  });
}

const ID = "L2TP-047";
type Value = Uint8Array | undefined;

/** Settles a collision in another way where a test applies. */
function settles(test: (own: Value, peer: Value, tie: Tie) => Tie | undefined): L2tpOverrides {
  return {
    l2tp: {
      tie(own, peer) {
        const right = CONTROL_CONNECTION_RULES.tie(own, peer);
        return test(own, peer, right) ?? right;
      },
    },
  };
}

const MUTANTS = [
  ...mutantOfBoth(
    "higher_wins",
    "Lets the higher tie breaker win",
    ID,
    settles((own, peer, tie) =>
      own === undefined || peer === undefined
        ? undefined
        : tie === "win"
        ? "lose"
        : tie === "lose"
        ? "win"
        : undefined
    ),
  ),
  ...mutantOfBoth(
    "equal_wins",
    "Goes on with its own request when tie breakers are equal",
    ID,
    settles((_own, _peer, tie) => tie === "both_lose" ? "win" : undefined),
  ),
  ...mutantOfBoth(
    "two_for_one_tie_breaker",
    "Has two tunnels where one request alone has a tie breaker",
    ID,
    settles((own, peer) =>
      (own === undefined) === (peer === undefined) ? undefined : "two_tunnels"
    ),
  ),
  ...mutantOfBoth("tells_lost_tie", "Sends a StopCCN for a request that lost", ID, {
    l2tp: { announcesLostTie: true },
  }),
  ...mutantOfBoth(
    "one_without_tie_breaker",
    "Gives up its own request where nobody sent a tie breaker",
    ID,
    settles((_own, _peer, tie) => tie === "two_tunnels" ? "lose" : undefined),
  ),
];

/** §4.4.3, Tie Breaker. */
export const TIE_BREAKERS = section(
  "§4.4.3 Tie Breaker",
  (["lac", "lns"] as const).flatMap((role) =>
    COLLISIONS.map((crossing) => collision(role, crossing))
  ),
  { mutants: MUTANTS },
);
