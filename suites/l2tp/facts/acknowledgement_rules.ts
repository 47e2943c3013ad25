/** Whether an end acknowledges what it must take (RFC 2661 §5.8), whatever the message says. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, type PartialVerdict } from "../../kit/verdict.ts";
import type { ConnectionEnd } from "./control_connection.ts";
import type { Conduct } from "./control_facts.ts";
import { MESSAGE_ROWS } from "./grammar_messages.ts";
import {
  avpBitsFault,
  avpLengthsFault,
  doubledAvpFault,
  type GrammarRule,
  hiddenFault,
  misplacedAvpFault,
  missingAvpFault,
  rangeFault,
  ruleOf,
  textFault,
  valueLengthFault,
} from "./grammar_rules.ts";
import { History, type Passage } from "./history.ts";
import { type ControlMessage, formatMessage, isAck } from "./message.ts";

const { SCCRQ, SCCRP, SCCCN, ICRQ, OCRQ } = MessageType;
/** Copies of a message, and seconds between the first and the last, that no chance loses all of. */
const COPIES = 3, SPREAD = 2;
/** Seconds in which the last copy would have been acknowledged. */
const ANSWERED = 1;
const OPENING: readonly number[] = [SCCRQ, SCCRP, SCCCN];
const ASKING: readonly number[] = [ICRQ, OCRQ];
const FAULTS: readonly GrammarRule[] = [
  ...[avpLengthsFault, missingAvpFault, misplacedAvpFault, doubledAvpFault, avpBitsFault],
  ...[hiddenFault, valueLengthFault, rangeFault, textFault],
];

/** Whether a message is as RFC 2661 has it, of a kind that its receiver must know what to do with. */
function isAsItShouldBe(message: ControlMessage, receiver: ConnectionEnd): boolean {
  const row = MESSAGE_ROWS[message.type];
  if (row === undefined || OPENING.includes(message.type) || row.by === receiver.role) return false;
  const isOfKnownCall = row.about === "tunnel" || ASKING.includes(message.type) ||
    receiver.sessions.has(message.sessionId);
  const isRead = message.avps.every((avp) =>
    (ruleOf(avp) !== undefined || !avp.mandatory) && (!avp.hidden || avp.clear !== undefined)
  );
  // What stands behind its Length may have been taken for a part of it.
  const isAlone = message.length === message.octets;
  return isOfKnownCall && isRead && isAlone && FAULTS.every((rule) => rule(message) === undefined);
}

/** Messages of a connection's peers that its ends should have acknowledged by now, with all copies. */
function candidates(end: ConnectionEnd): Passage[][] {
  const [first] = end.peer.messages, byNumber = new Map<number, Passage[]>();
  for (const passage of History.of(end.connection).passages) {
    const { message, end: sender, number } = passage;
    if (sender === end || message.type === 0) continue;
    // What comes from elsewhere need not be taken.
    const isFromElsewhere = message.source !== first.source ||
      message.sourcePort !== first.sourcePort || message.destination !== first.destination;
    if (isFromElsewhere) continue;
    const copies = byNumber.get(number) ?? [];
    byNumber.set(number, copies);
    copies.push(passage);
  }
  return [...byNumber.values()].filter((copies) =>
    copies.length >= COPIES && copies.at(-1)!.message.time - copies[0].message.time >= SPREAD
  );
}

/** Whether an end may have given its peer up: a message that it had sent again was not acknowledged. */
function mayHaveGivenUp({ messages, peer }: ConnectionEnd, before: ControlMessage): boolean {
  return messages.some((m, i) =>
    m.type !== 0 && m.order < before.order &&
    messages.slice(0, i).some((other) => other.type !== 0 && other.ns === m.ns) &&
    !peer.messages.some((t) => t.order < before.order && isAck(t.nr, m.ns))
  );
}

/**
 * Fails where a message that is as it should be, and the next in order on a tunnel that stands, comes
 * again and again and is never acknowledged, while the device says other things.
 */
export function judgeAcknowledgements(conduct: Conduct): PartialVerdict {
  const { ends, complete, messages, tolerance } = conduct;
  if (!complete) return undefined;
  for (const end of ends) {
    if (end.stop !== undefined || !end.begun) continue;
    for (const copies of candidates(end)) {
      const { message: first } = copies[0], { message: last } = copies.at(-1)!;
      const isNext = end.messages.some((m) => m.order < first.order && m.nr === first.ns);
      const isTaken = end.messages.some((m) => m.order > first.order && isAck(m.nr, first.ns));
      const isOver = end.peer.stop !== undefined && end.peer.stop.order < first.order;
      if (!isNext || isTaken || isOver || mayHaveGivenUp(end, first)) continue;
      const alive = messages.find((m) =>
        m.place === last.place && m.time - last.time > ANSWERED + tolerance
      );
      if (alive === undefined || !isAsItShouldBe(first, end)) continue;
      return fail(
        `an acknowledgement of ${formatMessage(first)}, which is as it should be (§5.8)`,
        `none, though it came ${copies.length} times`,
        frameRefs(...copies.slice(0, COPIES).map(({ message }) => message), alive),
      );
    }
  }
  return undefined;
}
