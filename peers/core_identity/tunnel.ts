import type { Endpoint } from "../machine.ts";
import type { TunnelView } from "./rules.ts";

/** One tunnel of an aggregate: a pair of WAN endpoints ([0031]). */
export interface Tunnel extends TunnelView {
  state: "opening" | "up" | "down";
  /** Own WAN port. */
  port: string;
  remote: Endpoint;
  /** Sequence number that the next data packet takes. */
  nextSequence: number;
  /** When a control message is due next. */
  due: number;
  /** Control messages without an answer in a row. */
  unanswered: number;
  /** Sequence number and time of the last message that awaits an answer. */
  asked: { sequence: number; at: number };
  /** When anything arrived last. */
  heard: number;
}

/** A tunnel before its first message. */
export function newTunnel(
  id: number,
  pair: number,
  port: string,
  remote: Endpoint,
  cost: { bandwidth: number; tariff: number },
  now: number,
  nextSequence: number,
): Tunnel {
  return {
    id,
    pair,
    state: "opening",
    port,
    remote,
    roundTrip: Infinity,
    ...cost,
    sent: 0,
    nextSequence,
    due: now,
    unanswered: 0,
    asked: { sequence: 0, at: now },
    heard: now,
  };
}
