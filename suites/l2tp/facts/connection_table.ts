/**
 * Assigns control messages to control connections, whoever sent them and by whichever ports: an
 * SCCRQ begins one, and the identifiers that the ends assign tell the rest. Each place of capture is
 * looked at by itself, as neither clocks nor orders of two places compare.
 */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { appended } from "../../kit/appended.ts";
import type { Bound } from "../../kit/bounds.ts";
import { type ConnectionEnd, ControlConnection } from "./control_connection.ts";
import { Attribute, type ControlMessage, number16 } from "./message.ts";
import { NumberTable, PairTable } from "./pair_table.ts";

/** Messages among which an echo is looked for. */
const RECENT = 8;
/** Messages by which the numbers of two ends of one connection may be apart at any time. */
const APART = 32;
/**
 * Seconds behind the last message of an initiator that went on from its SCCRQ, from which on the same
 * SCCRQ is that of a new connection, and no copy that came late: longer than a network keeps one, and
 * shorter where the connection was cleared.
 */
const LATE = 3, LATE_WHEN_CLEARED = 0.1;

const NONE: ControlConnection[] = [];

/** Limits on control connections. */
export interface ConnectionBounds {
  /** On all. */
  all: Bound;
  /** On those in which one receiver assigned the same Tunnel ID: each is looked at for a message. */
  namesakes: Bound;
  /** On the messages that name none. */
  unaddressed: Bound;
}

/** The control connections of one place of capture. */
export class ConnectionTable {
  readonly connections: ControlConnection[] = [];
  /** Messages with Tunnel ID 0 that belong to no connection that they name. */
  readonly unaddressed: ControlMessage[] = [];
  /** By receiver and Tunnel ID in the header: connections in which that receiver assigned it. */
  readonly #byTunnel = new NumberTable<ControlConnection[]>();
  /** By initiator, addressee and Tunnel ID that the SCCRQ assigns. */
  readonly #byRequest = new PairTable<ControlConnection>();
  /** The messages of late, in turn. */
  readonly #recent: ControlMessage[] = [];
  #count = 0;
  readonly #bounds: ConnectionBounds;
  /** By sender and receiver of what is known: connections of which the other direction is not. */
  readonly #halves = new Map<string, ControlConnection[]>();
  /** By initiator and addressee: the connection that was asked for last. */
  readonly #asked = new PairTable<ControlConnection>();
  readonly #pairs: boolean;

  /**
   * @param pairs Whether the two directions of a connection whose beginning was not captured are held
   * together by their numbers, where nothing else tells that they belong together.
   */
  constructor(bounds: ConnectionBounds, pairs: boolean) {
    this.#bounds = bounds;
    this.#pairs = pairs;
  }

  /** Takes the next message of this place. */
  add(message: ControlMessage): void {
    const isEcho = this.#isEcho(message);
    this.#recent[this.#count++ % RECENT] = message;
    if (!isEcho) this.#sort(message);
  }

  /** Whether somebody sends back as it is what came in: nobody assigned the same identifiers. */
  #isEcho(message: ControlMessage): boolean {
    return this.#recent.some((other) =>
      other.from === message.to && other.to === message.from && other.nr === message.nr &&
      other.repeats(message)
    );
  }

  #sort(message: ControlMessage): void {
    const { to, tunnelId, type } = message;
    if (type === MessageType.SCCRQ && tunnelId === 0) return this.#request(message);
    const candidates = this.#byTunnel.get(to, tunnelId) ?? [];
    for (let i = candidates.length - 1; i >= 0; i--) {
      const end = candidates[i].senderOf(message);
      if (end !== undefined) return this.#take(candidates[i], end, message);
    }
    if (tunnelId === 0) this.#unaddressed(message);
    else if (type === MessageType.SCCRP) this.#reply(message);
    else this.#join(message);
  }

  #request(message: ControlMessage): void {
    const { from, to } = message, assigned = number16(message, Attribute.assignedTunnel);
    const before = this.#byRequest.get(from, to, assigned), known = before?.request;
    const again = known !== undefined && message.repeats(known) &&
      !(this.#pairs && isLeft(before!, message));
    const connection = again ? before : this.#begin();
    if (connection === undefined) return;
    if (!again) {
      connection.request = message;
      this.#byRequest.set(from, to, assigned, connection);
      this.#asked.set(from, to, 0, connection);
    }
    this.#take(connection, connection.initiator, message);
  }

  #begin(): ControlConnection | undefined {
    if (!this.#bounds.all.admits(this.connections.length)) return undefined;
    const connection = new ControlConnection();
    this.connections.push(connection);
    return connection;
  }

  /** Takes a message with Tunnel ID 0 that is no SCCRQ: its AVP may say what it is about. */
  #unaddressed(message: ControlMessage): void {
    const named = number16(message, Attribute.assignedTunnel);
    const candidates = this.#byTunnel.get(message.from, named) ?? [];
    for (let i = candidates.length - 1; i >= 0; i--) {
      const end = candidates[i].senderByAvp(message);
      if (end !== undefined) return this.#take(candidates[i], end, message);
    }
    if (this.#bounds.unaddressed.admits(this.unaddressed.length)) this.unaddressed.push(message);
  }

  /** Takes an SCCRP whose SCCRQ was not captured. */
  #reply(message: ControlMessage): void {
    const connection = this.#begin();
    if (connection === undefined) return;
    connection.initiator.party = message.to;
    connection.initiator.tunnelId = message.tunnelId;
    this.#index(connection, message.to, message.tunnelId);
    this.#take(connection, connection.responder, message);
  }

  /** Takes a message of a connection whose beginning was not captured. */
  #join(message: ControlMessage): void {
    const { from, to, tunnelId } = message;
    const half = this.#pairs ? this.#halfOf(message) : undefined;
    if (half !== undefined) {
      half.initiator.tunnelId = tunnelId;
      this.#index(half, to, tunnelId);
      return this.#take(half, half.responder, message);
    }
    const asked = this.#pairs ? this.#unheardOf(message) : undefined;
    if (asked !== undefined) {
      asked.responder.party = to;
      asked.responder.tunnelId = tunnelId;
      this.#index(asked, to, tunnelId);
      return this.#take(asked, asked.initiator, message);
    }
    const connection = this.#begin();
    if (connection === undefined) return;
    connection.initiator.party = from;
    connection.responder.party = to;
    connection.responder.tunnelId = tunnelId;
    this.#index(connection, to, tunnelId);
    if (this.#pairs) {
      const key = `${from}|${to}`, known = this.#halves.get(key);
      if (known === undefined) this.#halves.set(key, [connection]);
      else known.push(connection);
    }
    this.#take(connection, connection.initiator, message);
  }

  /** The connection whose initiator goes on in a message, though nothing of its peer was captured. */
  #unheardOf({ from, to, sourcePort, ns, nr }: ControlMessage): ControlConnection | undefined {
    const asked = this.#asked.get(from, to, 0);
    if (asked === undefined || asked.responder.tunnelId !== 0) return undefined;
    const isNext = ns === 1 && nr > 0 && nr <= APART;
    return isNext && sourcePort === asked.request!.sourcePort ? asked : undefined;
  }

  /** The connection whose other direction a message is of: the one that its numbers fit alone. */
  #halfOf(message: ControlMessage): ControlConnection | undefined {
    const key = `${message.to}|${message.from}`, known = this.#halves.get(key);
    if (known === undefined) return undefined;
    const fitting = known.filter(({ initiator: { messages } }) => {
      const last = messages[messages.length - 1];
      const next = last.type === 0 ? last.ns : last.ns + 1;
      return isNear(message.nr, next) && isNear(message.ns, last.nr);
    });
    if (fitting.length !== 1) return undefined;
    this.#halves.set(key, known.filter((half) => half !== fitting[0]));
    return fitting[0];
  }

  #take(connection: ControlConnection, end: ConnectionEnd, message: ControlMessage): void {
    const before = end.tunnelId;
    end.take(message);
    if (end.tunnelId === before) return;
    this.#index(connection, end.party, end.tunnelId);
    // It may be called by the address that was dialled for as long as it likes.
    const dialled = connection.request?.to;
    if (end === connection.responder && dialled !== undefined && dialled !== end.party) {
      this.#index(connection, dialled, end.tunnelId);
    }
  }

  #index(connection: ControlConnection, party: string, tunnelId: number): void {
    const known = this.#byTunnel.get(party, tunnelId) ?? NONE;
    if (known.length > 0 && !this.#bounds.namesakes.admits(known.length)) return;
    this.#byTunnel.set(party, tunnelId, appended(known, connection));
  }
}

/** Whether an initiator had left its SCCRQ behind before it sent the same one once more. */
function isLeft({ initiator, responder }: ControlConnection, { time }: ControlMessage): boolean {
  const { messages } = initiator, last = messages[messages.length - 1];
  if (last.type === MessageType.SCCRQ) return false;
  const isCleared = initiator.stop !== undefined || responder.stop !== undefined;
  return time - last.time > (isCleared ? LATE_WHEN_CLEARED : LATE);
}

/** Whether two numbers are near one another, modulo 65536. */
function isNear(a: number, b: number): boolean {
  const ahead = (a - b) & 0xffff;
  return ahead <= APART || ahead >= 0x10000 - APART;
}
