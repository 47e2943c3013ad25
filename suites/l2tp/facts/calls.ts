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
  /** First CDN of either end: another map with each, so that who keeps one keeps what it said. */
  ended: ReadonlyMap<ConnectionEnd, Passage>;
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

/** What stands for the CDNs of a call that has none. */
const NONE: ReadonlyMap<ConnectionEnd, Passage> = new Map();

/** Every first message of a history that is about a call, with the call. */
export function callSteps(history: History): readonly CallStep[] {
  return (history.derived ??= stepsOf(history)) as readonly CallStep[];
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
        const before = { reply, connected, ended, theirs: latest.get(end.peer) };
        steps.push({ ...passage, call: present, before });
        name(end, assigned, present);
        continue;
      }
      const direction = type === ICRQ ? "incoming" : "outgoing";
      const call: Call = {
        caller: end,
        direction,
        request: message,
        ended: NONE,
      };
      name(end, assigned, call);
      steps.push({ ...passage, call, before: { ended: NONE } });
      continue;
    }
    const call = sessionId > 0 ? callOf(end.peer, sessionId) : callOf(end, assigned);
    const { reply, connected, ended = NONE } = call ?? {};
    const theirs = latest.get(end.peer);
    steps.push({ ...passage, call, before: { reply, connected, ended, theirs } });
    if (call === undefined) continue;
    if (type === ICRP || type === OCRP) {
      name(end, assigned, call);
      call.reply ??= passage;
    } else if (type === ICCN || type === OCCN) call.connected ??= passage;
    else if (type === CDN && !ended.has(end)) {
      call.ended = new Map([...ended, [end, passage]]);
    }
  }
  return steps.slice();
}
