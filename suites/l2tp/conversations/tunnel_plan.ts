/** What is known of a control connection before it is told, and all of it once it is. */
import type { ControlConnection } from "../facts/control_connection.ts";
import type { Surroundings } from "./surroundings.ts";
import { type Tunnel, tunnelOf } from "./tunnel.ts";

/** Seconds within which requests of two ends cross. */
const CROSSING = 10;

/** A connection that is to be told: of many thousands all that is known would fill the memory. */
export interface Plan {
  connection: ControlConnection;
  place: string;
  /** Seconds since 1970 of its first message, and of the last frame at its place. */
  began: number;
  last: number;
  /** When its identifiers are its own. */
  since: number;
  until: number;
}

/** Plans to tell a connection. */
export function planOf(connection: ControlConnection, { lastTimes }: Surroundings): Plan {
  const place = placeOf(connection);
  const began = connection.ends.reduce(
    (time, { messages: [first] }) => Math.min(time, first?.time ?? Infinity),
    Infinity,
  );
  const last = lastTimes.get(place) ?? 0;
  return { connection, place, began, last, since: -Infinity, until: Infinity };
}

/** All that is to be known of a connection. */
export function sorted({ connection, place, last, since, until }: Plan): Tunnel {
  const tunnel = tunnelOf(connection, place, last);
  for (const call of tunnel.calls) {
    call.since = Math.max(call.since, since);
    call.until = Math.min(call.until, until);
  }
  return tunnel;
}

/** Who asked whom for a tunnel, as a key. */
export const wayKey = ({ connection: { request }, place }: Plan) =>
  request && `${place}|${request.from}|${request.to}`;
/** Likewise the other way round. */
export const reverseKey = ({ connection: { request }, place }: Plan) =>
  request && `${place}|${request.to}|${request.from}`;

/** Whether a connection is the one that was granted of two that both ends asked for at once. */
export function winsTie(one: Plan, { connection, began }: Plan): boolean {
  return connection.request !== undefined && connection.responder.messages.length === 0 &&
    Math.abs(one.began - began) < CROSSING;
}

function placeOf({ ends }: ControlConnection): string {
  const [first] = ends.flatMap(({ messages: [message] }) => message === undefined ? [] : [message]);
  return first.place;
}
