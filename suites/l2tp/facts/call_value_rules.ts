/** Values of messages that depend on what the other end said before (RFC 2661 §4.4.3, §4.4.4, §6.13). */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, type PartialVerdict } from "../../kit/verdict.ts";
import { callSteps } from "./calls.ts";
import type { Conduct } from "./control_facts.ts";
import { hex32 } from "./grammar_rules.ts";
import { History, type Passage } from "./history.ts";
import { Attribute, carries, type ControlMessage, formatMessage, number32 } from "./message.ts";

const { SCCRQ, SCCRP, SCCCN, ICRQ, OCRQ, WEN } = MessageType;
/** Seconds between two WENs of a call (§6.13). */
const WEN_INTERVAL = 60;

/** The first messages of each end of a role, in order. */
function* firsts({ ends }: Conduct): Generator<Passage> {
  for (const end of ends) {
    for (const passage of History.of(end.connection).passages) {
      if (passage.end === end && passage.repeats === undefined) yield passage;
    }
  }
}

/** §4.4.3: who was challenged answers in the next message of the tunnel's beginning. */
export function judgeChallenged(conduct: Conduct): PartialVerdict {
  for (const { message, end } of firsts(conduct)) {
    const challenge = challengeBefore(message, end.peer.messages);
    if (challenge === undefined || carries(Attribute.response)(message)) continue;
    return fail(
      "a Challenge Response behind a Challenge (§4.4.3)",
      `${formatMessage(message)} without one`,
      frameRefs(challenge, message),
    );
  }
  return undefined;
}

/** The message whose Challenge a message is to answer. */
export function challengeBefore(
  { type, order }: ControlMessage,
  others: readonly ControlMessage[],
): ControlMessage | undefined {
  if (type !== SCCRP && type !== SCCCN) return undefined;
  const before = type === SCCRP ? SCCRQ : SCCRP;
  return others.find((m) =>
    m.type === before && m.order < order && carries(Attribute.challenge)(m)
  );
}

/** §4.4.4: serial numbers grow, modulo 2 to the 32nd, from one request for a call to the next. */
export function judgeSerials(conduct: Conduct): PartialVerdict {
  let before: Passage | undefined;
  for (const passage of firsts(conduct)) {
    const { message } = passage;
    if (message.type !== ICRQ && message.type !== OCRQ) continue;
    const serial = number32(message, Attribute.serialNumber);
    if (serial < 0) continue;
    const last = before?.end === passage.end
      ? number32(before.message, Attribute.serialNumber)
      : undefined;
    if (last !== undefined && ((serial - last) | 0) <= 0) {
      const words = `a Call Serial Number greater than ${last} (§4.4.4)`;
      return fail(words, `${serial}`, frameRefs(before!.message, message));
    }
    before = passage;
  }
  return undefined;
}

/** §4.4.4: the Bearer Type of an OCRQ has bits of the LAC's Bearer Capabilities alone. */
export function judgeBearers(conduct: Conduct): PartialVerdict {
  for (const { message, end } of firsts(conduct)) {
    if (message.type !== OCRQ) continue;
    const told = end.peer.messages.find(({ type }) => type === SCCRQ || type === SCCRP);
    const able = told === undefined ? -1 : number32(told, Attribute.bearerCapabilities);
    const asked = number32(message, Attribute.bearerType);
    if (able < 0 || asked < 0 || (asked & ~able) === 0) continue;
    return fail(
      `a Bearer Type of bits in ${hex32(able)}, the Bearer Capabilities of the LAC (§4.4.4)`,
      `${formatMessage(message)} with ${hex32(asked)}`,
      frameRefs(told, message),
    );
  }
  return undefined;
}

/** §6.13: a call has no two WENs within a minute. */
export function judgeErrorNotices({ ends }: Conduct): PartialVerdict {
  for (const end of ends) {
    const latest = new Map<object, ControlMessage>();
    for (const { message, end: sender, call } of callSteps(History.of(end.connection))) {
      if (sender !== end || message.type !== WEN || call === undefined) continue;
      const before = latest.get(call);
      latest.set(call, message);
      if (before === undefined || message.time - before.time >= WEN_INTERVAL) continue;
      const after = (message.time - before.time).toFixed(1);
      return fail(
        `${WEN_INTERVAL} s between two WENs of a call (§6.13)`,
        `${after} s`,
        frameRefs(before, message),
      );
    }
  }
  return undefined;
}
