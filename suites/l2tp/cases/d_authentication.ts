/** Cases of group D: tunnel authentication. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import {
  all,
  type Conversations,
  fail,
  inconclusive,
  number16,
  refs,
  type Step,
  type TunnelName,
  valueOf,
} from "../checks/conversation.ts";
import { Attribute } from "../checks/messages.ts";
import type { ControlMessage } from "../facts/wire.ts";
import { challengeResponse } from "../../../peers/testing/l2tp_tester/messages.ts";
import type { AvpInput, StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { answered, avp, expect, send } from "../../../peers/testing/l2tp_tester/steps.ts";
import { both, type End } from "./ends.ts";

const { SCCRP, SCCCN, ICRP } = MessageType;
const { challenge, response } = Attribute;
const SECRET = "plumb bob";
const NAMES = ["a", "b", "c"] as const;

/** What the tester answers a challenge with. */
interface Answer {
  secret?: string;
  /** Identifier in the digest where it is not to be the right one. */
  id?: number;
  /** Tunnel whose challenge is answered. */
  challengeOf?: string;
}

/** The tester's message that answers a challenge of the device, whose type is the identifier. */
const answering = ({ role }: End) => role === "lns" ? SCCCN : SCCRP;

function responding(end: End, { secret = SECRET, id = answering(end), challengeOf }: Answer) {
  const own: AvpInput = { type: response, response: { secret, id, challengeOf } };
  return { with: [own] };
}

/** Opens a tunnel with this answer to the device's challenge, or with none; nothing need come of it. */
function attempt(end: End, tunnel: string, answer?: Answer): StepInput[] {
  const more = answer === undefined ? {} : responding(end, answer);
  if (end.role === "lac") return end.begin(tunnel, more);
  return [...end.begin(tunnel), expect("SCCRP", tunnel), send("SCCCN", tunnel, more)];
}

/** Has a tunnel established with the right answer. */
function trusted(end: End, tunnel: string): StepInput[] {
  const more = responding(end, {});
  return end.role === "lns" ? end.tunnel(tunnel, {}, more) : end.tunnel(tunnel, more);
}

/** Tries a tunnel out that must not be there. */
function tried({ role }: End, tunnel: string): StepInput[] {
  return [
    ...(role === "lns" ? [send("ICRQ", tunnel, { session: `${tunnel}1` })] : []),
    answered(tunnel, 500),
  ];
}

/** Inconclusive unless the device challenged the tester. */
function challenges(c: Conversations, end: End): Step {
  const message = c.device.find((m) => m.type === end.assigning);
  if (message === undefined) return inconclusive("the device opened no tunnel");
  return valueOf(message, challenge) ? undefined : inconclusive("no challenge was captured");
}

/** Fails when a tunnel is taken for established: by an SCCCN of a LAC, or by a call that an LNS takes. */
function disallowed(c: Conversations, { role, opening }: End, tunnel: TunnelName): Step {
  const bad = c.got(tunnel, role === "lns" ? ICRP : SCCCN)[0];
  const stimulus = role === "lns" ? c.sent(tunnel, SCCCN)[0] : c.sent(tunnel, opening)[0];
  if (stimulus === undefined) return inconclusive(`tunnel ${tunnel} was not tried`);
  return bad && fail(`no tunnel ${tunnel}`, "it is established", refs(stimulus, bad));
}

/** Fails unless the device answers the challenge of the tester's message. */
function responds(c: Conversations, { opening, accepting }: End, tunnel: TunnelName): Step {
  const asked = c.sent(tunnel, opening)[0], reply = c.got(tunnel, accepting)[0];
  const value = asked && valueOf(asked, challenge);
  if (value === undefined) return inconclusive("no challenge was captured");
  if (reply === undefined) return inconclusive("the challenge was not answered");
  const expected = new Uint8Array(challengeResponse(accepting, SECRET, value)).toHex();
  const actual = valueOf(reply, response)?.toHex() ?? "none";
  return actual === expected
    ? undefined
    : fail(`Challenge Response ${expected}`, actual, refs(asked, reply));
}

/** Fails unless each tunnel has a challenge of its own. */
function differ(c: Conversations, { assigning }: End): Step {
  const first = new Map<number, ControlMessage>();
  for (const message of c.device.filter((m) => m.type === assigning)) {
    const tunnel = number16(message, Attribute.assignedTunnel);
    if (!first.has(tunnel)) first.set(tunnel, message);
  }
  const seen = [...first.values()].map((m) => valueOf(m, challenge)?.toHex());
  if (seen.length < 2) return inconclusive("two challenges were not captured");
  if (new Set(seen).size === seen.length) return undefined;
  return fail("challenges that differ", seen.join(", "), refs(...first.values()));
}

/** Configuration of a device that is challenged, and of one that challenges. */
const CHALLENGED = { secret: SECRET, authenticate: false }, CHALLENGING = { secret: SECRET };

/** The cases of this group. */
export const AUTHENTICATION_CASES: readonly Case[] = [
  ...both((end) => ({
    name: "authentication/response",
    title: "A challenge is answered in the next message",
    covers: [end.role === "lns" ? "L2TP-036" : "L2TP-037"],
    needs: ["authentication"],
    config: CHALLENGED,
    steps: end.tunnel("a", { with: [avp(challenge, "0011223344556677")] }),
    judge: (c) => all(c.needs("a"), responds(c, end, "a")),
  })),
  ...both((end) => ({
    name: "authentication/mismatch",
    title: "A response with another secret, with another identifier, or none opens no tunnel",
    covers: ["L2TP-038"],
    needs: ["authentication"],
    calls: [1, 4],
    config: CHALLENGING,
    steps: [
      ...[{ secret: "another" }, { id: 5 - answering(end) }, undefined].flatMap((answer, i) => [
        ...attempt(end, NAMES[i], answer),
        ...tried(end, NAMES[i]),
      ]),
      ...trusted(end, "probe"),
    ],
    judge: (c) =>
      all(challenges(c, end), c.alive(), ...NAMES.map((tunnel) => disallowed(c, end, tunnel))),
  })),
  ...both((end) => ({
    name: "authentication/challenge_lengths",
    title: "Challenges of 1, 16 and 255 octets are answered",
    covers: ["L2TP-039"],
    needs: ["authentication"],
    calls: [1, 3],
    config: CHALLENGED,
    steps: [1, 16, 255].flatMap((length, i) =>
      end.tunnel(NAMES[i], { with: [avp(challenge, "a7".repeat(length))] })
    ),
    judge: (c) => all(c.needs(...NAMES), ...NAMES.map((tunnel) => responds(c, end, tunnel))),
  })),
  ...both((end) => ({
    name: "authentication/one_way",
    title: "A device that challenges is satisfied without being challenged",
    covers: ["L2TP-040"],
    needs: ["authentication"],
    config: CHALLENGING,
    steps: [...trusted(end, "a"), ...end.call("a", "a1")],
    judge: (c) => all(challenges(c, end), c.alive("a"), c.aliveCall("a", "a1")),
  })),
  ...both((end) => ({
    name: "authentication/replay",
    title: "Challenges do not repeat",
    covers: ["L2TP-041"],
    needs: ["authentication"],
    calls: [1, 3],
    config: CHALLENGING,
    steps: [
      ...trusted(end, "a"),
      ...attempt(end, "b", { challengeOf: "a" }),
      ...tried(end, "b"),
      ...trusted(end, "c"),
    ],
    judge: (c) => all(challenges(c, end), c.needs("a"), differ(c, end)),
  })),
  ...both((end) => ({
    name: "authentication/replayed",
    title: "The response to an old challenge opens no tunnel",
    covers: ["L2TP-038"],
    needs: ["authentication"],
    on: ["authentication/replay"],
    judge(c) {
      if (differ(c, end) !== undefined) return inconclusive("the challenges do not differ");
      return all(challenges(c, end), c.needs("a"), c.alive("c"), disallowed(c, end, "b"));
    },
  })),
];
