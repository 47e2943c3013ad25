/** A device that has listened to a conformant one, and says the same again without understanding. */
import type { Endpoint, Machine, Transmission } from "../machine.ts";

/** One packet that a conformant device sent. */
export interface RecordedTransmission {
  /** How many packets it had received by then. */
  received: number;
  /** Milliseconds since it received the last of them, or since it began. */
  delay: number;
  transmission: Transmission;
}

/** What a conformant device sent, in order. */
export type Recording = readonly RecordedTransmission[];

/** A machine whose transmissions are recorded. */
export class RecordingMachine implements Machine {
  readonly recording: RecordedTransmission[] = [];
  readonly #machine: Machine;
  #received = 0;
  #since: number | undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  receive(port: string, packet: Uint8Array, now: number, from?: Endpoint) {
    this.#received++;
    this.#since = now;
    this.#machine.receive(port, packet, now, from);
  }

  transmit(now: number): Transmission | undefined {
    this.#since ??= now;
    const transmission = this.#machine.transmit(now);
    if (transmission !== undefined) {
      this.recording.push({
        received: this.#received,
        delay: now - this.#since,
        transmission: { ...transmission, packet: transmission.packet.slice() },
      });
    }
    return transmission;
  }

  deadline(): number {
    return this.#machine.deadline();
  }

  instruct(instruction: unknown, now: number) {
    this.#machine.instruct?.(instruction, now);
  }

  claims(): readonly string[] {
    return this.#machine.claims?.() ?? [];
  }
}

/** Answers each packet by what the conformant device sent after as many, and after the same time. */
export class Replayer implements Machine {
  readonly #byReceived: ReadonlyMap<number, readonly RecordedTransmission[]>;
  /** What is to be sent, by the time when it is due; of the same time in the order of the recording. */
  readonly #due: { at: number; transmission: Transmission }[] = [];
  #received = 0;
  #begun = false;

  constructor(recording: Recording) {
    this.#byReceived = Map.groupBy(recording, ({ received }) => received);
  }

  receive(_port: string, _packet: Uint8Array, now: number) {
    this.#begin(now);
    this.#received++;
    this.#answer(now);
  }

  transmit(now: number): Transmission | undefined {
    this.#begin(now);
    return this.deadline() <= now ? this.#due.shift()?.transmission : undefined;
  }

  deadline(): number {
    return this.#begun ? this.#due[0]?.at ?? Infinity : 0;
  }

  instruct() {}

  #begin(now: number) {
    if (this.#begun) return;
    this.#begun = true;
    this.#answer(now);
  }

  #answer(now: number) {
    for (const { delay, transmission } of this.#byReceived.get(this.#received) ?? []) {
      const at = now + delay;
      const place = this.#due.findLastIndex((other) => other.at <= at) + 1;
      this.#due.splice(place, 0, { at, transmission });
    }
  }
}
