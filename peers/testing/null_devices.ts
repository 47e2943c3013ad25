/** Devices that do nothing right, or not for long: no verdict may be talked into passing them. */
import type { Endpoint, Machine, Transmission } from "../machine.ts";
import { type Recording, Replayer } from "./replayer.ts";
import { Crasher, LateStarter } from "./unreliable_devices.ts";

/** How a null device behaves. */
export type NullConduct =
  /** Says nothing. */
  | "mute"
  /** Returns every packet to its sender. */
  | "mirror"
  /** Sends copies of whatever comes in to everybody. */
  | "flooder"
  /** A reference peer whose ports open late. */
  | "late_starter"
  /** A reference peer that dies of a packet, and is restarted at once without any memory. */
  | "crasher"
  /** Sends what a conformant device sent in an earlier conversation. */
  | "replayer";

/** The part of any peer's configuration that a null device understands. */
export interface NullConfig {
  wan?: { port: string }[];
  peers?: { wan?: Endpoint[] }[];
}

/** What a null device is made of, besides its conduct. */
export interface NullMeans {
  /** Makes the reference peer of its role, with nothing remembered. */
  reference(): Machine;
  /** Of a late starter the milliseconds, of a crasher the packets, after which it happens. */
  after?: number;
  /** Of a replayer: what a conformant device did in this place. */
  recording?: Recording;
  /** Told when a late starter begins to listen, and when a crasher dies. */
  trace?(event: string, fields: Record<string, unknown>): void;
}

/** Milliseconds for which a late starter is deaf unless told. */
export const LATE = 400;
/** Packet of which a crasher dies unless told. */
const LAST_PACKET = 5;
const COPIES = 2;
/** Packets that a null device answers: a mirror that faces a mirror would never end. */
const MOST_ANSWERED = 20_000;
/** Packets that wait to be sent: nor would a flooder that faces a flooder. */
const MOST_WAITING = 10_000;

class NullMachine implements Machine {
  readonly #answer: (port: string, packet: Uint8Array, from?: Endpoint) => Transmission[];
  readonly #out: Transmission[] = [];
  #answered = 0;

  constructor(answer: (port: string, packet: Uint8Array, from?: Endpoint) => Transmission[]) {
    this.#answer = answer;
  }

  receive(port: string, packet: Uint8Array, _now: number, from?: Endpoint) {
    if (this.#out.length >= MOST_WAITING || this.#answered++ >= MOST_ANSWERED) return;
    this.#out.push(...this.#answer(port, packet.slice(), from));
  }

  transmit(): Transmission | undefined {
    return this.#out.shift();
  }

  deadline(): number {
    return this.#out.length > 0 ? 0 : Infinity;
  }

  instruct() {}
}

/** The null device of a conduct. */
export function nullMachine(
  conduct: NullConduct,
  config: NullConfig,
  { reference, after, recording = [], trace = () => {} }: NullMeans,
): Machine {
  switch (conduct) {
    case "mute":
      return new NullMachine(() => []);
    case "mirror":
      return new NullMachine((port, packet, to) => [{ port, packet, to }]);
    case "flooder":
      return flooder(config);
    case "late_starter":
      return new LateStarter(reference, after ?? LATE, trace);
    case "crasher":
      return new Crasher(reference, after ?? LAST_PACKET, trace);
    case "replayer":
      return new Replayer(recording);
  }
}

function flooder(config: NullConfig): Machine {
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
