import { deepStrictEqual, ok, strictEqual } from "node:assert";
import type { SteeringTable } from "../../peers/machine.ts";
import { sockaddr } from "../kernel/address.ts";
import { Poller } from "../kernel/poll.ts";
import { MAXIMUM_INSTRUCTIONS, steerPort } from "../kernel/steering.ts";
import { UdpSocket } from "../kernel/udp_socket.ts";
import { OWN_LOOPBACK } from "./_testing/own_loopback.ts";
import { compileSteering } from "./steering.ts";

const MATCH = [{ offset: 0, mask: 0xf0, value: 0x10 }, { offset: 1, mask: 0xff, value: 7 }];
const OFFSET = 4;

const PORT = 50_000;

/** Opens a group of sockets on one port, the machine's first. */
function openGroup(sockets: number): UdpSocket[] {
  const options = { address: OWN_LOOPBACK, port: PORT, shared: true };
  return Array.from({ length: sockets }, () => UdpSocket.open(options));
}

function packet(value: bigint, first = 0x1f, second = 7, length = 16): Uint8Array {
  const out = new Uint8Array(16);
  out[0] = first;
  out[1] = second;
  new DataView(out.buffer).setBigUint64(OFFSET, value);
  return out.subarray(0, length);
}

/** Which socket of the group the kernel gives each packet to. */
function destinations(table: SteeringTable | undefined, packets: Uint8Array[]): number[] {
  const group = openGroup(4);
  const source = UdpSocket.open({ address: OWN_LOOPBACK, port: 0 });
  steerPort(group[0].fd, compileSteering(table));
  const poller = new Poller(group.map(({ fd }) => fd));
  const found = packets.map((packet) => {
    ok(source.send(packet, sockaddr(OWN_LOOPBACK, PORT)));
    poller.wait(Infinity);
    const socket = group.findIndex((_, i) => poller.ready(i));
    strictEqual(group[socket].receive(new Uint8Array(64)), packet.length);
    return socket;
  });
  [source, ...group].forEach((socket) => socket.close());
  return found;
}

const table = (entries: [bigint, number][]): SteeringTable => ({
  match: MATCH,
  offset: OFFSET,
  entries: entries.map(([value, core]) => ({ value, core })),
});

Deno.test("the kernel gives every identity to its core, and strangers to the machine", () => {
  const identities = table([
    [0x0000_0000_0000_0001n, 0],
    [0x0000_0000_0000_0002n, 1],
    [0xffff_ffff_0000_0001n, 2],
    [0xffff_ffff_ffff_ffffn, 0],
  ]);
  deepStrictEqual(
    destinations(identities, [
      packet(1n),
      packet(2n),
      packet(0xffff_ffff_0000_0001n),
      packet(0xffff_ffff_ffff_ffffn),
      packet(3n),
      packet(0xffff_ffff_0000_0002n),
      packet(0x0000_0001_0000_0001n),
    ]),
    [1, 2, 3, 1, 0, 0, 0],
  );
});

Deno.test("packets of another kind or too short for an identity go to the machine", () => {
  const identities = table([[1n, 2]]);
  deepStrictEqual(
    destinations(identities, [
      packet(1n, 0x2f),
      packet(1n, 0x1f, 8),
      packet(1n, 0x1f, 7, OFFSET + 7),
      packet(1n, 0x1f, 7, 0),
      packet(1n),
    ]),
    [0, 0, 0, 0, 3],
  );
});

Deno.test("without a table everything goes to the machine", () => {
  deepStrictEqual(destinations(undefined, [packet(1n), packet(2n)]), [0, 0]);
});

Deno.test("a table above the kernel's limit steers what fits and leaves the rest to the machine", () => {
  const many = table(Array.from({ length: 5000 }, (_, i) => [BigInt(i), i % 3]));
  ok(compileSteering(many).length <= MAXIMUM_INSTRUCTIONS);
  deepStrictEqual(destinations(many, [packet(0n), packet(1001n), packet(4999n)]), [1, 3, 0]);
  const scattered = table(Array.from({ length: 5000 }, (_, i) => [BigInt(i) << 32n, i % 3]));
  ok(compileSteering(scattered).length <= MAXIMUM_INSTRUCTIONS);
  deepStrictEqual(destinations(scattered, [packet(5n << 32n), packet(4999n << 32n)]), [3, 0]);
});
