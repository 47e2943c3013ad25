import assert from "node:assert/strict";
import fc from "fast-check";
import { dissectFrom } from "../dissect/dissect.ts";
import type { Layer } from "../dissect/layer.ts";
import {
  ethernetFrame,
  fragment,
  icmpEcho,
  icmpUnreachable,
  ipDatagram,
  TcpFlag,
  tcpSegment,
  udpDatagram,
} from "./build.ts";
import { viewOf } from "./octets.ts";

const PAIRS = [["10.0.0.1", "10.0.0.2"], ["fd00::1", "fd00::2"]] as const;

/** Layers of a datagram; the test fails when any of them has a problem. */
function clean(datagram: Uint8Array): Layer[] {
  const from = { table: "linkType", keys: [101], start: 0, end: datagram.length } as const;
  const layers = dissectFrom(from, datagram, viewOf(datagram));
  for (const layer of layers) assert.equal(layer.problem, undefined, `${layer.name}`);
  return layers.slice(1);
}

function field(layers: Layer[], layer: string, name: string) {
  return layers.find((l) => l.name === layer)?.fields.find((f) => f.name === name);
}

Deno.test("datagrams, segments and echoes of any payload have correct lengths and checksums", () => {
  const payloads = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(fc.constantFrom(...PAIRS), payloads, ([source, destination], payload) => {
      const ends = { source, destination, sourcePort: 1000, destinationPort: 2000, payload };
      const udp = clean(udpDatagram({ ...ends, dscp: 46, ttl: 3, identification: 77 }));
      assert.equal(field(udp, "udp", "checksum")!.meaning, "correct");
      assert.equal(field(udp, "udp", "length")!.value, 8 + payload.length);
      assert.equal(udp[0].fields.find(({ name }) => name === "dscp")!.value, 46);
      const tcp = clean(tcpSegment({ ...ends, sequence: 2 ** 32 - 1, flags: TcpFlag.syn }));
      assert.equal(field(tcp, "tcp", "checksum")!.meaning, "correct");
      assert.equal(field(tcp, "tcp", "sequence")!.value, 2 ** 32 - 1);
      const echo = clean(icmpEcho({ source, destination, identifier: 1, sequence: 2, payload }));
      const name = source.includes(":") ? "icmpv6" : "icmp";
      assert.equal(field(echo, name, "checksum")!.meaning, "correct");
    }),
  );
});

Deno.test("fragments hold every octet of the datagram once, within the MTU", () => {
  const sizes = fc.integer({ min: 1, max: 6000 });
  const mtus = fc.integer({ min: 68, max: 1500 });
  fc.assert(
    fc.property(fc.constantFrom(...PAIRS), sizes, mtus, ([source, destination], size, mtu) => {
      const payload = Uint8Array.from({ length: size }, (_, i) => i * 7);
      const whole = ipDatagram({ source, destination, protocol: 253, payload });
      const pieces = fragment(whole, mtu, 99);
      const back = new Uint8Array(size);
      let filled = 0;
      for (const [i, piece] of pieces.entries()) {
        assert.ok(piece.length <= mtu);
        const layers = clean(piece);
        const header = layers.find(({ fields }) =>
          fields.some((f) => f.name === "fragment_offset")
        );
        const at = Number(header?.fields.find((f) => f.name === "fragment_offset")?.value ?? 0);
        const more = header?.fields.find((f) => f.name === "more_fragments")?.value ?? 0;
        assert.equal(more, i < pieces.length - 1 ? 1 : 0);
        const data = layers.find(({ name }) => name === "data")!;
        back.set(piece.subarray(data.start, data.end), at);
        filled += data.end - data.start;
      }
      assert.equal(filled, size);
      assert.deepEqual(back, payload);
    }),
  );
});

Deno.test("a datagram that fits is left as it is", () => {
  const whole = ipDatagram({
    source: "10.0.0.1",
    destination: "10.0.0.2",
    protocol: 50,
    payload: new Uint8Array(80),
  });
  assert.deepEqual(fragment(whole, 100), [whole]);
  assert.equal(fragment(whole, 99).length, 2);
});

Deno.test("an Ethernet frame announces the IP version of its payload, behind its tag", () => {
  const payload = icmpEcho({
    source: "fd00::1",
    destination: "fd00::2",
    identifier: 1,
    sequence: 1,
  });
  const frame = ethernetFrame({
    destination: "02:00:00:00:00:01",
    source: "02:00:00:00:00:02",
    vlan: 7,
    priority: 3,
    payload,
  });
  assert.deepEqual([...frame.subarray(12, 18)], [0x81, 0x00, 0x60, 0x07, 0x86, 0xdd]);
});

Deno.test("what cannot be sent is refused with the reason", () => {
  const base = { sourcePort: 1, destinationPort: 2, payload: new Uint8Array(0) };
  assert.throws(
    () => udpDatagram({ ...base, source: "10.0.0.1", destination: "fd00::1" }),
    /must be of one version: got 10\.0\.0\.1 and fd00::1/,
  );
  const payload = new Uint8Array(65508);
  assert.throws(
    () => udpDatagram({ ...base, source: "10.0.0.1", destination: "10.0.0.2", payload }),
    /must be at most 65515 octets: got 65516/,
  );
  assert.throws(() => fragment(new Uint8Array(30).fill(0x45), 10), RangeError);
  assert.throws(() => fragment(new Uint8Array(30), 10), TypeError);
});

Deno.test("a Port Unreachable quotes what it answers, and no more than every link carries", () => {
  const payload = new Uint8Array(2000);
  for (
    const [source, destination, type, code, most] of [
      ["10.0.0.1", "10.0.0.2", 3, 3, 576],
      ["fd00::1", "fd00::2", 1, 4, 1280],
    ] as const
  ) {
    const ports = { sourcePort: 1, destinationPort: 2 };
    const asked = udpDatagram({ source: destination, destination: source, ...ports, payload });
    const error = icmpUnreachable({ source, destination, datagram: asked });
    const at = source.includes(":") ? 40 : 20;
    assert.deepEqual([error[at], error[at + 1], error.length], [type, code, most]);
    assert.deepEqual(error.subarray(at + 8), asked.subarray(0, most - at - 8));
    const name = source.includes(":") ? "icmpv6" : "icmp";
    assert.equal(field(clean(error), name, "checksum")!.meaning, "correct");
  }
});
