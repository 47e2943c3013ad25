import type { Endpoint, Machine, Transmission } from "../../../peers/machine.ts";
import type { Suite } from "../../../suites/kit/suite.ts";
import { seededRandom } from "../../../captures/random.ts";

/** A reference peer that is spoken to by octets alone, in a time of its own. */
export class Dialogue {
  /** Datagrams that the peer sent to its `lan` port. */
  readonly lan: Uint8Array[] = [];
  readonly #machine: Machine;
  readonly #heard: Transmission[] = [];
  #now = 0;

  private constructor(machine: Machine) {
    this.#machine = machine;
    this.#collect();
  }

  /** Begins to speak with the reference peer of a role. */
  static async with(suite: Suite, role: string, config: Record<string, unknown>) {
    await suite.load?.();
    const environment = { random: seededRandom(1), trace: () => {} };
    return new Dialogue(suite.peer(role, config, environment, {}));
  }

  /** Hands the peer a UDP payload; gives what it has sent since, the latest last. */
  say(port: string, packet: Uint8Array, from: Endpoint): Transmission[] {
    this.#machine.receive(port, packet, this.#now, from);
    return this.wait(0);
  }

  /** Lets milliseconds go by; gives what the peer has sent since. */
  wait(milliseconds: number): Transmission[] {
    const until = this.#now + milliseconds;
    for (this.#collect(); this.#machine.deadline() <= until; this.#collect()) {
      this.#now = Math.max(this.#now, this.#machine.deadline());
    }
    this.#now = until;
    return this.#heard.splice(0);
  }

  #collect(): void {
    for (let t = this.#machine.transmit(this.#now); t; t = this.#machine.transmit(this.#now)) {
      if (t.to === undefined) this.lan.push(t.packet.slice());
      else this.#heard.push({ ...t, packet: t.packet.slice() });
    }
  }
}
