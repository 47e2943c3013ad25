/** A suite whose peer sends to itself without an end, for the tests of its host. */
import type { Endpoint, Machine, PeerEnvironment, Transmission } from "../../../peers/machine.ts";
import { testSuite } from "../../../suites/_testing/test_suite.ts";

/** Sends itself 100 packets when told to, and each of them again whenever it comes back. */
class Endless implements Machine {
  #out: Transmission[] = [];
  readonly #own: Endpoint;

  constructor({ wan }: Record<string, unknown>, readonly environment: PeerEnvironment) {
    const [{ address, udp }] = wan as { address: string; udp: number }[];
    this.#own = { address, port: udp };
  }
  receive() {
    this.#send();
  }
  transmit() {
    return this.#out.shift();
  }
  deadline() {
    return Infinity;
  }
  instruct() {
    this.environment.trace("told", {});
    for (let i = 0; i < 100; i++) this.#send();
  }
  claims() {
    return [];
  }
  #send() {
    this.#out.push({ port: "wan0", packet: new Uint8Array(8), to: this.#own });
  }
}

/** For the host. */
export const SUITES = {
  endless: {
    ...testSuite([]),
    name: "endless",
    peer: (_role: string, config: Record<string, unknown>, environment: PeerEnvironment) =>
      new Endless(config, environment),
  },
};
