/** A suite whose peer misses a deadline while it is at work, for the tests of its host. */
import type { Endpoint, Machine, PeerEnvironment, Transmission } from "../../../peers/machine.ts";
import { testSuite } from "../../../suites/_testing/test_suite.ts";

/** Milliseconds after which it asks to be called, and for which a packet then keeps it. */
export const DUE_AFTER = 10, HELD_UP = 60;

/** Sends itself one packet when told to, which takes it long, and is to be called meanwhile. */
class HeldUp implements Machine {
  #out: Transmission[] = [];
  #due = Infinity;
  readonly #own: Endpoint;

  constructor({ wan }: Record<string, unknown>, readonly environment: PeerEnvironment) {
    const [{ address, udp }] = wan as { address: string; udp: number }[];
    this.#own = { address, port: udp };
  }
  receive() {
    const until = performance.now() + HELD_UP;
    while (performance.now() < until);
    this.environment.trace("received", {});
  }
  transmit(now: number) {
    if (now >= this.#due) this.#due = Infinity;
    return this.#out.shift();
  }
  deadline() {
    return this.#due;
  }
  instruct(_: unknown, now: number) {
    this.#due = now + DUE_AFTER;
    this.#out.push({ port: "wan0", packet: new Uint8Array(8), to: this.#own });
  }
}

/** For the host. */
export const SUITES = {
  held_up: {
    ...testSuite([]),
    name: "held_up",
    peer: (_role: string, config: Record<string, unknown>, environment: PeerEnvironment) =>
      new HeldUp(config, environment),
  },
};
