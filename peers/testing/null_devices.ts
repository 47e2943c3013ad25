/** Devices that do nothing right: a check that one of them passes is no check. */
import type { Endpoint, Machine, Transmission } from "../machine.ts";

/** How a null device behaves. */
export type NullConduct = "mute" | "mirror" | "flooder";

/** The part of any peer's configuration that a null device understands. */
export interface NullConfig {
  wan?: { port: string }[];
  peers?: { wan?: Endpoint[] }[];
}

const COPIES = 2;

class NullMachine implements Machine {
  readonly #answer: (port: string, packet: Uint8Array, from?: Endpoint) => Transmission[];
  readonly #out: Transmission[] = [];

  constructor(answer: (port: string, packet: Uint8Array, from?: Endpoint) => Transmission[]) {
    this.#answer = answer;
  }

  receive(port: string, packet: Uint8Array, _now: number, from?: Endpoint) {
    // A flooder facing a flooder would never end: each device bounds what it holds.
    if (this.#out.length < 10_000) this.#out.push(...this.#answer(port, packet.slice(), from));
  }

  transmit(): Transmission | undefined {
    return this.#out.shift();
  }

  deadline(): number {
    return this.#out.length > 0 ? 0 : Infinity;
  }

  instruct() {}
}

/** A mute device, a mirror that returns every packet, or one that floods copies to everybody. */
export function nullMachine(conduct: NullConduct, config: NullConfig): Machine {
  if (conduct === "mute") return new NullMachine(() => []);
  if (conduct === "mirror") {
    return new NullMachine((port, packet, to) => [{ port, packet, to }]);
  }
  const remotes = (config.peers ?? []).flatMap((peer) => peer.wan ?? []);
  const everywhere = (packet: Uint8Array): Transmission[] => [
    { port: "lan", packet },
    ...(config.wan ?? []).flatMap(({ port }) => remotes.map((to) => ({ port, packet, to }))),
  ];
  return new NullMachine((port, packet) =>
    port === "lan"
      ? everywhere(packet).filter((t) => t.port !== "lan")
      : Array.from({ length: COPIES }, () => ({ port: "lan", packet }))
  );
}
