import { Buffer } from "node:buffer";
import type { TcpStimulus, TransferOutcome } from "../../../suites/kit/scenario.ts";
import type { Host } from "./host.ts";
import type { Scheduler } from "./scheduler.ts";
import { type TcpAddress, TcpEnd } from "./tcp.ts";

/** What a transfer needs of its world. */
interface PeerEnvironment {
  scheduler: Scheduler;
  random(): number;
}

/** One transfer over one connection, from its first segment on. */
export class TcpTransfer {
  readonly #forth: Uint8Array;
  readonly #back: Uint8Array;
  readonly #client: TcpEnd;
  readonly #server: TcpEnd;

  constructor(
    { flow, octets, octetsBack = 0 }: TcpStimulus,
    from: Host,
    to: Host,
    environment: PeerEnvironment,
  ) {
    const { family = 4, dscp } = flow;
    const near = { address: from.address(family), port: flow.sourcePort };
    const far = { address: to.address(family), port: flow.destinationPort };
    const address = (own: typeof near, other: typeof near): TcpAddress => ({
      ...{ source: own.address, sourcePort: own.port, family, dscp },
      ...{ destination: other.address, destinationPort: other.port },
    });
    this.#forth = octetsOf(octets);
    this.#back = octetsOf(octetsBack);
    this.#client = connect(from, address(near, far), this.#forth, environment);
    this.#server = connect(to, address(far, near), this.#back, environment);
    this.#client.open();
  }

  /** Both ends have closed. */
  get closed(): boolean {
    return this.#client.closed && this.#server.closed;
  }

  /** What has been achieved so far. */
  outcome(): TransferOutcome {
    return {
      sent: this.#forth.length + this.#back.length,
      received: this.#server.received + this.#client.received,
      intact: same(this.#server.collected, this.#forth) &&
        same(this.#client.collected, this.#back),
    };
  }
}

/** Makes a host's end of a connection. */
function connect(
  host: Host,
  address: TcpAddress,
  outgoing: Uint8Array,
  { scheduler, random }: PeerEnvironment,
): TcpEnd {
  const [{ tso, mtu }] = host.node.interfaces;
  const initial = Math.floor(random() * 2 ** 32);
  const send = (datagram: Uint8Array) => host.node.send(datagram);
  const end = new TcpEnd(
    { ...address, ...(tso && { tso: mtu }) },
    outgoing,
    scheduler,
    send,
    initial,
  );
  host.ends.set(`${address.sourcePort}|${address.destination}|${address.destinationPort}`, end);
  return end;
}

function octetsOf(length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let i = 0; i < length; i++) out[i] = i * 131 + (i >> 8) & 255;
  return out;
}

function same(chunks: readonly Uint8Array[], whole: Uint8Array): boolean {
  let at = 0;
  for (const chunk of chunks) {
    const expected = whole.subarray(at, at + chunk.length);
    if (Buffer.compare(chunk, expected) !== 0) return false;
    at += chunk.length;
  }
  return at === whole.length;
}
