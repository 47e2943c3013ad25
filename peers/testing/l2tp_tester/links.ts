/** What the tester knows of its tunnels and sessions: identifiers, numbers, and what came in. */
import * as l2tp from "../../../captures/wire/l2tp.ts";
import { type Avp, readAvps } from "../../../captures/wire/l2tp_avp.ts";
import { unhide } from "../../../captures/wire/l2tp_hiding.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16, put16 } from "../../../captures/wire/octets.ts";
import type { Endpoint } from "../../machine.ts";
import type { PppEnd } from "./ppp_end.ts";
import type { TesterConfig } from "./script.ts";

/** A message that the peer has not acknowledged. */
export interface Outstanding {
  ns: number;
  packet: Uint8Array;
  /** Port that it left by, and where it went. */
  port: string;
  to: Endpoint;
}

/** One tunnel of the tester. */
export interface TunnelLink {
  name: string;
  ownId: number;
  peerId: number;
  /** Where it sends to; the device's configured address until a message came. */
  to: Endpoint;
  port: string;
  ns: number;
  nr: number;
  /** Nr that is told as long as nothing more is to be acknowledged. */
  held?: number;
  /** Messages that may be sent again, the eldest first. */
  unacknowledged: Outstanding[];
  /** What the peer has acknowledged, and how much it takes unacknowledged. */
  acknowledged: number;
  window: number;
  challenge: Uint8Array;
  bound: boolean;
  /** Types of the messages that came in and were not expected yet, without copies. */
  arrived: number[];
  /** Whether anything came since the script last sent. */
  answered: boolean;
  /** Of each message type how many came, when the last did, and how long after the one before. */
  copies: Map<number, { count: number; at: number; gap: number }>;
}

/** One session of the tester. */
export interface SessionLink {
  name: string;
  ownId: number;
  peerId: number;
  bound: boolean;
  /** Data messages that came, and LCP Configure-Requests that they answered. */
  data: number;
  answered: Set<number>;
  /** The tester's end of PPP, once the script has asked for it. */
  ppp?: PppEnd;
}

const CALLS: readonly number[] = [MessageType.ICRQ, MessageType.OCRQ];
const ASSIGNED_TUNNEL = 9, WINDOW = 10, CHALLENGE = 11, ASSIGNED_SESSION = 14;
const RANDOM_VECTOR = 36;
const LCP = 0xc021;
/** Codes that answer an LCP Configure-Request: Ack, Nak and Reject. */
const ANSWERS: readonly number[] = [2, 3, 4];
/** Receive window of a peer that tells none (RFC 2661 §4.4.3). */
const DEFAULT_WINDOW = 4;
/** Message types that are kept until they are expected. */
const ARRIVED = 1000;

/** Whether a message of this type asks for a call. */
export const isCall = (type: number): boolean => CALLS.includes(type);

/** Whether octets begin as a control message does. */
export function isControl(packet: Uint8Array): boolean {
  return packet.length >= 12 && (packet[0] & 0xc8) === 0xc8;
}

/** What a tunnel's peer has not acknowledged, as it is sent again: with the Nr of now. */
export function copiesOf({ unacknowledged, window, held, nr }: TunnelLink): Outstanding[] {
  return unacknowledged.slice(0, window).map((one) => {
    const packet = one.packet.slice();
    put16(packet, 10, held ?? nr);
    return { ...one, packet };
  });
}

/** The tunnels and sessions of a tester. */
export class Links {
  readonly #tunnels = new Map<string, TunnelLink>();
  readonly #sessions = new Map<string, SessionLink>();
  readonly #secret?: Uint8Array;
  readonly #witness?: string;

  constructor({ wan, peers, tunnels, sessions, secret, witness }: TesterConfig) {
    this.#witness = witness;
    if (secret !== undefined) this.#secret = new TextEncoder().encode(secret);
    const to = peers[0].wan[0], port = wan[0].port;
    for (const [name, ownId] of Object.entries(tunnels)) {
      this.#tunnels.set(name, {
        ...{ name, ownId, peerId: 0, to, port, ns: 0, nr: 0, acknowledged: 0 },
        ...{ window: DEFAULT_WINDOW, challenge: new Uint8Array(0), bound: false, arrived: [] },
        ...{ answered: false, copies: new Map(), unacknowledged: [] },
      });
    }
    for (const [name, ownId] of Object.entries(sessions)) {
      const none = { data: 0, answered: new Set<number>() };
      this.#sessions.set(name, { name, ownId, peerId: 0, bound: false, ...none });
    }
  }

  /** The tunnel of that name. @throws {RangeError} When the configuration has none. */
  tunnel(name: string): TunnelLink {
    const tunnel = this.#tunnels.get(name);
    if (tunnel === undefined) throw new RangeError(`Cannot find tunnel "${name}" of the tester`);
    return tunnel;
  }

  /** The identifier that the tester assigned to a tunnel or session of that name. */
  idOf(name: string): number {
    return (this.#sessions.get(name) ?? this.tunnel(name)).ownId;
  }

  /** Tells no newer Nr on tunnels that have one, or the real ones again. */
  hold(on: boolean) {
    for (const tunnel of this.#tunnels.values()) {
      if (tunnel.name === this.#witness) continue;
      tunnel.held = on && tunnel.nr > 0 ? tunnel.nr : undefined;
    }
  }

  /** The first tunnel, which stands for none in particular. */
  get first(): TunnelLink {
    return this.#tunnels.values().next().value!;
  }

  /** Whether a packet for a tunnel's peer acknowledges all that has come from it. */
  static acknowledges(packet: Uint8Array, { peerId, nr }: TunnelLink): boolean {
    return isControl(packet) && get16(packet, 4) === peerId && get16(packet, 10) === nr;
  }

  /** The tunnels of which the device has told its identifier. */
  get established(): TunnelLink[] {
    return [...this.#tunnels.values()].filter(({ peerId }) => peerId > 0);
  }

  /** The tunnel of a session: their names begin alike. */
  tunnelOf(session: string): TunnelLink {
    return [...this.#tunnels.values()].find(({ name }) => session.startsWith(name)) ?? this.first;
  }

  /** The session of that name. */
  session(name: string): SessionLink | undefined {
    return this.#sessions.get(name);
  }

  /**
   * Takes a control message in.
   * @returns The tunnel that it belongs to and its type, 0 for a zero-length body and -1 for none.
   */
  control(
    port: string,
    packet: Uint8Array,
    now: number,
    from: Endpoint,
  ): { tunnel: TunnelLink; type: number } | undefined {
    const length = Math.min(packet.length, get16(packet, 2));
    const avps = recovered(readAvps(packet, 12, length).avps, this.#secret);
    const type = length <= 12 ? 0 : avps[0]?.type === 0 ? number16(avps[0].value) : -1;
    const tunnel = this.#find(get16(packet, 4), type, valueOf(avps, ASSIGNED_TUNNEL));
    if (tunnel === undefined) return undefined;
    this.#open(tunnel, type, avps, port, from);
    const isNext = get16(packet, 8) === tunnel.nr;
    this.#learn(get16(packet, 6), type, tunnel, valueOf(avps, ASSIGNED_SESSION), isNext);
    const behind = (get16(packet, 10) - tunnel.acknowledged) & 0xffff;
    if (behind < 0x8000) tunnel.acknowledged = get16(packet, 10);
    tunnel.unacknowledged = tunnel.unacknowledged.filter(({ ns }) =>
      ((tunnel.acknowledged - ns - 1) & 0xffff) >= 0x8000
    );
    this.#count(tunnel, type, get16(packet, 8));
    tunnel.answered = true;
    const { count = 0, at = now } = tunnel.copies.get(type) ?? {};
    tunnel.copies.set(type, { count: count + 1, at: now, gap: now - at });
    return { tunnel, type };
  }

  /**
   * Takes a data message in.
   * @returns The session that it belongs to and its PPP frame; undefined when there is none.
   */
  data(packet: Uint8Array): { session: SessionLink; frame: Uint8Array } | undefined {
    const header = l2tp.decode(packet);
    if (header.record === undefined || (header.record.flags & l2tp.L2tpFlag.type) !== 0) {
      return undefined;
    }
    const { sessionId } = header.record;
    const session = [...this.#sessions.values()].find((s) => s.ownId === sessionId);
    if (session === undefined) return undefined;
    session.data++;
    const frame = packet.subarray(header.end), at = frame[0] === 0xff ? 2 : 0;
    if (frame.length - at >= 4 && get16(frame, at) === LCP && ANSWERS.includes(frame[at + 2])) {
      session.answered.add(frame[at + 3]);
    }
    return { session, frame };
  }

  /** Moves Nr, and keeps the type for whoever expects it, unless it is a copy. */
  #count(tunnel: TunnelLink, type: number, ns: number) {
    const ahead = (ns - tunnel.nr) & 0xffff;
    if (type === 0 || ahead >= 0x8000) return;
    if (ahead === 0) tunnel.nr = (tunnel.nr + 1) & 0xffff;
    if (tunnel.arrived.length < ARRIVED) tunnel.arrived.push(type);
  }

  #open(tunnel: TunnelLink, type: number, avps: readonly Avp[], port: string, from: Endpoint) {
    if (type === MessageType.SCCRQ || type === MessageType.SCCRP) {
      const assigned = number16(valueOf(avps, ASSIGNED_TUNNEL));
      if (assigned >= 0) tunnel.peerId = assigned;
      const window = number16(valueOf(avps, WINDOW));
      if (window > 0) tunnel.window = window;
      if (tunnel.ns === 0 || type === MessageType.SCCRP) [tunnel.to, tunnel.port] = [from, port];
    }
    tunnel.challenge = valueOf(avps, CHALLENGE)?.slice() ?? tunnel.challenge;
  }

  #find(id: number, type: number, assigned: Uint8Array | undefined): TunnelLink | undefined {
    const all = [...this.#tunnels.values()];
    if (id !== 0) return all.find((t) => t.ownId === id);
    const peerId = Math.max(0, number16(assigned));
    const known = peerId === 0 ? undefined : all.find((t) => t.bound && t.peerId === peerId);
    if (known !== undefined || type !== MessageType.SCCRQ) return known;
    const free = all.find((t) => !t.bound);
    if (free !== undefined) free.bound = true;
    return free;
  }

  /** Notes the Session ID that the peer assigned. @param isNext Whether it is no repetition. */
  #learn(
    id: number,
    type: number,
    tunnel: TunnelLink,
    assigned: Uint8Array | undefined,
    isNext: boolean,
  ) {
    const peerId = number16(assigned);
    if (peerId < 0) return;
    const inTunnel = [...this.#sessions].filter(([name]) => name.startsWith(tunnel.name));
    const session = inTunnel.find(([, s]) => id !== 0 && s.ownId === id)?.[1] ??
      (isCall(type)
        // A call of its own may have the identifier of one that has ended.
        ? inTunnel.find(([, s]) => !isNext && s.bound && s.peerId === peerId)?.[1] ??
          inTunnel.find(([, s]) => !s.bound)?.[1]
        : undefined);
    if (session === undefined) return;
    session.peerId = peerId;
    session.bound = true;
  }
}

/** The AVPs in clear as far as a secret serves: the nearest Random Vector before each counts. */
function recovered(avps: readonly Avp[], secret: Uint8Array | undefined): readonly Avp[] {
  if (secret === undefined || !avps.some(({ hidden }) => hidden)) return avps;
  let vector: Uint8Array | undefined;
  return avps.map((one) => {
    if (one.type === RANDOM_VECTOR && one.vendor === 0 && !one.hidden) vector = one.value;
    if (!one.hidden || vector === undefined) return one;
    const value = unhide(one.type, one.value, secret, vector).record;
    return value === undefined ? one : { ...one, hidden: false, value };
  });
}

/** The value of an attribute in clear. */
function valueOf(avps: readonly Avp[], type: number): Uint8Array | undefined {
  return avps.find((a) => a.type === type && a.vendor === 0 && !a.hidden)?.value;
}

/** A value of 16 bits; -1 for anything else. */
function number16(value: Uint8Array | undefined): number {
  return value?.length === 2 ? get16(value, 0) : -1;
}
