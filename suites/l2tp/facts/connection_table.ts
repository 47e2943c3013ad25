/**
 * Assigns control messages to control connections, whoever sent them and by whichever ports: an
 * SCCRQ begins one, and the identifiers that the ends assign tell the rest. Each place of capture is
 * looked at by itself, as neither clocks nor orders of two places compare.
 */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Bound } from "../../kit/bounds.ts";
import { type ConnectionEnd, ControlConnection } from "./control_connection.ts";
import { Attribute, type ControlMessage, number16 } from "./message.ts";

/** Messages among which an echo is looked for. */
const RECENT = 8;

/** Limits on control connections. */
export interface ConnectionBounds {
  /** On all. */
  all: Bound;
  /** On those in which one receiver assigned the same Tunnel ID: each is looked at for a message. */
  namesakes: Bound;
}

/** The control connections of one place of capture. */
export class ConnectionTable {
  readonly connections: ControlConnection[] = [];
  /** By receiver and Tunnel ID in the header: connections in which that receiver assigned it. */
  readonly #byTunnel = new Map<string, ControlConnection[]>();
  /** By initiator, addressee and Tunnel ID that the SCCRQ assigns. */
  readonly #byRequest = new Map<string, ControlConnection>();
  /** The messages of late, in turn. */
  readonly #recent: ControlMessage[] = [];
  #count = 0;
  readonly #bounds: ConnectionBounds;

  constructor(bounds: ConnectionBounds) {
    this.#bounds = bounds;
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
    const candidates = this.#byTunnel.get(`${to}|${tunnelId}`) ?? [];
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
    const key = `${from}|${to}|${assigned}`;
    const known = this.#byRequest.get(key)?.request;
    const again = known !== undefined && message.repeats(known);
    const connection = again ? this.#byRequest.get(key) : this.#begin();
    if (connection === undefined) return;
    if (!again) {
      connection.request = message;
      this.#byRequest.set(key, connection);
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
    const candidates = this.#byTunnel.get(`${message.from}|${named}`) ?? [];
    for (let i = candidates.length - 1; i >= 0; i--) {
      const end = candidates[i].senderByAvp(message);
      if (end !== undefined) return this.#take(candidates[i], end, message);
    }
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
    const connection = this.#begin();
    if (connection === undefined) return;
    connection.initiator.party = message.from;
    connection.responder.party = message.to;
    connection.responder.tunnelId = message.tunnelId;
    this.#index(connection, message.to, message.tunnelId);
    this.#take(connection, connection.initiator, message);
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
    const key = `${party}|${tunnelId}`;
    const known = this.#byTunnel.get(key);
    if (known === undefined) this.#byTunnel.set(key, [connection]);
    else if (this.#bounds.namesakes.admits(known.length)) known.push(connection);
  }
}
