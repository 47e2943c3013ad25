/** Whether an end keeps to the order of messages in its tunnels and calls (RFC 2661 §5, §6, §7). */
import { messageName, MessageType } from "../../../captures/wire/l2tp_message.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { type Fail, fail, type PartialVerdict } from "../../kit/verdict.ts";
import { type Call, type CallStep, callSteps, lacOf } from "./calls.ts";
import type { ConnectionEnd, ControlConnection } from "./control_connection.ts";
import type { Conduct } from "./control_facts.ts";
import { MESSAGE_ROWS } from "./grammar_messages.ts";
import { History, type Passage } from "./history.ts";
import { type ControlMessage, formatMessage } from "./message.ts";

const { SCCRQ, SCCRP, SCCCN, StopCCN, ICRQ, ICRP, ICCN, OCRQ, OCRP, OCCN, CDN, WEN, SLI } =
  MessageType;

/** Looks at every first message with a body that the ends of a role sent; the first fault counts. */
function judgeEach(
  { ends }: Conduct,
  judge: (passage: Passage, history: History) => PartialVerdict,
): PartialVerdict {
  for (const end of ends) {
    const history = History.of(end.connection);
    for (const passage of history.passages) {
      const { message, repeats } = passage;
      if (passage.end !== end || repeats !== undefined || message.type <= 0) continue;
      const verdict = judge(passage, history);
      if (verdict !== undefined) return verdict;
    }
  }
  return undefined;
}

/** A message that has no place where it stands. */
function misplaced(
  expected: string,
  message: ControlMessage,
  ...others: (ControlMessage | undefined)[]
): Fail {
  return fail(expected, formatMessage(message), frameRefs(...others, message));
}

/**
 * Fails where a control connection is not established by SCCRQ, SCCRP and SCCCN, or anything else is
 * said before it is (§5.1, §7.2.1). Numbers tell it: who asks says SCCRQ and SCCCN first, and who
 * answers an SCCRP, and nothing else before an Nr of 2 shows that the SCCCN has come.
 */
export function judgeEstablishment(conduct: Conduct): PartialVerdict {
  return judgeEach(conduct, ({ message, end, number, acknowledges }) => {
    const connection = end.connection, isInitiator = end === connection.initiator;
    const { type } = message;
    if (connection.request === undefined || !end.begun) return undefined;
    // What follows a StopCCN breaks another rule, whatever it is.
    if (type === StopCCN || isStopped(connection, message)) return undefined;
    if (isInitiator) {
      const wanted = [SCCRQ, SCCCN][number];
      if (wanted !== undefined && type !== wanted) {
        return misplaced(`an ${messageName(wanted)} with Ns ${number} (§5.1, §7.2.1)`, message);
      }
    } else if (number === 0 && type !== SCCRP) {
      return misplaced("an SCCRP or a StopCCN with Ns 0 (§5.1, §7.2.1)", message);
    } else if (number > 0 && acknowledges < 2) {
      return misplaced("nothing behind the SCCRP until the SCCCN has come (§7.2.1)", message);
    }
    const isOpening = type === SCCRQ || type === SCCRP || type === SCCCN;
    const isOutOfPlace = isOpening && (isInitiator ? number > 1 || type === SCCRP : number > 0);
    return isOutOfPlace
      ? misplaced("each message of the tunnel's beginning once (§5.1, §7.2.1)", message)
      : undefined;
  });
}

/** Whether either end had said StopCCN before a message. */
function isStopped({ ends }: ControlConnection, { order }: ControlMessage): boolean {
  return ends.some(({ stop }) => stop !== undefined && stop.order < order);
}

/** The StopCCN of an end, in its place. */
function stopOf({ stop }: ConnectionEnd, history: History): Passage | undefined {
  if (stop === undefined) return undefined;
  return history.passages.find(({ message }) => message === stop);
}

/** Fails where a message with a number of its own follows an end's StopCCN, or that of its peer. */
export function judgeAfterStop(conduct: Conduct): PartialVerdict {
  const stops = new Map<ConnectionEnd, Passage>(), theirs = new Map<ConnectionEnd, Passage>();
  return judgeEach(conduct, (passage, history) => {
    const { message, end, number, acknowledges } = passage;
    const own = stops.get(end);
    if (own !== undefined && number > own.number) {
      return misplaced(
        "nothing but acknowledgements behind a StopCCN (§5.7, §7.2.1)",
        message,
        own.message,
      );
    }
    if (message.type === StopCCN && own === undefined) stops.set(end, passage);
    if (!conduct.complete || end.peer.stop === undefined) return undefined;
    const stop = theirs.get(end) ?? stopOf(end.peer, history);
    if (stop !== undefined) theirs.set(end, stop);
    return stop !== undefined && acknowledges > stop.number &&
        stop.message.order < message.order
      ? misplaced("nothing but an acknowledgement of a StopCCN (§5.7, §6.4)", message, stop.message)
      : undefined;
  });
}

/** Goes through the messages about calls that the ends of a role sent. */
function judgeSteps(
  conduct: Conduct,
  judge: (step: CallStep, history: History) => PartialVerdict,
): PartialVerdict {
  for (const end of conduct.ends) {
    const history = History.of(end.connection);
    for (const step of callSteps(history)) {
      const verdict = step.end === end ? judge(step, history) : undefined;
      if (verdict !== undefined) return verdict;
    }
  }
  return undefined;
}

/** Fails where an end sends what only the other role sends, in its tunnels or in a call (§6.6 to §6.14). */
export function judgeSenders(conduct: Conduct): PartialVerdict {
  return judgeSteps(conduct, ({ message, end, call }) => {
    const row = MESSAGE_ROWS[message.type];
    if (row?.by === undefined) return undefined;
    const plays = call === undefined
      ? conduct.rolesAreGiven ? conduct.role : undefined
      : lacOf(call) === end
      ? "lac"
      : "lns";
    const isOther = plays !== undefined && plays !== row.by ||
      conduct.rolesAreGiven && conduct.role !== row.by;
    return isOther
      ? misplaced(
        `${row.name} from ${row.by.toUpperCase()}s alone (${row.section})`,
        message,
        call?.request,
      )
      : undefined;
  });
}

/** Fails where messages of calls are not sent in their order (§5.2, §7.4, §7.5). */
export function judgeCallOrder(conduct: Conduct): PartialVerdict {
  return judgeSteps(conduct, (step, history) => {
    const { message, end, call, acknowledges } = step;
    // What is not captured may have been there all the same.
    const knowsAll = conduct.complete || history.knowsAll(end.peer, acknowledges) &&
        history.knowsAll(end, step.number);
    if (call === undefined) {
      const { by } = MESSAGE_ROWS[message.type];
      if (conduct.rolesAreGiven && by !== undefined && by !== conduct.role) return undefined;
      const wanted = message.type === CDN || !knowsAll || end.peer.assignsUnreadably ||
          end.assignsUnreadably
        ? undefined
        : `${MESSAGE_ROWS[message.type].name} of a call that was asked for (§5.2, §7)`;
      return wanted === undefined ? undefined : misplaced(wanted, message);
    }
    const wanted = orderFault(step, call, knowsAll);
    if (wanted === undefined) return undefined;
    const { reply, connected } = step.before, { type } = message;
    const earlier = [reply, connected].find((before) => before?.message.type === type)?.message;
    return earlier === undefined ? misplaced(wanted, message, call.request) : fail(
      wanted,
      `${formatMessage(message)} behind ${formatMessage(earlier)} to the same request`,
      frameRefs(call.request, earlier, message),
    );
  });
}

/** Kinds of calls, by the types of their reply and of the message that connects them. */
const KINDS = {
  incoming: { reply: ICRP, connected: ICCN },
  outgoing: { reply: OCRP, connected: OCCN },
} as const;

/** What should stand in the place of a message; undefined where it may stand. */
function orderFault(
  { message, end, before }: CallStep,
  call: Call,
  knowsAll: boolean,
): string | undefined {
  const { type } = message, kind = KINDS[call.direction];
  // Who must not send it, or has nothing more to say, breaks other rules than that of the order.
  const { by } = MESSAGE_ROWS[type], isLac = lacOf(call) === end;
  if (before.ended.has(end) || by !== undefined && (by === "lac") !== isLac) return undefined;
  const name = messageName(type);
  const isReply = type === ICRP || type === OCRP, connects = type === ICCN || type === OCCN;
  if (isReply && type !== kind.reply || connects && type !== kind.connected) {
    return `${
      messageName(isReply ? kind.reply : kind.connected)
    } in an ${call.direction} call (§5.2)`;
  }
  if (isReply && before.reply !== undefined || connects && before.connected !== undefined) {
    return `one ${name} in a call (§5.2, §7.4, §7.5)`;
  }
  if (connects && before.reply === undefined && knowsAll) {
    return `${messageName(kind.reply)} before the ${name} (§5.2)`;
  }
  if (type !== WEN && type !== SLI) return undefined;
  const { connected } = before;
  const isUp = connected !== undefined || !knowsAll;
  return isUp ? undefined : `${name} of a call that is established (§6.13, §6.14)`;
}

/** Fails where something is said of a call behind its CDN (§5.6, §6.12, §7.4, §7.5). */
export function judgeAfterDisconnect(conduct: Conduct): PartialVerdict {
  return judgeSteps(conduct, ({ message, end, before, number, acknowledges }) => {
    const own = before.ended.get(end), theirs = before.ended.get(end.peer);
    if (message.type === ICRQ || message.type === OCRQ) return undefined;
    // Whoever has done with a call answers some messages about it by another CDN (§7.4, §7.5).
    const { theirs: asked } = before;
    const answers = message.type === CDN && own !== undefined && asked !== undefined &&
      asked.order > own.message.order;
    if (answers) return undefined;
    if (own !== undefined && number > own.number) {
      return misplaced(
        "nothing more about a call behind its CDN (§5.6, §7.4)",
        message,
        own.message,
      );
    }
    return conduct.complete && theirs !== undefined && acknowledges > theirs.number
      ? misplaced("nothing but an acknowledgement of a CDN (§6.12)", message, theirs.message)
      : undefined;
  });
}
