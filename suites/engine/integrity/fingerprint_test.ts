import assert from "node:assert/strict";
import { viewOf } from "../../../captures/wire/octets.ts";
import { udpDatagram } from "../../../captures/wire/build.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { fingerprint } from "./fingerprint.ts";

const walk = new HeaderWalker();

function printOf(datagram: Uint8Array): number {
  const view = viewOf(datagram);
  // With another version or header length it may be no packet at all.
  return walk.walkIp(datagram, view, 0, datagram.length) ? fingerprint(view, walk) : 0;
}

const changed = (datagram: Uint8Array, at: number) => {
  const other = datagram.slice();
  other[at] ^= 1;
  return other;
};

for (const [source, destination] of [["10.0.0.1", "10.0.0.2"], ["fd00::1", "fd00::2"]]) {
  Deno.test(`a packet from ${source} is known by all but what routers change`, () => {
    const ports = { sourcePort: 1, destinationPort: 2 }, payload = new Uint8Array(21);
    const datagram = udpDatagram({ source, destination, ...ports, payload });
    const print = printOf(datagram), isV4 = datagram[0] >> 4 === 4;
    const ofRouters = isV4 ? [1, 8, 10, 11] : [7];
    const same = datagram.map((_, i) => i).filter((i) => printOf(changed(datagram, i)) === print);
    assert.notEqual(print, 0);
    assert.deepEqual([...same], ofRouters);
    if (!isV4) {
      assert.equal(printOf(datagram.map((octet, i) => i === 1 ? octet ^ 0x20 : octet)), print);
    }
  });
}
