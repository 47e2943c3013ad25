/** Reference peers that are not there all the time: one begins late, one dies and begins anew. */
import type { Endpoint, Machine, Transmission } from "../machine.ts";

const NONE: readonly string[] = [];
type Trace = (event: string, fields: Record<string, unknown>) => void;

/** A machine whose ports are closed for a while: what comes in is lost, as are instructions. */
export class LateStarter implements Machine {
  readonly #make: () => Machine;
  readonly #after: number;
  readonly #trace: Trace;
  #opens: number | undefined;
  #machine: Machine | undefined;

  /** @param after Milliseconds for which it is deaf. */
  constructor(make: () => Machine, after: number, trace: Trace) {
    this.#make = make;
    this.#after = after;
    this.#trace = trace;
  }

  /** Whether its ports are open. */
  listens(now: number): boolean {
    this.#opens ??= now + this.#after;
    if (now < this.#opens) return false;
    if (this.#machine === undefined) {
      this.#machine = this.#make();
      this.#trace("listening", {});
    }
    return true;
  }

  receive(port: string, packet: Uint8Array, now: number, from?: Endpoint) {
    if (this.listens(now)) this.#machine!.receive(port, packet, now, from);
  }

  transmit(now: number): Transmission | undefined {
    return this.listens(now) ? this.#machine!.transmit(now) : undefined;
  }

  deadline(): number {
    return this.#machine?.deadline() ?? this.#opens ?? 0;
  }

  instruct(instruction: unknown, now: number) {
    if (this.listens(now)) this.#machine!.instruct?.(instruction, now);
  }

  claims(): readonly string[] {
    return this.#machine?.claims?.() ?? NONE;
  }
}

/** A machine that dies of one packet, and is there again at once with nothing remembered. */
export class Crasher implements Machine {
  readonly #make: () => Machine;
  readonly #after: number;
  readonly #trace: Trace;
  #machine: Machine;
  #received = 0;

  /** @param after Which packet it dies of, from 1. */
  constructor(make: () => Machine, after: number, trace: Trace) {
    this.#make = make;
    this.#after = after;
    this.#trace = trace;
    this.#machine = make();
  }

  receive(port: string, packet: Uint8Array, now: number, from?: Endpoint) {
    if (++this.#received !== this.#after) return this.#machine.receive(port, packet, now, from);
    this.#trace("crashed", {});
    this.#machine = this.#make();
  }

  transmit(now: number): Transmission | undefined {
    return this.#machine.transmit(now);
  }

  deadline(): number {
    return this.#machine.deadline();
  }

  instruct(instruction: unknown, now: number) {
    this.#machine.instruct?.(instruction, now);
  }

  claims(): readonly string[] {
    return this.#machine.claims?.() ?? NONE;
  }
}
