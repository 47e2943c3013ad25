/** Sorts what a control connection shows: its set-up, its calls, and how it ended. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { ConnectionEnd, ControlConnection } from "../facts/control_connection.ts";
import { Attribute, type ControlMessage, number16 } from "../facts/message.ts";
import { tellsNoRole } from "../facts/roles.ts";
import { type Sending, sendingsOf } from "./sendings.ts";

const { SCCRQ, SCCRP, SCCCN, StopCCN, HELLO, ICRQ, ICRP, ICCN, OCRQ, OCRP, OCCN, CDN } =
  MessageType;
const ASKING: readonly number[] = [ICRQ, OCRQ], TAKING: readonly number[] = [ICRP, OCRP];
const CONNECTING: readonly number[] = [ICCN, OCCN];
/** Messages of a control connection as such. */
const OF_TUNNEL: readonly number[] = [SCCRQ, SCCRP, SCCCN, StopCCN, HELLO];
/** Seconds without an acknowledgement from which on a peer counts as silent: two retransmissions. */
const SILENCE = 3;

/** Calls of late that a message may be about whose identifier nobody was seen to assign. */
const PENDING = 64;

/** One call. */
export interface Call {
  /** Who asked for it; undefined where the capture began later. */
  asker?: ConnectionEnd;
  /** Session ID that each end assigned; 0 where it is not known. */
  ids: Map<ConnectionEnd, number>;
  sendings: Sending[];
  request?: Sending;
  reply?: Sending;
  connect?: Sending;
  clear?: Sending;
  /** Seconds since 1970 from which on its identifiers are its own, and until when they are. */
  since: number;
  until: number;
}

/** One control connection, sorted. */
export interface Tunnel {
  connection: ControlConnection;
  place: string;
  sendings: Sending[];
  /** Those of the control connection itself. */
  own: Sending[];
  calls: Call[];
  request?: Sending;
  reply?: Sending;
  confirm?: Sending;
  stop?: Sending;
  /** The end that left the last messages of its peer without acknowledgement, and those messages. */
  silent?: { end: ConnectionEnd; unheard: Sending[]; since: number };
  /** Seconds since 1970 of its first and its last control message. */
  began: number;
  ended: number;
}

/**
 * Sorts a control connection.
 * @param until Seconds since 1970 of the last frame at its place: later nothing can be known.
 */
export function tunnelOf(connection: ControlConnection, place: string, until: number): Tunnel {
  const sendings = sendingsOf(connection);
  const own = sendings.filter(({ copies: [{ type }] }) => OF_TUNNEL.includes(type));
  const first = (type: number) => own.find(({ copies }) => copies[0].type === type);
  const times = connection.ends.flatMap(({ messages }) =>
    messages.length === 0 ? [] : [messages[0].time, messages[messages.length - 1].time]
  );
  const tunnel: Tunnel = {
    ...{ connection, place, sendings, own, calls: callsOf(sendings) },
    ...{ request: first(SCCRQ), reply: first(SCCRP), confirm: first(SCCCN), stop: first(StopCCN) },
    ...{ began: Math.min(...times), ended: Math.max(...times) },
  };
  tunnel.silent = silenceOf(tunnel, until);
  return tunnel;
}

/** Who fell silent, where somebody did: what was sent to him to the last has no acknowledgement. */
function silenceOf({ connection, sendings, stop }: Tunnel, until: number): Tunnel["silent"] {
  for (const end of connection.ends) {
    if (isOneWay(end)) continue;
    const unheard = sendings.filter((sending) =>
      sending.end === end.peer && sending.acknowledgedBy === undefined && sending !== stop
    );
    const last = unheard[unheard.length - 1];
    if (last === undefined) continue;
    const waited = Math.max(until, lastOf(last).time) - unheard[0].copies[0].time;
    const again = unheard.some(({ copies }) => copies.length > 1);
    if (waited < SILENCE || !again && waited < 10 * SILENCE) continue;
    // Whoever goes on to speak is there, though something of what was sent to him is lost.
    const from = unheard[0].copies[0];
    if (end.messages.some((m) => m.time > from.time + SILENCE)) continue;
    const heard = end.messages[end.messages.length - 1];
    return { end, unheard, since: heard?.time ?? from.time };
  }
  return undefined;
}

/**
 * Whether nothing of an end was captured, though it spoke: what its peer acknowledges is not there.
 */
export function isOneWay({ messages, peer }: ConnectionEnd): boolean {
  if (messages.length > 0) return false;
  const [first] = peer.messages;
  return first !== undefined && peer.messages.some(({ nr }) => nr !== first.nr);
}

function lastOf({ copies }: Sending): ControlMessage {
  return copies[copies.length - 1];
}

/** The calls of a connection, each with its messages, in the order in which they began. */
function callsOf(sendings: readonly Sending[]): Call[] {
  const calls: Call[] = [], pending: Call[] = [];
  /** By end and Session ID that it assigned: the call that has it now. */
  const live = new Map<ConnectionEnd, Map<number, Call>>();
  const callWith = (end: ConnectionEnd, id: number) => live.get(end)?.get(id);
  const bind = (call: Call, end: ConnectionEnd, id: number, time: number) => {
    if (id <= 0) return;
    const known = live.get(end) ?? new Map<number, Call>();
    live.set(end, known);
    const before = known.get(id);
    if (before !== undefined && before !== call) {
      before.until = time;
      call.since = time;
    }
    known.set(id, call);
    call.ids.set(end, id);
  };
  const begin = (): Call => {
    const call: Call = { ids: new Map(), sendings: [], since: -Infinity, until: Infinity };
    calls.push(call);
    return call;
  };
  /** The call that a message is about though nobody was seen to assign its Session ID. */
  const waiting = ({ end, copies: [{ type, sessionId }] }: Sending): Call | undefined => {
    if (sessionId === 0) return undefined;
    const isTaking = TAKING.includes(type);
    if (!isTaking && !CONNECTING.includes(type) && type !== CDN) return undefined;
    // The identifier of the asker was hidden, or that of its peer is in a message that is not there.
    return pending.find((call) =>
      call.connect === undefined && call.clear === undefined && call.reply === undefined &&
      call.asker === (isTaking ? end.peer : end) && !call.ids.has(end.peer)
    );
  };
  for (const sending of sendings) {
    const { end, copies: [message] } = sending, { type, sessionId, time } = message;
    if (OF_TUNNEL.includes(type)) continue;
    const assigned = number16(message, Attribute.assignedSession);
    let call = callWith(end.peer, sessionId) ??
      (type === CDN && sessionId === 0 ? callWith(end, assigned) : undefined);
    if (ASKING.includes(type)) {
      call = begin();
      if (pending.length >= PENDING) pending.shift();
      pending.push(call);
      call.asker = end;
      call.request = sending;
      bind(call, end, assigned, time);
    } else if (call === undefined && (call = waiting(sending)) !== undefined) {
      bind(call, end.peer, sessionId, time);
    } else if (call === undefined) {
      if (sessionId === 0 && assigned <= 0) continue;
      call = begin();
      bind(call, end.peer, sessionId, time);
    }
    if (TAKING.includes(type)) {
      call.reply ??= sending;
      bind(call, end, assigned, time);
    } else if (CONNECTING.includes(type)) call.connect ??= sending;
    else if (type === CDN) {
      call.clear ??= sending;
      if (assigned > 0 && !call.ids.has(end)) bind(call, end, assigned, time);
    }
    call.sendings.push(sending);
  }
  return calls;
}

/** How it is known who is LAC and LNS of a connection whose beginning was not captured, if it is. */
export function rolesText(connection: ControlConnection): string {
  return tellsNoRole(connection)
    ? "nothing tells LAC from LNS, and both are judged by what either must keep"
    : "who is LAC and LNS is told by its calls alone";
}
