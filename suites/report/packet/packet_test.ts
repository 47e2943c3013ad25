import assert from "node:assert/strict";
import { udpDatagram } from "../../../captures/wire/build.ts";
import type { Frame } from "../../../captures/frame.ts";
import { hexLines } from "./hex.ts";
import { packetOf, timeText } from "./packet.ts";
import { packetSize } from "./size.ts";

function frameOf(octets: Uint8Array, offset = 0): Frame {
  const bytes = new Uint8Array(offset + octets.length);
  bytes.set(octets, offset);
  return {
    ...{ number: 3, bytes, view: new DataView(bytes.buffer), start: offset, end: bytes.length },
    ...{ originalLength: octets.length, seconds: 0, nanoseconds: 5, linkType: 101, interfaceId: 0 },
  };
}

const DATAGRAM = udpDatagram({
  ...{ source: "10.0.0.1", destination: "10.0.0.2", sourcePort: 0x1234, destinationPort: 9 },
  payload: new Uint8Array(300),
});

Deno.test("the octets of a field are counted from the beginning of its frame", () => {
  const packet = packetOf("wan", frameOf(DATAGRAM, 77), 64);
  const port = packet.layers.find(({ name }) => name === "udp")!.fields
    .find(({ name }) => name === "source_port")!;
  assert.deepEqual([...packet.octets.subarray(port.start, port.end)], [0x12, 0x34]);
  assert.equal(packet.octets.length, 64);
  assert.equal(packet.length, 328);
  assert.match(packet.brief, /^4660 > 9 UDP/);
});

Deno.test("any cut of a packet is shown as far as it goes", () => {
  for (let length = 0; length <= 64; length++) {
    const packet = packetOf("wan", frameOf(DATAGRAM.slice(0, length)), 2048);
    assert.equal(packet.octets.length, length);
    for (const { start, end } of packet.layers.flatMap(({ fields }) => fields)) {
      assert.ok(0 <= start && start <= end && end <= length);
    }
  }
});

Deno.test("a hex dump shows offset, values and characters", () => {
  assert.deepEqual(hexLines(new Uint8Array([0x41, 0, 0xff])), [
    `0000  ${"41 00 ff".padEnd(47)}  A..`,
  ]);
});

Deno.test("times are shown to the nanosecond, also those that no calendar has", () => {
  assert.equal(timeText(0, 5), "1970-01-01T00:00:00.000000005Z");
  assert.equal(timeText(1e15, 0), "1000000000000000.000000000 s");
});

Deno.test("the size of a packet is known beforehand", () => {
  const small = packetSize(packetOf("wan", frameOf(DATAGRAM), 0));
  const large = packetSize(packetOf("wan", frameOf(DATAGRAM), 300));
  assert.ok(large - small > 300 * 4);
});
