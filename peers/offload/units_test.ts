import assert from "node:assert/strict";
import { fillPartialTcpChecksum, layOutSegment } from "../../captures/wire/build_segment.ts";
import { TcpFlag } from "../../captures/wire/build.ts";
import {
  BASE,
  BASE6,
  burst,
  coalesced,
  NONE,
  sizes,
  TUNNELLED,
  withIp,
} from "./_testing/bursts.ts";
import {
  formatsOf,
  hexOf,
  segmentFrame,
  type Specimen,
  testNic,
  tunnelOf,
} from "./_testing/segments.ts";

const { psh: PSH, ack: ACK } = TcpFlag;

Deno.test("UDP checksums are all used or all not, and must be right", () => {
  const base = { ...BASE, tunnel: tunnelOf("vxlan", 4, TUNNELLED.tunnel!.ip) };
  const sum = { udpChecksum: true };
  assert.equal(sizes(burst(base, NONE, NONE)), "200");
  assert.equal(sizes(burst(base, sum, sum, { ...sum, octets: 40 })), "240");
  assert.equal(sizes(burst(base, sum, NONE)), "100|100", "T17");
  const frames = burst(base, sum, sum).map((one) => segmentFrame(one));
  frames[1][14 + 20 + 7] ^= 1;
  assert.deepEqual(hexOf(coalesced(frames, { formats: formatsOf(base) })), hexOf(frames));
});

Deno.test("damaged segments are delivered as they came, in order, and never joined", () => {
  for (const at of [14 + 10, 14 + 36, 14 + 40, 14 + 139]) {
    const frames = burst(BASE, NONE, NONE, NONE).map((one) => segmentFrame(one));
    frames[1][at] ^= 1;
    assert.deepEqual(hexOf(coalesced(frames)), hexOf(frames), `octet ${at}`);
  }
});

Deno.test("a datagram is never larger than the limit, outer headers and all", () => {
  const many = (base: Specimen, octets: number, count: number) =>
    burst(base, ...Array.from({ length: count }, () => ({ octets })));
  assert.equal(sizes(many(BASE, 1448, 46)), "65160|1448", "10");
  const exact = [
    ...many(BASE, 1455, 45),
    ...burst(BASE, { sequence: 5000 + 45 * 1455, octets: 20 }),
  ]
    .map((one, i) => withIp(one, { identification: i }));
  assert.equal(sizes(exact), "65495", "65,535 octets are legal");
  exact[45] = { ...exact[45], payload: new Uint8Array(21) };
  assert.equal(sizes(exact), "65475|21", "one more is not");
  assert.equal(sizes(many(TUNNELLED, 1448, 46)), "65160|1448", "T5");
  assert.equal(sizes(many(BASE, 500, 4), { coalescing: { sizeLimit: 1040 } }), "1000|1000");
});

Deno.test("padding is no payload: Linux leaves such frames alone, others trim them", () => {
  const padded = burst(BASE, { octets: 1 }, { octets: 1 }).map((one) => {
    const frame = new Uint8Array(60);
    frame.set(segmentFrame(one));
    return frame;
  });
  assert.deepEqual(hexOf(coalesced(padded)), hexOf(padded));
  const [unit, ...more] = coalesced(padded, { coalescing: { implementation: "freebsd" } });
  assert.equal(more.length, 0);
  assert.equal(unit.length, 14 + 42);
  assert.deepEqual(
    hexOf(coalesced(padded.slice(0, 1), { coalescing: { implementation: "freebsd" } })),
    hexOf(padded.slice(0, 1)),
  );
});

Deno.test("a unit is the segment that its sender might have sent in one", () => {
  const outer = TUNNELLED.tunnel!.ip;
  const bases: Specimen[] = [
    BASE,
    BASE6,
    ...([
      "gre",
      "udp_slots_adjusted",
      "gre_plain",
      "gre_checksum",
      "gre_adjusted",
      "gre_key",
      "nvgre",
      "vxlan",
      "geneve",
    ] as const)
      .map((name) => ({ ...BASE, tunnel: tunnelOf(name, 4, outer) })),
    { ...BASE6, tunnel: tunnelOf("ip6ip", 6, outer) },
    { ...BASE, tunnel: tunnelOf("ipip", 4, { ...outer, ...BASE6.ip }) },
  ];
  for (const base of bases) {
    for (const udpChecksum of [true, false]) {
      const changes = [NONE, NONE, { octets: 33, flags: ACK | PSH }];
      const segments = burst({ ...base, udpChecksum }, ...changes);
      const payload = new Uint8Array(233);
      segments.forEach((one, i) => payload.set(one.payload!, i * 100));
      const whole = segmentFrame({ ...segments[0], payload, flags: ACK | PSH });
      const formats = formatsOf(base);
      const units = coalesced(segments.map((one) => segmentFrame(one)), { formats });
      // The builder leaves UDP lengths of verbatim formats alone, as the card does.
      assert.deepEqual(hexOf(units), hexOf([whole]));
    }
  }
});

Deno.test("the TCP checksum of a unit is right, left to whoever sends it on, or that of the first", () => {
  const segments = burst(BASE, NONE, NONE), frames = segments.map((one) => segmentFrame(one));
  const payload = new Uint8Array(200);
  segments.forEach((one, i) => payload.set(one.payload!, i * 100));
  const whole = { ...segments[0], payload };
  const sumOf = (checksums: string) =>
    coalesced(frames, { coalescing: { checksums } })[0].slice(50, 52).toHex();
  const layout = layOutSegment(whole);
  fillPartialTcpChecksum(layout);
  assert.equal(sumOf("full"), segmentFrame(whole).slice(50, 52).toHex());
  assert.equal(sumOf("partial"), layout.bytes.slice(36, 38).toHex());
  assert.equal(sumOf("unverified"), frames[0].slice(50, 52).toHex());
});

Deno.test("what is held is delivered after its time, and not before", () => {
  const { nic, out } = testNic({ coalescing: { timer: 5 } });
  const [a, b, c] = burst(BASE, NONE, NONE, NONE).map((one) => segmentFrame(one));
  assert.equal(nic.deadline(), Infinity);
  nic.receive("wire", a, 100);
  assert.equal(nic.deadline(), 105);
  assert.deepEqual(out(104.9), []);
  nic.receive("wire", b, 104.9);
  assert.equal(nic.deadline(), 105);
  nic.receive("wire", c, 105);
  assert.deepEqual(out(105).map(({ packet }) => packet.length), [14 + 240]);
  assert.equal(nic.deadline(), 110);
  assert.deepEqual(hexOf(out(110).map(({ packet }) => packet)), hexOf([c]));
});

Deno.test("a full bucket delivers its oldest flow, and loses nothing", () => {
  const flow = (sourcePort: number) => burst({ ...BASE, sourcePort }, NONE, NONE);
  const flows = [1, 2, 3].map(flow);
  const frames = [0, 1].flatMap((i) => flows.map((one) => segmentFrame(one[i])));
  const config = { coalescing: { buckets: 1, flowsPerBucket: 3 } };
  assert.deepEqual(coalesced(frames, config).map(({ length }) => length - 54), [200, 200, 200]);
  const tight = { coalescing: { buckets: 1, flowsPerBucket: 2 } };
  assert.deepEqual(hexOf(coalesced(frames, tight)), hexOf(frames));
});

Deno.test("64 flows side by side are each joined by themselves", () => {
  const flows = Array.from(
    { length: 64 },
    (_, i) => burst({ ...BASE, sourcePort: i }, NONE, NONE, NONE),
  );
  const frames = [0, 1, 2].flatMap((i) => flows.map((one) => segmentFrame(one[i])));
  assert.deepEqual(coalesced(frames).map(({ length }) => length - 54), Array(64).fill(300));
});
