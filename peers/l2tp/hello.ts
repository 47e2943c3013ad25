/** When a tunnel sends a HELLO: RFC 2661 §5.5 and §6.5. */
import type { ControlConnectionRules } from "./rules/control_connection.ts";
import { Timer, type Timers } from "../net/timers.ts";

/** What the keepalive asks of its tunnel. */
export interface HelloHost {
  timers: Timers;
  /** Milliseconds of silence that are waited for, as configured. */
  interval: number;
  /** Sends a HELLO, unless messages are on their way that will find out as well. */
  hello(now: number): void;
  /** The peer sent no HELLO, and this side expects one. */
  disappointed(now: number): void;
}

/** The keepalive of one tunnel. */
export class Hello {
  readonly #rules: ControlConnectionRules;
  readonly #host: HelloHost;
  readonly #timer: Timer;
  #heard = 0;
  #helloHeard = false;

  constructor(rules: ControlConnectionRules, host: HelloHost) {
    this.#rules = rules;
    this.#host = host;
    this.#timer = new Timer((now) => this.#due(now));
  }

  /** The tunnel is up. */
  start(now: number): void {
    this.#heard = now;
    const after = this.#after();
    if (after > 0) this.#host.timers.set(this.#timer, now + after);
  }

  stop(): void {
    this.#host.timers.stop(this.#timer);
  }

  /** A message arrived. The timer is not set anew for each: it looks when it fires. */
  alive(kind: "control" | "data", now: number): void {
    if (this.#rules.showsLife(kind)) this.#heard = now;
  }

  /** A HELLO arrived. */
  heard(): void {
    this.#helloHeard = true;
  }

  #after(): number {
    return this.#rules.helloAfter(this.#host.interval);
  }

  #due(now: number): void {
    if (!this.#rules.toleratesNoHello && !this.#helloHeard) return this.#host.disappointed(now);
    this.#helloHeard = false;
    const after = this.#after();
    const due = this.#heard + after;
    if (due > now) return this.#host.timers.set(this.#timer, due);
    this.#host.timers.set(this.#timer, now + after);
    this.#host.hello(now);
  }
}
