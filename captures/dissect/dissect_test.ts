import assert from "node:assert/strict";
import fc from "fast-check";
import { emptyFrame } from "../file/format_reader.ts";
import {
  ethernetFrame,
  fragment,
  icmpEcho,
  ipDatagram,
  TcpFlag,
  tcpSegment,
  udpDatagram,
} from "../wire/build.ts";
import { sumAddresses4 } from "../wire/checksum.ts";
import * as gre from "../wire/gre.ts";
import { put16, viewOf } from "../wire/octets.ts";
import { describe } from "./describe.ts";
import { DEFECT, dissect, dissectFrom } from "./dissect.ts";
import type { Layer } from "./layer.ts";

const ENDS = {
  source: "10.0.0.1",
  destination: "10.0.0.2",
  sourcePort: 1000,
  destinationPort: 2000,
};

function layersOf(octets: Uint8Array, linkType = 101, originalLength = octets.length): Layer[] {
  return dissect({
    ...emptyFrame(),
    bytes: octets,
    view: viewOf(octets),
    end: octets.length,
    originalLength,
    linkType,
  });
}

function names(layers: Layer[]): string {
  return layers.map(({ name }) => name).join(" ");
}

function checksumMeaning(layers: Layer[], name: string): string | undefined {
  return layers.find((layer) => layer.name === name)?.fields
    .find((field) => field.name === "checksum")?.meaning;
}

Deno.test("a tagged frame is dissected to its payload and its padding", () => {
  const payload = udpDatagram({ ...ENDS, payload: Uint8Array.of(1, 2, 3) });
  const mac = "02:00:00:00:00:01";
  const frame = ethernetFrame({ destination: mac, source: mac, vlan: 7, payload });
  const padded = new Uint8Array(60);
  padded.set(frame);
  const layers = layersOf(padded, 1);
  assert.equal(names(layers), "ethernet vlan ipv4 udp data padding");
  assert.deepEqual(layers.map(({ start, end }) => [start, end]), [
    [0, 14],
    [14, 18],
    [18, 38],
    [38, 46],
    [46, 49],
    [49, 60],
  ]);
  assert.ok(layers.every(({ problem }) => problem === undefined));
});

Deno.test("a tunnel in a tunnel is dissected layer by layer", () => {
  const inner = tcpSegment({ ...ENDS, sequence: 1, flags: TcpFlag.syn });
  const header = gre.encode(
    gre.withChecksum({ flags: gre.GreFlag.key, version: 0, protocol: 0x0800, key: 5 }, inner),
  );
  const payload = new Uint8Array([...header, ...inner]);
  const { source, destination } = { source: "fd00::1", destination: "fd00::2" };
  const outer = ipDatagram({ source, destination, protocol: 47, payload });
  const layers = layersOf(outer);
  assert.equal(names(layers), "raw ipv6 gre ipv4 tcp");
  assert.equal(checksumMeaning(layers, "gre"), "correct");
  assert.equal(
    describe(layers),
    "IP6 fd00::1 > fd00::2: GREv0, key 0x00000005, proto 0x0800 (IPv4) " +
      "IP 10.0.0.1.1000 > 10.0.0.2.2000: Flags [S], seq 1, win 65535, length 0",
  );
});

Deno.test("what is not dissected is named, and not called a problem", () => {
  const { source, destination } = ENDS;
  const layers = layersOf(
    ipDatagram({ source, destination, protocol: 89, payload: new Uint8Array(4) }),
  );
  assert.equal(layers.at(-1)!.note, "IP protocol 89 (OSPF) is not dissected");
  assert.equal(
    describe(layers),
    "IP 10.0.0.1 > 10.0.0.2: 4 octets [IP protocol 89 (OSPF) is not dissected]",
  );
  assert.equal(
    describe(layersOf(new Uint8Array(5), 999)),
    "5 octets [link type 999 is not dissected]",
  );
});

Deno.test("a wrong checksum is a problem, and one left to the network card is none", () => {
  const datagram = udpDatagram({ ...ENDS, payload: Uint8Array.of(1, 2, 3, 4) });
  const wrong = datagram.slice();
  wrong[wrong.length - 1] ^= 1;
  assert.equal(layersOf(wrong).find(({ name }) => name === "udp")!.problem, "checksum is wrong");
  const offloaded = datagram.slice();
  put16(offloaded, 26, (sumAddresses4(offloaded, viewOf(offloaded), 0) + 17 + 12) % 0xffff);
  assert.equal(checksumMeaning(layersOf(offloaded), "udp"), "left to the network card");
  put16(offloaded, 26, 0);
  assert.equal(checksumMeaning(layersOf(offloaded), "udp"), "none");
  const header = datagram.slice();
  header[8] ^= 1;
  assert.match(describe(layersOf(header)), /\[header checksum is wrong\]/);
});

Deno.test("a capture that is cut short verifies no checksum and says what is missing", () => {
  const datagram = udpDatagram({ ...ENDS, payload: new Uint8Array(100) });
  const layers = layersOf(datagram.subarray(0, 60), 101, datagram.length);
  assert.equal(checksumMeaning(layers, "udp"), "not verified: the capture is cut short");
  assert.ok(layers.every(({ problem }) => problem === undefined));
  assert.equal(layers.at(-1)!.note, "the capture kept 60 of 128 octets");
  assert.match(describe(layers), /UDP, length 100/);
});

Deno.test("fragments and quoted datagrams are not blamed for what they lack", () => {
  const whole = icmpEcho({ ...ENDS, identifier: 1, sequence: 2, payload: new Uint8Array(3000) });
  for (const piece of fragment(whole, 1400)) {
    assert.ok(layersOf(piece).every(({ problem }) => problem === undefined));
  }
  const quoted = udpDatagram({ ...ENDS, payload: new Uint8Array(500) }).subarray(0, 28);
  const payload = new Uint8Array(8 + quoted.length);
  payload[0] = 3;
  payload[1] = 3;
  payload.set(quoted, 8);
  const { source, destination } = ENDS;
  const layers = layersOf(ipDatagram({ source, destination, protocol: 1, payload }));
  assert.equal(names(layers), "raw ipv4 icmp ipv4 udp");
  assert.deepEqual(layers.map(({ problem }) => problem).filter(Boolean), ["checksum is wrong"]);
});

Deno.test("every truncation of a packet is named as such", () => {
  const mac = "02:00:00:00:00:01";
  const payload = tcpSegment({ ...ENDS, sequence: 1, flags: TcpFlag.ack });
  const frame = ethernetFrame({ destination: mac, source: mac, vlan: 3, payload });
  for (let length = 0; length < frame.length; length++) {
    const problems = layersOf(frame.slice(0, length), 1).map(({ problem }) => problem ?? "");
    assert.match(problems.join(), /cut short|exceeds/, `${length} octets`);
  }
});

Deno.test("no octets make the dissector throw, lie about offsets, or go on for ever", () => {
  const linkTypes = fc.constantFrom(0, 1, 9, 50, 51, 101, 104, 113, 166, 276);
  fc.assert(
    fc.property(linkTypes, fc.uint8Array({ maxLength: 200 }), (linkType, octets) => {
      if (linkType === 101 && octets.length > 0) octets[0] = octets[0] & 1 ? 0x45 : 0x60;
      const layers = layersOf(octets, linkType);
      for (const { start, end, fields, problem } of layers) {
        assert.ok(start <= end && end <= octets.length);
        assert.ok(fields.every((field) => field.start >= start && field.end <= octets.length));
        assert.ok(!problem?.startsWith(DEFECT), problem);
      }
      assert.ok(!/[^\x20-\x7e…]/.test(describe(layers)));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("a datagram without a frame can be dissected from where it begins", () => {
  const bytes = new Uint8Array([9, 9, ...udpDatagram({ ...ENDS, payload: new Uint8Array(0) })]);
  const from = { table: "etherType", keys: [0x0800], start: 2, end: bytes.length } as const;
  assert.equal(names(dissectFrom(from, bytes, viewOf(bytes))), "ipv4 udp");
});

Deno.test("control characters of a packet cannot reach a terminal", () => {
  const layer: Layer = {
    name: "device",
    start: 0,
    end: 1,
    fields: [{ name: "host", value: "a\u001b[2J\n\u202eb", start: 0, end: 1 }],
  };
  assert.equal(describe([layer]), "device host=a\\u{1b}[2J\\u{a}\\u{202e}b");
});
