import assert from "node:assert/strict";
import fc from "fast-check";
import { fragment, udpDatagram } from "../../captures/wire/build.ts";
import { put16, viewOf } from "../../captures/wire/octets.ts";
import { HeaderWalker } from "../../captures/walk.ts";
import { Fragments } from "./fragments.ts";

const walker = new HeaderWalker();

function add(fragments: Fragments, octets: Uint8Array, now = 0) {
  walker.walkIp(octets, viewOf(octets), 0, octets.length);
  return fragments.add(octets, walker, now);
}

const V4 = { source: "198.51.100.1", destination: "203.0.113.1" };
const V6 = { source: "2001:db8:1::1", destination: "2001:db8:2::1" };

const datagram = (length: number, identification = 7, addresses = V4) =>
  udpDatagram({
    ...{ ...addresses, sourcePort: 1701, destinationPort: 1701, identification },
    payload: Uint8Array.from({ length }, (_, i) => i * 31),
  });

Deno.test("fragments in any order, and of several datagrams at once, give the datagrams", () => {
  const sizes = fc.record({
    length: fc.integer({ min: 100, max: 4000 }),
    mtu: fc.integer({ min: 68, max: 900 }),
    addresses: fc.constantFrom(V4, V6),
  });
  fc.assert(fc.property(sizes, sizes, fc.infiniteStream(fc.nat()), (a, b, order) => {
    const whole = [datagram(a.length, 1, a.addresses), datagram(b.length, 2, b.addresses)];
    const pieces = [...fragment(whole[0], a.mtu, 1), ...fragment(whole[1], b.mtu, 2)]
      .map((piece) => ({ piece, at: order.next().value }))
      .sort((x, y) => x.at - y.at);
    const fragments = new Fragments();
    const out = pieces.map(({ piece }) =>
      piece === whole[0] || piece === whole[1] ? piece : add(fragments, piece)
    )
      .filter((done) => done !== undefined);
    assert.deepEqual(new Set(out.map((o) => o.toHex())), new Set(whole.map((o) => o.toHex())));
  }));
});

Deno.test("the headers before an IPv6 fragment header stay before what is put together", () => {
  const payload = new Uint8Array(600).fill(7);
  const options = Uint8Array.of(17, 0, 1, 4, 0, 0, 0, 0);
  const octets = new Uint8Array(48 + payload.length);
  octets.set(datagram(0, 0, V6).subarray(0, 40));
  octets[6] = 0;
  put16(octets, 4, octets.length - 40);
  octets.set(options, 40);
  octets.set(payload, 48);
  const fragments = new Fragments();
  const [last] = fragment(octets, 300, 9).map((piece) => add(fragments, piece)).reverse();
  assert.deepEqual(last, octets);
});

Deno.test("a fragment that comes twice counts once", () => {
  const whole = datagram(1500);
  const [first, ...rest] = fragment(whole, 576);
  const fragments = new Fragments();
  const [last] = [first, first, ...rest].map((piece) => add(fragments, piece)).reverse();
  assert.deepEqual(last, whole);
});

Deno.test("fragments that overlap or come too late make no datagram", () => {
  const [first, second, ...rest] = fragment(datagram(1500), 576);
  const overlapping = new Fragments();
  const wider = fragment(datagram(1500), 900)[0];
  for (const piece of [first, wider, second, ...rest]) {
    assert.equal(add(overlapping, piece), undefined);
  }
  const late = new Fragments();
  add(late, first, 0);
  for (let id = 10; id < 80; id++) add(late, fragment(datagram(1500, id), 576)[0], 40_000);
  for (const piece of [second, ...rest]) assert.equal(add(late, piece, 40_000), undefined);
});

Deno.test("no octets make it throw", () => {
  const fragments = new Fragments();
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 28, maxLength: 80 }),
      fc.nat(0xffff),
      fc.constantFrom(0, 43, 44, 60),
      (octets, word, next) => {
        octets[0] = 0x45;
        put16(octets, 2, octets.length);
        put16(octets, 6, word);
        add(fragments, octets);
        octets[0] = 0x60;
        octets[6] = next;
        put16(octets, 4, Math.max(0, octets.length - 40));
        add(fragments, octets);
      },
    ),
  );
});
