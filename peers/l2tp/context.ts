/**
 * What stands below all parts of a LAC or an LNS: configuration, rules, timers, randomness, the shared
 * secret, the trace, and the packets on their way out.
 */
import * as l2tp from "../../captures/wire/l2tp.ts";
import type { AttributeName } from "../../captures/wire/l2tp_attributes.ts";
import type { Endpoint, PeerEnvironment, Transmission } from "../machine.ts";
import { Queue } from "../net/queue.ts";
import { Timers } from "../net/timers.ts";
import type { L2tpConfig } from "./config.ts";
import type { L2tpRules } from "./rules.ts";
import type { Hiding } from "./write_message.ts";

/** Fields of a control message's header that differ from message to message. */
export interface ControlNumbers {
  tunnelId: number;
  sessionId: number;
  ns: number;
  nr: number;
}

/** The context of one LAC or LNS. */
export class L2tpContext {
  readonly timers = new Timers();
  readonly random: () => number;
  /** Octets of the shared secret. */
  readonly secret: Uint8Array | undefined;
  readonly hiding: Hiding;
  /** Control messages sent so far. */
  controlMessages = 0;
  readonly #environment: PeerEnvironment;
  readonly #out = new Queue<Transmission>();
  #datagrams = 0;
  #serial: number;

  constructor(
    readonly role: "lac" | "lns",
    readonly config: L2tpConfig,
    readonly rules: L2tpRules,
    environment: PeerEnvironment,
  ) {
    this.#environment = environment;
    this.random = () => environment.random();
    const { secret, hide, hidePadding: padding } = config;
    this.secret = secret === undefined ? undefined : new TextEncoder().encode(secret);
    const wanted = (name: AttributeName) =>
      hide === "all" || hide !== "none" && hide.includes(name);
    this.hiding = { secret: this.secret, wanted, padding, random: this.random };
    this.#serial = Math.floor(this.random() * 0x10000) * 0x10000;
  }

  /** Whether packets wait to be sent. */
  get hasOutput(): boolean {
    return this.#out.length > 0;
  }

  /** The next packet to send; undefined when there is none. */
  nextTransmission(): Transmission | undefined {
    return this.#out.shift();
  }

  /** Queues a packet. */
  send(port: string, packet: Uint8Array, to?: Endpoint): void {
    this.#out.push(to === undefined ? { port, packet } : { port, packet, to });
  }

  /** Queues a control message, as the rules have it leave. */
  sendControl(
    port: string,
    to: Endpoint,
    name: string,
    numbers: ControlNumbers,
    body: Uint8Array,
  ): void {
    const { rules } = this;
    const length = l2tp.CONTROL_LENGTH + body.length;
    const header = { flags: rules.controlFlags(name), version: rules.headerVersion, length };
    const octets = l2tp.encode({ ...header, ...numbers }, body.length);
    octets.set(body, octets.length - body.length);
    const number = this.controlMessages++;
    for (const datagram of rules.leaving(octets, name, number)) this.send(port, datagram, to);
  }

  /** Whether the next datagram goes on between session and LAN. */
  forwards(direction: "to_lan" | "to_session"): boolean {
    return this.rules.forwards(direction, this.#datagrams++);
  }

  /** The serial number of the next call. */
  nextSerial(): number {
    return this.rules.serialNumber(this.#serial++);
  }

  /** Writes a line of the trace. */
  trace(event: string, fields: Record<string, unknown>): void {
    this.#environment.trace(event, fields);
  }

  /** Traces that a packet was discarded. */
  discard(reason: string, from: Endpoint, fields: Record<string, unknown> = {}): void {
    this.trace("discarded", { reason, from: `${from.address} ${from.port}`, ...fields });
  }
}
