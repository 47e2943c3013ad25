/** Whether data passes only while its call is established (RFC 2661 §5.0, §7.4, §7.5). */
import { frameRefs } from "../../kit/frame_refs.ts";
import { type Fail, fail, type PartialVerdict } from "../../kit/verdict.ts";
import { type Call, callSteps } from "./calls.ts";
import type { ConnectionEnd } from "./control_connection.ts";
import type { Conduct } from "./control_facts.ts";
import type { DataFlow } from "./data.ts";
import { History } from "./history.ts";
import { Attribute, type ControlMessage, formatMessage, number16 } from "./message.ts";

/** Seconds by which data may overtake the message that connects its call. */
const REORDERED = 0.05;
/** Seconds in which data of a call may still come that either end has ended: PPP ends too. */
const ON_ITS_WAY = 2;

/** Fails where data was sent before its call was established, or after it had ended. */
export function judgeDataInCalls(conduct: Conduct): PartialVerdict {
  const count = new Map<string, number>();
  for (const end of conduct.ends) {
    const key = identifiersOf(end);
    count.set(key, (count.get(key) ?? 0) + 1);
  }
  for (const end of conduct.ends) {
    const flows = conduct.flowsOf(end);
    if (flows.length === 0) continue;
    // Whose data it is that bears identifiers which were assigned once more nobody can tell.
    if (!conduct.complete && count.get(identifiersOf(end))! > 1) continue;
    const history = History.of(end.connection);
    // What is not captured may have begun another call with the same identifier.
    if (!conduct.complete && !(history.isWhole(end) && history.isWhole(end.peer))) continue;
    const calls = callsByPeerId(end, history);
    for (const flow of flows) {
      const [call, other] = calls.get(flow.sessionId) ?? [];
      if (call === undefined || other !== undefined) continue;
      const fault = early(call, flow, conduct) ?? late(call, flow, end, conduct, history);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

/** Where data to the peer of an end goes, by its Tunnel ID there. */
function identifiersOf({ peer, messages: [{ place }] }: ConnectionEnd): string {
  return `${place}|${peer.party}|${peer.tunnelId}`;
}

/** The calls of an end by the identifier that its peer assigned. */
function callsByPeerId(end: ConnectionEnd, history: History): ReadonlyMap<number, readonly Call[]> {
  const found = new Map<number, Call[]>();
  for (const call of new Set(callSteps(history).map(({ call }) => call))) {
    const assigns = call?.caller === end ? call.reply?.message : call?.request;
    if (call === undefined || assigns === undefined) continue;
    const id = number16(assigns, Attribute.assignedSession);
    found.set(id, [...found.get(id) ?? [], call]);
  }
  return found;
}

function early(
  { connected, request }: Call,
  flow: DataFlow,
  { complete }: Conduct,
): Fail | undefined {
  // The message that connects the call may be the one that a capture lacks.
  if (!complete) return undefined;
  const message = connected?.message;
  if (message !== undefined && flow.firstTime >= message.time - REORDERED) return undefined;
  return fail(
    "no data before its call is established (§5.0, §7.4)",
    `data to session ${flow.sessionId}${
      message ? ` before the ${formatMessage(message)}` : ", whose call is never established"
    }`,
    [flow.first, ...frameRefs(request, message)],
  );
}

function late(
  { ended }: Call,
  flow: DataFlow,
  end: ConnectionEnd,
  { tolerance }: Conduct,
  history: History,
): Fail | undefined {
  const endingOf = (side: ConnectionEnd) => first(ended.get(side)?.message, side.stop);
  const theirs = endingOf(end.peer);
  const ending = [endingOf(end), theirs && isTaken(theirs, end, history) ? theirs : undefined]
    .find((message) =>
      message !== undefined && flow.lastTime > message.time + ON_ITS_WAY + tolerance
    );
  return ending && fail(
    "no data behind the end of its call (§5.0, §7.4)",
    `data to session ${flow.sessionId} behind the ${formatMessage(ending)}`,
    [...frameRefs(ending), flow.last],
  );
}

/** Whether an end acknowledges a message of its peer: before that it has not taken it, in its order. */
function isTaken(message: ControlMessage, end: ConnectionEnd, { passages }: History): boolean {
  const number = passages.find((passage) => passage.message === message)?.number;
  return number !== undefined &&
    passages.some((passage) => passage.end === end && passage.acknowledges > number);
}

/** The earlier of two messages, where there are any. */
function first(a: ControlMessage | undefined, b: ControlMessage | undefined) {
  return a === undefined || b !== undefined && b.time < a.time ? b : a;
}
