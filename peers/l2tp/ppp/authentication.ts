/** PAP and CHAP in both roles: who asks, and who proves who it is (RFC 1334, RFC 1994). */
import * as control from "../../../captures/wire/ppp_control.ts";
import * as chap from "../../../captures/wire/ppp_chap.ts";
import { chapMd5 } from "../../../captures/wire/ppp_chap_md5.ts";
import * as pap from "../../../captures/wire/ppp_pap.ts";
import { Timer, type Timers } from "../../net/timers.ts";

const { PapCode } = pap, { ChapCode } = chap;

/** A name with its password. */
export interface Credentials {
  name: string;
  password: string;
}

/** What authentication asks of the link around it. */
export interface AuthenticationHost {
  timers: Timers;
  random(): number;
  /** Sends a packet of PAP or of CHAP. */
  send(method: "pap" | "chap", packet: Uint8Array): void;
  /** The password of a user; undefined for nobody. */
  passwordOf(name: string): string | undefined;
  /** The peer has, or has not, proved who it is. */
  judged(good: boolean, name: string, now: number): void;
  /** The peer has accepted, or refused, this side. */
  answered(good: boolean, now: number): void;
  /** Milliseconds between repetitions, and how many there are. */
  restart: number;
  attempts: number;
}

/** Octets of text. */
export function octetsOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Text of octets that may be no UTF-8. */
export function textOf(octets: Uint8Array): string {
  return new TextDecoder().decode(octets);
}

/** Whether two octet strings are equal. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}

function packet(code: number, identifier: number, data: Uint8Array): Uint8Array {
  return control.encode(control.withLength({ code, identifier, length: 0, data }));
}

/** The side that wants to know who the other is. */
export class Authenticator {
  readonly #host: AuthenticationHost;
  readonly #method: "pap" | "chap";
  readonly #name: string;
  readonly #timer: Timer;
  #challenge = new Uint8Array();
  #identifier = 0;
  #left: number;
  #verdict: { identifier: number; packet: Uint8Array } | undefined;

  constructor(method: "pap" | "chap", name: string, host: AuthenticationHost) {
    this.#method = method;
    this.#name = name;
    this.#host = host;
    this.#left = host.attempts;
    this.#timer = new Timer((now) => this.#again(now));
  }

  start(now: number): void {
    this.#identifier = Math.floor(this.#host.random() * 256);
    this.#challenge = Uint8Array.from({ length: 16 }, () => Math.floor(this.#host.random() * 256));
    this.#again(now);
  }

  stop(): void {
    this.#host.timers.stop(this.#timer);
  }

  receive(bytes: Uint8Array, start: number, end: number, now: number): void {
    const { record } = control.decode(bytes, start, end);
    if (record === undefined || record.length < control.CONTROL_LENGTH) return;
    const { code, identifier, data } = record;
    if (this.#verdict !== undefined) {
      // The answer was lost: the same question gets the same answer.
      if (this.#method === "pap" ? code === PapCode.request : code === ChapCode.response) {
        this.#host.send(this.#method, this.#verdict.packet);
      }
      return;
    }
    if (this.#method === "pap") {
      if (code === PapCode.request) this.#password(identifier, data, now);
    } else if (code === ChapCode.response && identifier === this.#identifier) {
      this.#response(identifier, data, now);
    }
  }

  #again(now: number): void {
    if (this.#left-- <= 0) return this.#host.judged(false, "", now);
    this.#host.timers.set(this.#timer, now + this.#host.restart);
    if (this.#method === "pap") return;
    const data = chap.encode({ value: this.#challenge, name: octetsOf(this.#name) });
    this.#host.send("chap", packet(ChapCode.challenge, this.#identifier, data));
  }

  #password(identifier: number, data: Uint8Array, now: number): void {
    const { record } = pap.decode(data);
    if (record === undefined) return;
    const name = textOf(record.peerId);
    const password = this.#host.passwordOf(name);
    const good = password !== undefined && equal(octetsOf(password), record.password);
    const answer = packet(good ? PapCode.ack : PapCode.nak, identifier, Uint8Array.of(0));
    this.#conclude(good, name, identifier, answer, now);
  }

  #response(identifier: number, data: Uint8Array, now: number): void {
    const { record } = chap.decode(data);
    if (record === undefined) return;
    const name = textOf(record.name);
    const password = this.#host.passwordOf(name);
    const good = password !== undefined &&
      equal(chapMd5(identifier, octetsOf(password), this.#challenge), record.value);
    const code = good ? ChapCode.success : ChapCode.failure;
    this.#conclude(good, name, identifier, packet(code, identifier, new Uint8Array()), now);
  }

  #conclude(good: boolean, name: string, identifier: number, answer: Uint8Array, now: number) {
    this.stop();
    this.#verdict = { identifier, packet: answer };
    this.#host.send(this.#method, answer);
    this.#host.judged(good, name, now);
  }
}

/** The side that proves who it is. */
export class Authenticatee {
  readonly #host: AuthenticationHost;
  readonly #method: "pap" | "chap";
  readonly #credentials: Credentials;
  readonly #timer: Timer;
  #left: number;
  #identifier = 0;
  /** What the peer challenged this side with, and what was answered: for proxy authentication. */
  last: { identifier: number; challenge: Uint8Array; response: Uint8Array } | undefined;

  constructor(method: "pap" | "chap", credentials: Credentials, host: AuthenticationHost) {
    this.#method = method;
    this.#credentials = credentials;
    this.#host = host;
    this.#left = host.attempts;
    this.#timer = new Timer((now) => this.#again(now));
  }

  start(now: number): void {
    this.#again(now);
  }

  stop(): void {
    this.#host.timers.stop(this.#timer);
  }

  receive(bytes: Uint8Array, start: number, end: number, now: number): void {
    const { record } = control.decode(bytes, start, end);
    if (record === undefined || record.length < control.CONTROL_LENGTH) return;
    const { code, identifier, data } = record;
    if (this.#method === "chap" && code === ChapCode.challenge) {
      return this.#respond(identifier, data);
    }
    const good = this.#method === "pap" ? code === PapCode.ack : code === ChapCode.success;
    const bad = this.#method === "pap" ? code === PapCode.nak : code === ChapCode.failure;
    if (!good && !bad) return;
    this.stop();
    this.#host.answered(good, now);
  }

  #again(now: number): void {
    if (this.#left-- <= 0) return this.#host.answered(false, now);
    this.#host.timers.set(this.#timer, now + this.#host.restart);
    // CHAP waits for the challenge; PAP speaks first.
    if (this.#method === "chap") return;
    this.#identifier = (this.#identifier + 1) & 0xff;
    const { name, password } = this.#credentials;
    const data = pap.encode({ peerId: octetsOf(name), password: octetsOf(password) });
    this.#host.send("pap", packet(PapCode.request, this.#identifier, data));
  }

  #respond(identifier: number, data: Uint8Array): void {
    const { record } = chap.decode(data);
    if (record === undefined) return;
    const { name, password } = this.#credentials;
    const value = chapMd5(identifier, octetsOf(password), record.value);
    this.last = { identifier, challenge: record.value, response: value };
    const answer = chap.encode({ value, name: octetsOf(name) });
    this.#host.send("chap", packet(ChapCode.response, identifier, answer));
  }
}
