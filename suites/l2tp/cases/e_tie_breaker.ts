/** Cases of both roles for requests that cross: the tie breaker (§4.4.3, group E). */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case, Role } from "../cases.ts";
import {
  all,
  type Conversations,
  fail,
  inconclusive,
  refs,
  type Step,
  told,
} from "../checks/conversation.ts";
import type { ControlMessage } from "../facts/wire.ts";
import {
  acknowledged,
  avp,
  expect,
  probe,
  send,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { BENCH } from "../topologies.ts";
import { calls } from "./ends.ts";

const { SCCRQ, SCCRP, SCCCN, StopCCN } = MessageType;
const TIE_BREAKER = 5;
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

/** Fails unless the device's own request, on tunnel `a`, fared as it had to. */
function own(c: Conversations, mine: ControlMessage, lives: boolean): Step {
  const reply = c.sent("a", SCCRP)[0];
  if (lives) return c.replies(reply, "a", SCCCN, "an SCCCN: the device's request goes on");
  const until = reply?.time ?? Infinity;
  const told_ = c.device.find((m) =>
    m.time > mine.time && m.time < until && (m.type === StopCCN || m.type === SCCRQ)
  );
  return (told_ &&
    fail("the device's request discarded silently", told(told_), refs(mine, told_))) ??
    c.never(reply, "no SCCCN for a request that was discarded", (m) => m.type === SCCCN);
}

/** Fails unless the tester's request, on tunnel `b`, fared as it had to. */
function other(c: Conversations, mine: ControlMessage, lives: boolean): Step {
  if (lives) return c.replies(mine, "b", SCCRP, "an SCCRP: the tester's request goes on");
  const taken = c.got("b", SCCRP)[0];
  return taken && fail("no SCCRP for a request that lost", told(taken), refs(mine, taken));
}

function collision(role: Role, { name, title, device, tester, winner }: Collision): Case {
  const peers = [{ name: "tester", address: BENCH.tester, port: 1701 }];
  const begins = role === "lac" ? calls(1) : { peers };
  const tie = tester === undefined ? [] : [avp(TIE_BREAKER, tester, { m: false })];
  const theirs = winner === "tester" || winner === "both";
  return {
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
    judge(c) {
      const request = c.device.find((m) => m.type === SCCRQ), mine = c.sent("b", SCCRQ)[0];
      if (request === undefined) return inconclusive("the device asked for no tunnel");
      if (mine === undefined) return inconclusive("the tester's SCCRQ was not captured");
      const sent = request.avps.find(({ type }) => type === TIE_BREAKER)?.value.toHex() ?? "none";
      if (sent !== device) {
        return inconclusive(`the device's tie breaker is ${sent}, not ${device}`);
      }
      return all(
        c.alive(),
        other(c, mine, theirs),
        own(c, mine, winner === "device" || winner === "both"),
      );
    },
  };
}

/** The cases of both roles. */
export const TIE_BREAKER_CASES: readonly Case[] = (["lac", "lns"] as const).flatMap((role) =>
  COLLISIONS.map((one) => collision(role, one))
);
