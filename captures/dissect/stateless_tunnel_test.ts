/** What the dissectors say of stateless tunnels and of the segments that offloads make in them. */
import assert from "node:assert/strict";
import { golden } from "../_testing/golden.ts";
import { emptyFrame } from "../file/format_reader.ts";
import { tcpSegment } from "../wire/build.ts";
import { buildOpaque } from "../wire/build_opaque.ts";
import {
  buildSegment,
  fillIpChecksums,
  fillLengths,
  fillPartialTcpChecksum,
  layOutSegment,
  type Segment,
} from "../wire/build_segment.ts";
import { put16, viewOf } from "../wire/octets.ts";
import { OPAQUE_FORMATS, type OpaqueFormatName } from "../wire/opaque.ts";
import { sequenceOf, STT_PORT } from "../wire/stt.ts";
import { describe } from "./describe.ts";
import { DEFECT, dissect } from "./dissect.ts";
import type { Layer } from "./layer.ts";

const FOUR = { source: "10.0.0.1", destination: "10.0.0.2" };
const SIX = { source: "2001:db8::1", destination: "2001:db8::2" };
const PORTS = { sourcePort: 1000, destinationPort: 80, sequence: 7 };
const PAYLOAD = Uint8Array.of(1, 2, 3);

/** Layers of a datagram, which is dissected in every truncation as well. */
function layersOf(bytes: Uint8Array): Layer[] {
  let layers: Layer[] = [];
  for (let end = 0; end <= bytes.length; end++) {
    const part = bytes.slice(0, end);
    const there = { bytes: part, view: viewOf(part), end, originalLength: bytes.length };
    layers = dissect({ ...emptyFrame(), ...there, linkType: 101 });
    assert.ok(layers.every((layer) => layer.start <= layer.end && layer.end <= end));
    assert.ok(layers.every(({ problem }) => !problem?.startsWith(DEFECT)));
  }
  return layers;
}

const names = (layers: Layer[]) => layers.map(({ name }) => name).join(" ");
const problems = (layers: Layer[]) => layers.flatMap(({ problem }) => problem ?? []);
const notes = (layers: Layer[]) => layers.flatMap(({ note }) => note ?? []);
const valueOf = (layers: Layer[], layer: string, field: string) =>
  layers.find(({ name }) => name === layer)?.fields.find(({ name }) => name === field)?.value;

const MIDDLE: Readonly<Record<OpaqueFormatName, string>> = {
  ...{ gre: "gre", gre_adjusted: "gre", gre_plain: "gre", gre_checksum: "gre", gre_key: "gre" },
  ...{ nvgre: "gre ethernet", udp_slots: "udp tunnel_slots" },
  ...{ udp_slots_adjusted: "udp tunnel_slots", vxlan: "udp vxlan ethernet" },
  ...{ geneve: "udp geneve ethernet", ipip: "", ip6ip: "" },
};

for (const name of Object.keys(OPAQUE_FORMATS) as OpaqueFormatName[]) {
  Deno.test(`a segment in ${name} is dissected down to TCP, without a problem`, () => {
    for (const inner of [FOUR, SIX]) {
      const family = inner === SIX ? 6 : 4;
      if (name === (family === 6 ? "ipip" : "ip6ip")) continue;
      for (const outer of [FOUR, SIX]) {
        const values = {
          family,
          key: 0x1cafe,
          networkId: 42,
          sourceSlot: 1,
          targetSlot: 2,
        } as const;
        const segment: Segment = {
          ...{ ...PORTS, ip: inner, payload: PAYLOAD },
          tunnel: { format: OPAQUE_FORMATS[name], ip: outer, opaque: buildOpaque(name, values) },
        };
        const layers = layersOf(buildSegment(segment)),
          ip = (ends: unknown) => ends === SIX ? 6 : 4;
        const expected = `raw ipv${ip(outer)} ${MIDDLE[name]} ipv${ip(inner)} tcp data`;
        assert.equal(names(layers), expected.replace("  ", " "));
        assert.deepEqual(problems(layers), []);
        // What a host leaves to its card is no fault of the packet.
        const layout = layOutSegment(segment);
        fillLengths(layout);
        fillIpChecksums(layout);
        for (const withLength of [true, false]) {
          fillPartialTcpChecksum(layout, withLength);
          const tcp = layersOf(layout.bytes).find((layer) => layer.name === "tcp")!;
          assert.equal(tcp.problem, undefined);
          const checksum = tcp.fields.find((field) => field.name === "checksum");
          assert.equal(checksum?.meaning, "left to the network card");
        }
      }
    }
  });
}

Deno.test("the flow ids of both formats of the source are shown", () => {
  const built = (name: OpaqueFormatName) =>
    layersOf(buildSegment({
      ...{ ...PORTS, ip: FOUR },
      tunnel: {
        ...{ format: OPAQUE_FORMATS[name], ip: FOUR },
        opaque: buildOpaque(name, { key: 0x1cafe, networkId: 42, sourceSlot: 1, targetSlot: 2 }),
      },
    }));
  const gre = built("gre");
  assert.equal(valueOf(gre, "gre", "flow_id"), 0xcafe);
  assert.deepEqual(notes(gre), ["checksum is 0, as stateless tunnels leave it"]);
  assert.equal(valueOf(built("gre_key"), "gre", "flow_id"), undefined);
  assert.match(describe(built("udp_slots")), /Slots 1 > 2, network 42 IP 10\.0\.0\.1\.1000 > /);
});

Deno.test("a GRE checksum that is wrong and not zero is a problem", () => {
  const opaque = buildOpaque("gre", { checksum: 0x1234 });
  const tunnel = { format: OPAQUE_FORMATS.gre, ip: FOUR, opaque };
  const layers = layersOf(buildSegment({ ...PORTS, ip: FOUR, tunnel }));
  assert.deepEqual(problems(layers), ["checksum is wrong"]);
});

Deno.test("slots are entered behind a UDP length that all packets of a stream share", () => {
  for (const length of [0, 30, 2000]) {
    const opaque = buildOpaque("udp_slots", { length });
    const tunnel = { format: OPAQUE_FORMATS.udp_slots, ip: FOUR, opaque };
    const layers = layersOf(buildSegment({ ...PORTS, ip: FOUR, tunnel, payload: PAYLOAD }));
    assert.equal(names(layers), "raw ipv4 udp tunnel_slots ipv4 tcp data");
    assert.deepEqual(problems(layers), []);
    const note = `length ${length} is that of another packet of its tunnel`;
    assert.deepEqual(notes(layers), length === 0 ? [] : [note]);
  }
});

Deno.test("what is no datagram with slots is none, though it is sent to their port", () => {
  const opaque = buildOpaque("udp_slots_adjusted");
  const tunnel = { format: OPAQUE_FORMATS.udp_slots_adjusted, ip: FOUR, opaque };
  const bytes = buildSegment({ ...PORTS, ip: FOUR, tunnel });
  for (const first of [0x55, 0x44]) {
    bytes[40] = first;
    assert.equal(names(layersOf(bytes)), "raw ipv4 udp data");
  }
  for (const length of [36, 40]) {
    const cut = bytes.slice(0, length);
    put16(cut, 2, length);
    put16(cut, 24, length - 20);
    assert.equal(names(layersOf(cut)), "raw ipv4 udp data");
  }
});

const HEADER = golden(`
  00 0c 22 00  # Version, Flags: TCP and IPv4, L4 Offset, Reserved
  05a8 b00a    # Maximum Segment Size, PCP 5, V 1, VLAN ID 10
  000000000000002a  # Context ID
  0000`);
const ETHERNET = golden("020000000002 020000000001 0800");
const FRAME = Uint8Array.of(
  ...HEADER,
  ...ETHERNET,
  ...tcpSegment({ ...FOUR, ...PORTS, flags: 0x10, payload: new Uint8Array(100) }),
);

/** A segment of STT that has these octets of the frame. */
function stt(start: number, end: number, over: Partial<{ flags: number; sequence: number }> = {}) {
  return tcpSegment({
    ...{ ...FOUR, sourcePort: 50000, destinationPort: STT_PORT, flags: 0x18 },
    ...{ sequence: sequenceOf(FRAME.length, start), acknowledgment: 9, ...over },
    payload: FRAME.slice(start, end),
  });
}

Deno.test("an STT frame in one segment is dissected down to its TCP", () => {
  const layers = layersOf(stt(0, FRAME.length));
  assert.equal(names(layers), "raw ipv4 tcp stt ethernet ipv4 tcp data");
  assert.deepEqual([problems(layers), notes(layers)], [[], []]);
  assert.equal(valueOf(layers, "stt", "context_id"), 42n);
  assert.equal(valueOf(layers, "stt", "maximum_segment_size"), 1448);
  assert.equal(valueOf(layers, "stt", "frame_number"), 9);
  assert.match(describe(layers), /STT 42, vlan 10 IP 10\.0\.0\.1\.1000 > 10\.0\.0\.2\.80/);
});

Deno.test("segments of an STT frame are told apart, and those that others send are none", () => {
  const first = layersOf(stt(0, 100));
  assert.equal(names(first), "raw ipv4 tcp stt ethernet ipv4 tcp data");
  assert.deepEqual([problems(first), notes(first)], [[], ["the first 100 of 172 octets"]]);
  const second = layersOf(stt(100, 172));
  assert.equal(names(second), "raw ipv4 tcp stt");
  assert.match(describe(second), /STT, octets 100 to 172 of frame 9/);
  const beyond = layersOf(stt(100, 172, { sequence: sequenceOf(171, 100) }));
  assert.deepEqual(problems(beyond), ["segment ends at 172 of an STT frame of 171 octets"]);
  assert.match(problems(layersOf(stt(0, 17))).join(), /STT header cut short: 17 of 18 octets/);
  for (const flags of [0x02, 0x12, 0x11, 0x14]) {
    assert.equal(names(layersOf(stt(0, 172, { flags }))), "raw ipv4 tcp data");
  }
  assert.equal(names(layersOf(stt(0, 172, { sequence: 5 }))), "raw ipv4 tcp data");
  assert.equal(names(layersOf(stt(0, 0))), "raw ipv4 tcp");
});
