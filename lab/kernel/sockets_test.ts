import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert";
import { endpointOf, sockaddr } from "./address.ts";
import {
  closeDescriptor,
  messagePair,
  openDescriptor,
  sendMessage,
  takeMessage,
  WakeupFd,
} from "./descriptor.ts";
import { Poller } from "./poll.ts";
import { getOption } from "./options.ts";
import { TcpSocket } from "./tcp_socket.ts";
import {
  currentProcessor,
  pinThread,
  processDescriptor,
  processorCount,
  threadId,
} from "./thread.ts";
import { UdpSocket } from "./udp_socket.ts";

const portOf = (socket: UdpSocket, probe: UdpSocket): number => {
  // A datagram from the socket tells its port without another system call.
  ok(socket.send(new Uint8Array(1), sockaddr("127.0.0.1", probePort(probe))));
  new Poller([probe.fd]).wait(Infinity);
  probe.receive(new Uint8Array(1));
  return probe.sender().port;
};

let nextPort = 40_000 + Deno.pid % 10_000;
const ports = new Map<UdpSocket, number>();

function openProbe(): UdpSocket {
  for (;;) {
    const port = nextPort++;
    try {
      const socket = UdpSocket.open({ address: "127.0.0.1", port });
      ports.set(socket, port);
      return socket;
    } catch {
      // Taken by somebody else: try the next one.
    }
  }
}

const probePort = (socket: UdpSocket) => ports.get(socket)!;

Deno.test("socket addresses of both IP versions come back as they went", () => {
  for (const address of ["192.0.2.7", "2001:db8::7"]) {
    deepStrictEqual(endpointOf(sockaddr(address, 49600)), { address, port: 49600 });
  }
});

Deno.test("a UDP socket carries datagrams and says who sent them", () => {
  const a = openProbe();
  const b = UdpSocket.open({ address: "127.0.0.1", port: 0 });
  const port = portOf(b, a);
  ok(a.send(Uint8Array.of(1, 2, 3), sockaddr("127.0.0.1", port)));
  new Poller([b.fd]).wait(Infinity);
  const into = new Uint8Array(16);
  strictEqual(b.receive(into), 3);
  deepStrictEqual([...into.subarray(0, 3)], [1, 2, 3]);
  deepStrictEqual(b.sender(), { address: "127.0.0.1", port: probePort(a) });
  strictEqual(b.receive(into), -1, "an empty socket has nothing");
  a.close();
  b.close();
});

Deno.test("a socket that cannot be bound says why in the kernel's words", () => {
  throws(
    () => UdpSocket.open({ address: "192.0.2.1", port: 1 }),
    /Cannot bind UDP 192\.0\.2\.1 port 1: .+ \(errno \d+\)/,
  );
});

Deno.test("a DSCP is set in the upper six bits of the traffic class", () => {
  const socket = UdpSocket.open({ address: "127.0.0.1", port: 0, dscp: 46 });
  strictEqual(getOption(socket.fd, "IP_TOS", 4)[0], 46 << 2);
  socket.close();
});

Deno.test("TCP carries a stream and ends it", () => {
  let listening: TcpSocket | undefined;
  let port = nextPort;
  while (listening === undefined) {
    try {
      listening = TcpSocket.listen("127.0.0.1", port = nextPort++);
    } catch {
      // Taken.
    }
  }
  const client = TcpSocket.connect({ address: "127.0.0.1", port: 0 }, {
    address: "127.0.0.1",
    port,
  });
  new Poller([listening.fd]).wait(Infinity);
  const server = listening.accept()!;
  new Poller([{ fd: client.fd, write: true }]).wait(Infinity);
  strictEqual(client.failure(), 0);
  strictEqual(client.write(Uint8Array.of(9, 8)), 2);
  client.finish();
  const into = new Uint8Array(8);
  new Poller([server.fd]).wait(Infinity);
  strictEqual(server.read(into), 2);
  new Poller([server.fd]).wait(Infinity);
  strictEqual(server.read(into), 0);
  [client, server, listening].forEach((socket) => socket.close());
});

Deno.test("a message pair keeps boundaries and order", () => {
  const [near, far] = messagePair();
  sendMessage(near, Uint8Array.of(1));
  sendMessage(near, Uint8Array.of(2, 2));
  const into = new Uint8Array(8);
  deepStrictEqual([takeMessage(far, into), takeMessage(far, into), takeMessage(far, into)], [
    1,
    2,
    -1,
  ]);
  closeDescriptor(near);
  closeDescriptor(far);
});

Deno.test("a wakeup descriptor wakes a waiting poller, which tells who was ready", async () => {
  const silent = new WakeupFd();
  const wakeup = new WakeupFd();
  const poller = new Poller([silent.fd, wakeup.fd]);
  strictEqual(poller.wait(0), 0);
  const woken = poller.waitAsync(Infinity);
  wakeup.wake();
  strictEqual(await woken, 1);
  deepStrictEqual([poller.ready(0), poller.ready(1)], [false, true]);
  wakeup.clear();
  strictEqual(poller.wait(0), 0);
  silent.close();
  wakeup.close();
});

Deno.test("a file that is not there is refused by name", () => {
  throws(() => openDescriptor("/nowhere/at/all"), (error: Error) => {
    match(error.message, /Cannot open \/nowhere\/at\/all: .+ \(errno 2\)/);
    return true;
  });
});

Deno.test("a thread can be pinned to each processor, and says where it runs", async () => {
  const code = `
    import { currentProcessor, pinThread, processorCount, threadId } from "${new URL(
    "./thread.ts",
    import.meta.url,
  )}";
    for (let i = 0; i < processorCount(); i++) {
      pinThread(i);
      if (currentProcessor() !== i) throw new Error("runs elsewhere");
    }
    self.postMessage(threadId());`;
  const url = URL.createObjectURL(new Blob([code], { type: "application/typescript" }));
  const worker = new Worker(url, { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(event.message));
  };
  const other = await promise;
  worker.terminate();
  URL.revokeObjectURL(url);
  ok(other !== threadId());
  ok(currentProcessor() < processorCount());
  throws(() => pinThread(1023), /Cannot pin a thread to processor 1023/);
});

Deno.test("the end of a process can be waited for", async () => {
  const child = new Deno.Command("cat", { stdin: "piped", stdout: "null" }).spawn();
  const fd = processDescriptor(child.pid)!;
  const poller = new Poller([fd]);
  strictEqual(poller.wait(0), 0);
  await child.stdin.close();
  await child.status;
  strictEqual(poller.wait(Infinity), 1);
  closeDescriptor(fd);
  strictEqual(processDescriptor(child.pid), undefined);
});
