import type { TcpStimulus, TransferOutcome } from "../../../suites/kit/scenario.ts";
import type { Topology } from "../../../suites/kit/topology.ts";
import { inNamespace, namespacePath } from "../../kernel/thread.ts";
import { TcpSocket } from "../../kernel/tcp_socket.ts";
import { addressOf } from "./host_sockets.ts";
import type { Reactor } from "./reactor.ts";

/** Milliseconds without an octet moving after which a transfer is given up. */
const STALL = 20_000;
const CHUNK = 65_536;

/** The octet at a place of the stream, the same as in the memory world. */
const octetAt = (place: number) => (place * 131 + (place >> 8)) & 255;

/** One end of a connection: sends so many octets, and checks what comes against the other's. */
class TransferEnd {
  sent = 0;
  received = 0;
  intact = true;
  /** Both directions have ended. */
  closed = false;
  #out = new Uint8Array(CHUNK);
  #in = new Uint8Array(CHUNK);
  #finished = false;
  #ended = false;

  constructor(
    readonly socket: TcpSocket,
    readonly octets: number,
    readonly reactor: Reactor,
    readonly moved: () => void,
  ) {
    reactor.watch(socket.fd, () => this.#move(), true);
  }

  /** Ends this end, whatever state it is in. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.reactor.forget(this.socket.fd);
    this.socket.close();
    this.moved();
  }

  #move(): void {
    if (this.closed) return;
    this.#write();
    this.#read();
    if (this.#finished && this.#ended) return this.close();
    this.moved();
  }

  #write(): void {
    while (this.sent < this.octets) {
      const length = Math.min(CHUNK, this.octets - this.sent);
      for (let i = 0; i < length; i++) this.#out[i] = octetAt(this.sent + i);
      const taken = this.socket.write(this.#out.subarray(0, length));
      if (taken <= 0) return;
      this.sent += taken;
    }
    if (this.#finished) return;
    this.#finished = true;
    this.socket.finish();
    // From here on only reading is awaited: a socket is always ready to be written.
    this.reactor.watch(this.socket.fd, () => this.#move(), false);
  }

  #read(): void {
    for (;;) {
      const length = this.socket.read(this.#in);
      if (length < 0) {
        if (this.socket.failure() !== 0) this.#ended = this.#finished = true;
        return;
      }
      if (length === 0) {
        this.#ended = true;
        return;
      }
      for (let i = 0; i < length; i++) {
        if (this.#in[i] !== octetAt(this.received + i)) this.intact = false;
      }
      this.received += length;
    }
  }
}

/** Transfers over a real connection and waits until both ends have closed. */
export async function transferTcp(
  topology: Topology,
  reactor: Reactor,
  { flow, octets, octetsBack = 0 }: TcpStimulus,
): Promise<TransferOutcome> {
  const version = flow.family ?? 4;
  const to = { address: addressOf(topology, flow.to, version), port: flow.destinationPort };
  const from = { address: addressOf(topology, flow.from, version), port: flow.sourcePort };
  const ends: TransferEnd[] = [];
  let last = performance.now();
  const over = Promise.withResolvers<void>();
  const moved = () => {
    last = performance.now();
    if (ends.length === 2 && ends.every((end) => end.closed)) over.resolve();
  };
  const listening = inNamespace(
    namespacePath(flow.to),
    () => TcpSocket.listen(to.address, to.port, flow.dscp),
  );
  reactor.watch(listening.fd, () => {
    const caller = listening.accept();
    if (caller === undefined) return;
    if (ends.length < 2) ends.push(new TransferEnd(caller, octetsBack, reactor, moved));
    else caller.close();
  });
  const socket = inNamespace(
    namespacePath(flow.from),
    () => TcpSocket.connect(from, to, flow.dscp),
  );
  ends.push(new TransferEnd(socket, octets, reactor, moved));
  const timer = setInterval(() => performance.now() - last > STALL && over.resolve(), 500);
  await over.promise;
  clearInterval(timer);
  reactor.forget(listening.fd);
  listening.close();
  ends.forEach((end) => end.close());
  const [client, server] = ends;
  const received = (server?.received ?? 0) + client.received;
  const sent = octets + octetsBack;
  return { sent, received, intact: received === sent && ends.every((end) => end.intact) };
}
