/** Attempts to authenticate: what the tester tries, and what is to be found of it in captures. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { AvpInput, StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { answered, expect, send } from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import {
  fail,
  type Inconclusive,
  inconclusive,
  isInconclusive,
  type PartialVerdict,
} from "../../kit/verdict.ts";
import { isAfter, type TunnelName } from "../facts/bench_view.ts";
import { expectedResponse } from "../facts/challenge.ts";
import type { Conversation, Guard } from "../facts/conversation.ts";
import { Attribute, carries, type ControlMessage, valueOf } from "../facts/message.ts";
import type { End } from "./ends.ts";

const { SCCRP, SCCCN, ICRP } = MessageType;
const { challenge, response } = Attribute;

/** The secret of device and tester. */
export const SECRET = "plumb bob";
/** One of more octets than a digest has, and than a block of MD5. */
export const LONG_SECRET =
  "a plumb line is a weight on a string: the reference for what is truly vertical";

/** What the tester answers a challenge with. */
interface Answer {
  secret?: string;
  /** Identifier in the digest where it is not to be the right one. */
  id?: number;
  /** Tunnel whose challenge is answered. */
  challengeOf?: string;
  /** Octet of the digest that is wrong. */
  wrongAt?: number;
  /** Places by which the digest is turned to the left. */
  turned?: number;
  /** Octets that are sent of it, or with zeros behind it. */
  octets?: number;
  /** Octets in hexadecimal in the place of any digest. */
  value?: string;
}

/** The tester's message that answers a challenge of the device, whose type is the identifier. */
export const answering = ({ role }: End): number => role === "lns" ? SCCCN : SCCRP;

function responding(
  end: End,
  { secret = SECRET, id = answering(end), value, ...rest }: Answer,
): { with: AvpInput[] } {
  if (value !== undefined) return { with: [{ type: response, value }] };
  return { with: [{ type: response, response: { secret, id, ...rest } }] };
}

/** Opens a tunnel with this answer to the device's challenge, or with none; nothing need come of it. */
export function attempt(end: End, tunnel: string, answer?: Answer): StepInput[] {
  const changes = answer === undefined ? { without: [response] } : responding(end, answer);
  if (end.role === "lac") return end.begin(tunnel, changes);
  return [...end.begin(tunnel), expect("SCCRP", tunnel), send("SCCCN", tunnel, changes)];
}

/** Has a tunnel established with the right answer. */
export function trusted(end: End, tunnel: string): StepInput[] {
  const changes = responding(end, {});
  return end.role === "lns" ? end.tunnel(tunnel, {}, changes) : end.tunnel(tunnel, changes);
}

/** Tries a tunnel out that must not be there. */
export function tried({ role }: End, tunnel: string): StepInput[] {
  return [
    ...(role === "lns" ? [send("ICRQ", tunnel, { session: `${tunnel}1` })] : []),
    answered(tunnel, 500),
  ];
}

/** The device's challenge on a tunnel, and the tester's message that was to answer it. */
export interface Attempt {
  tunnel: TunnelName;
  challenged: ControlMessage;
  answer: ControlMessage;
  /** Whether the response is the right one. */
  right: boolean;
}

/** What was tried on a tunnel. */
export function attemptOn(c: Conversation, end: End, tunnel: TunnelName): Attempt | Inconclusive {
  const challenged = c.got(tunnel, end.assigning, carries(challenge))[0];
  const answer = c.sent(tunnel, answering(end))[0];
  const value = challenged && valueOf(challenged, challenge);
  if (value === undefined) return inconclusive(`no challenge on ${c.nameOf(tunnel)} was captured`);
  if (answer === undefined) {
    return inconclusive(`no answer to the challenge on ${c.nameOf(tunnel)} was captured`);
  }
  const expected = expectedResponse(answering(end), SECRET, value).toHex();
  const right = valueOf(answer, response)?.toHex() === expected;
  return { tunnel, challenged, answer, right };
}

/** That a tunnel came up which the tester authenticated rightly: the device lets in whom it should. */
export function trusts(c: Conversation, end: End, tunnel: TunnelName): Guard {
  const found = attemptOn(c, end, tunnel);
  if (isInconclusive(found)) return found;
  return found.right ? c.needs(tunnel) : inconclusive("the tester never answered rightly");
}

/** Fails when a tunnel is taken for established: by an SCCCN of a LAC, or by a call that an LNS takes. */
export function disallowed(
  c: Conversation,
  { role }: End,
  { tunnel, answer }: Attempt,
): PartialVerdict {
  const bad = c.got(tunnel, role === "lns" ? ICRP : SCCCN, (m) => isAfter(m, answer))[0];
  return bad && fail("no such tunnel", "it is established", frameRefs(answer, bad));
}

/** A challenge of the tester, what should answer it, and the secret that both share. */
interface Exchange {
  asked: ControlMessage;
  reply: ControlMessage;
  secret: string;
}

/** The tester's challenge on a tunnel with the device's message that was to answer it. */
export function challengeTo(
  c: Conversation,
  { opening, accepting }: End,
  tunnel: TunnelName,
  octets?: number,
): Exchange | Inconclusive {
  const asked = c.sent(tunnel, opening, (m) => {
    const length = valueOf(m, challenge)?.length;
    return length !== undefined && (octets === undefined || length === octets);
  })[0];
  const reply = c.got(tunnel, accepting)[0], secret = c.setting("secret");
  if (asked === undefined) return inconclusive("no such challenge of the tester was captured");
  if (typeof secret !== "string") return inconclusive("nothing tells the secret that both share");
  return reply === undefined
    ? inconclusive(`nothing that could answer the challenge on ${c.nameOf(tunnel)} was captured`)
    : { asked, reply, secret };
}

/** Fails unless the device answers the challenge of the tester's message. */
export function responds(
  { accepting }: End,
  { asked, reply, secret }: Exchange,
): PartialVerdict {
  const value = valueOf(asked, challenge)!;
  const expected = expectedResponse(accepting, secret, value).toHex();
  const actual = valueOf(reply, response)?.toHex() ?? "none";
  return actual === expected
    ? undefined
    : fail(`Challenge Response ${expected}`, actual, frameRefs(asked, reply));
}

/** The device's first challenge on each of these tunnels. */
export function challengesOn(
  c: Conversation,
  { assigning }: End,
  names: readonly TunnelName[],
): ControlMessage[] {
  return names.flatMap((name) => c.got(name, assigning, carries(challenge)).slice(0, 1));
}

/** The octets of challenges, where they are all different; undefined where one repeats. */
export function distinct(messages: readonly ControlMessage[]): string[] | undefined {
  const octets = messages.map((m) => valueOf(m, challenge)?.toHex() ?? "");
  return new Set(octets).size === octets.length ? octets : undefined;
}

/** What the tester answers where it answers the challenge of another tunnel. */
export function oldResponse(end: End, { challenged }: Attempt): string {
  return expectedResponse(answering(end), SECRET, valueOf(challenged, challenge)!).toHex();
}
