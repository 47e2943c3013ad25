/** The phase of PPP in which each side proves who it is, where the other asked for it: RFC 1661 §3.5. */
import { PppProtocol } from "../../../captures/wire/ppp.ts";
import type { Timers } from "../../net/timers.ts";
import { Authenticatee, type AuthenticationHost, Authenticator } from "./authentication.ts";
import type { PppConfig } from "./config.ts";
import type { Authentication } from "./lcp.ts";

/** What the phase knows of the link's environment. */
export interface PhaseEnvironment {
  timers: Timers;
  hostName: string;
  random(): number;
  passwordOf(name: string): string | undefined;
}

/** What the phase reports to its link. */
export interface PhaseHost {
  send(method: "pap" | "chap", packet: Uint8Array): void;
  /** Both sides are satisfied. */
  done(now: number): void;
  failed(now: number): void;
}

/** Both directions of authentication on one link. */
export class AuthenticationPhase {
  /** Who the peer turned out to be. */
  user = "";
  readonly #config: PppConfig;
  readonly #host: AuthenticationHost;
  readonly #hostName: string;
  readonly #done: (now: number) => void;
  #authenticator: Authenticator | undefined;
  #authenticatee: Authenticatee | undefined;
  #agreed: Authentication = "none";
  #demanded: Authentication = "none";
  #proved = { self: false, peer: false };

  constructor(config: PppConfig, environment: PhaseEnvironment, host: PhaseHost) {
    this.#config = config;
    this.#hostName = environment.hostName;
    this.#done = (now) => host.done(now);
    this.#host = {
      timers: environment.timers,
      random: () => environment.random(),
      send: (method, packet) => host.send(method, packet),
      passwordOf: (name) => environment.passwordOf(name),
      judged: (good, name, now) => {
        if (!good) return host.failed(now);
        this.user = name;
        this.#proved.peer = true;
        this.#done(now);
      },
      answered: (good, now) => {
        if (!good) return host.failed(now);
        this.#proved.self = true;
        this.#done(now);
      },
      restart: config.restart,
      attempts: config.maxConfigure,
    };
  }

  /** Whether both sides are satisfied. */
  get complete(): boolean {
    return this.#proved.self && this.#proved.peer;
  }

  /** Somebody else has seen the peer prove who it is. */
  vouchFor(user: string): void {
    this.user = user;
    this.#proved.peer = true;
  }

  /**
   * LCP is open.
   * @param agreed How this side has to prove who it is.
   * @param demanded How the peer has to.
   */
  start(agreed: Authentication, demanded: Authentication, now: number): void {
    this.#agreed = agreed;
    this.#demanded = demanded;
    this.#proved.self = agreed === "none";
    this.#proved.peer ||= demanded === "none";
    if (agreed !== "none") {
      this.#authenticatee = new Authenticatee(agreed, this.#config, this.#host);
      this.#authenticatee.start(now);
    }
    if (demanded !== "none" && !this.#proved.peer) {
      this.#authenticator = new Authenticator(demanded, this.#hostName, this.#host);
      this.#authenticator.start(now);
    }
    if (this.complete) this.#done(now);
  }

  /** Takes a packet of PAP or CHAP; its code decides which side it is for. */
  receive(protocol: number, bytes: Uint8Array, start: number, end: number, now: number): void {
    const method = protocol === PppProtocol.pap ? "pap" : "chap";
    if (this.#demanded === method) this.#authenticator?.receive(bytes, start, end, now);
    if (this.#agreed === method) this.#authenticatee?.receive(bytes, start, end, now);
  }

  /** LCP went down: everything has to be proved again. */
  reset(): void {
    this.stop();
    this.#proved = { self: false, peer: false };
  }

  stop(): void {
    this.#authenticator?.stop();
    this.#authenticatee?.stop();
    this.#authenticator = this.#authenticatee = undefined;
  }
}
