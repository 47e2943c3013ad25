/** The calls of a control connection, and what each end did about them in its order (RFC 2661 §7.4, §7.5). */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { ConnectionEnd } from "./control_connection.ts";
import type { History, Passage } from "./history.ts";
import { Attribute, type ControlMessage, number16 } from "./message.ts";

const { ICRQ, ICRP, ICCN, OCRQ, OCRP, OCCN, CDN, WEN, SLI } = MessageType;

/** Message types about one call. */
const OF_CALLS: readonly number[] = [ICRQ, ICRP, ICCN, OCRQ, OCRP, OCCN, CDN, WEN, SLI];

/** One call, from its request on. */
export interface Call {
  /** Who asked for it. */
  caller: ConnectionEnd;
  direction: "incoming" | "outgoing";
  request: ControlMessage;
  reply?: Passage;
  connected?: Passage;
  /** First CDN of either end. */
  ended: Map<ConnectionEnd, Passage>;
}

/** A message of a call in its place. */
export interface CallStep extends Passage {
  /** The call that it is about; undefined where no request for it was captured. */
  call?: Call;
  /** The call as it was before this message. */
  before: {
    reply?: Passage;
    connected?: Passage;
    ended: ReadonlyMap<ConnectionEnd, Passage>;
    /** What the other end had said last of any call, other than a CDN. */
    theirs?: ControlMessage;
  };
}

/** The LAC of a call, whoever opened the tunnel: who takes the line. */
export function lacOf({ caller, direction }: Call): ConnectionEnd {
  return direction === "incoming" ? caller : caller.peer;
}

/** What histories told before: several judgements ask. */
const KNOWN = new WeakMap<History, readonly CallStep[]>();

/** Every first message of a history that is about a call, with the call. */
export function callSteps(history: History): readonly CallStep[] {
  let steps = KNOWN.get(history);
  if (steps === undefined) KNOWN.set(history, steps = stepsOf(history));
  return steps;
}

function stepsOf({ passages }: History): CallStep[] {
  const byId = new Map<ConnectionEnd, Map<number, Call>>();
  const callOf = (end: ConnectionEnd, id: number) => byId.get(end)?.get(id);
  const name = (end: ConnectionEnd, id: number, call: Call) => {
    const known = byId.get(end) ?? new Map<number, Call>();
    byId.set(end, known);
    if (id > 0) known.set(id, call);
  };
  const latest = new Map<ConnectionEnd, ControlMessage>();
  const steps: CallStep[] = [];
  for (const passage of passages) {
    const { message, end, repeats } = passage, { type, sessionId } = message;
    if (repeats !== undefined || !OF_CALLS.includes(type)) continue;
    const assigned = number16(message, Attribute.assignedSession);
    if (type !== CDN) latest.set(end, message);
    if (type === ICRQ || type === OCRQ) {
      // One that names a call which there is makes no other: it has no place in that.
      const present = (sessionId > 0 ? callOf(end.peer, sessionId) : undefined) ??
        callOf(end, assigned);
      if (present !== undefined && present.ended.size === 0) {
        const { reply, connected, ended } = present;
        const before = { reply, connected, ended: new Map(ended), theirs: latest.get(end.peer) };
        steps.push({ ...passage, call: present, before });
        name(end, assigned, present);
        continue;
      }
      const direction = type === ICRQ ? "incoming" : "outgoing";
      const call: Call = {
        caller: end,
        direction,
        request: message,
        ended: new Map(),
      };
      name(end, assigned, call);
      steps.push({ ...passage, call, before: { ended: new Map() } });
      continue;
    }
    const call = sessionId > 0 ? callOf(end.peer, sessionId) : callOf(end, assigned);
    const { reply, connected, ended = new Map() } = call ?? {};
    const theirs = latest.get(end.peer);
    steps.push({ ...passage, call, before: { reply, connected, ended: new Map(ended), theirs } });
    if (call === undefined) continue;
    if (type === ICRP || type === OCRP) {
      name(end, assigned, call);
      call.reply ??= passage;
    } else if (type === ICCN || type === OCCN) call.connected ??= passage;
    else if (type === CDN && !ended.has(end)) call.ended.set(end, passage);
  }
  return steps;
}
