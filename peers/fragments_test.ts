import assert from "node:assert/strict";
import fc from "fast-check";
import { fragment, udpDatagram } from "../captures/wire/build.ts";
import { put16, viewOf } from "../captures/wire/octets.ts";
import { HeaderWalker } from "../captures/walk.ts";
import { Fragments } from "./fragments.ts";

const walker = new HeaderWalker();

function add(fragments: Fragments, octets: Uint8Array, now = 0) {
  walker.walkIp(octets, viewOf(octets), 0, octets.length);
  return fragments.add(octets, walker, now);
}

const datagram = (length: number, identification = 7) =>
  udpDatagram({
    ...{ source: "198.51.100.1", destination: "203.0.113.1", sourcePort: 1701 },
    ...{ destinationPort: 1701, identification },
    payload: Uint8Array.from({ length }, (_, i) => i * 31),
  });

Deno.test("fragments in any order, and of several datagrams at once, give the datagrams", () => {
  const sizes = fc.record({
    length: fc.integer({ min: 100, max: 4000 }),
    mtu: fc.integer({ min: 68, max: 900 }),
  });
  fc.assert(fc.property(sizes, sizes, fc.infiniteStream(fc.nat()), (a, b, order) => {
    const whole = [datagram(a.length, 1), datagram(b.length, 2)];
    const pieces = [...fragment(whole[0], a.mtu), ...fragment(whole[1], b.mtu)]
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

Deno.test("fragments that overlap, come twice or too late make no datagram", () => {
  const [first, second, ...rest] = fragment(datagram(1500), 576);
  const twice = new Fragments();
  for (const piece of [first, first, second, ...rest]) assert.equal(add(twice, piece), undefined);
  const late = new Fragments();
  add(late, first, 0);
  for (let id = 10; id < 80; id++) add(late, fragment(datagram(1500, id), 576)[0], 40_000);
  for (const piece of [second, ...rest]) assert.equal(add(late, piece, 40_000), undefined);
});

Deno.test("no octets make it throw", () => {
  const fragments = new Fragments();
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 28, maxLength: 80 }), fc.nat(0xffff), (octets, word) => {
      octets[0] = 0x45;
      put16(octets, 2, octets.length);
      put16(octets, 6, word);
      add(fragments, octets);
    }),
  );
});
