import assert from "node:assert/strict";
import type { Frame } from "./frame.ts";
import { InnerFrame } from "./inner_frame.ts";
import { LINK_TYPE } from "./link.ts";
import { HeaderWalker } from "./walk.ts";
import { ipDatagram, udpDatagram } from "./wire/build.ts";

const INNER = udpDatagram({
  ...{ source: "10.0.0.1", destination: "10.0.0.2", sourcePort: 1701, destinationPort: 1701 },
  payload: Uint8Array.of(1, 2, 3, 4),
});
/** Ethernet addresses, and the EtherType of IPv4. */
const ETHERNET = "0200000000010200000000020800";
/** The header of STT with Context ID 42. */
const STT = "0000000000000000000000000000002a0000";
const outer = (protocol: number, header: string) =>
  ipDatagram({
    ...{ source: "192.0.2.1", destination: "192.0.2.2", protocol },
    payload: Uint8Array.of(...Uint8Array.fromHex(header), ...INNER),
  });
const overUdp = (destinationPort: number, header: string) =>
  udpDatagram({
    ...{ source: "192.0.2.1", destination: "192.0.2.2", sourcePort: 50_000, destinationPort },
    payload: Uint8Array.of(...Uint8Array.fromHex(header), ...INNER),
  });

function frameOf(bytes: Uint8Array, originalLength = bytes.length): Frame {
  return {
    ...{ number: 7, bytes, start: 0, end: bytes.length, originalLength, linkType: LINK_TYPE.RAW },
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    ...{ seconds: 1, nanoseconds: 2, interfaceId: 0 },
  };
}

/** Tunnels by name, each around the same datagram. */
const TUNNELS: Record<string, Uint8Array> = {
  "IP in IP": outer(4, ""),
  "GRE": outer(47, "00000800"),
  "GRE with checksum, key and number": outer(47, "b00008000000000000000001000000ff"),
  "GRE that carries Ethernet": outer(47, `00006558${ETHERNET}`),
  "ERSPAN I": outer(47, `000088be${ETHERNET}`),
  "ERSPAN II": outer(47, `100088be000000011000000100000000${ETHERNET}`),
  "ERSPAN III": outer(47, `100022eb00000001200000010000000000000000${ETHERNET}`),
  "ERSPAN III with its subheader": outer(
    47,
    `100022eb00000001200000010000000000000001${"00".repeat(8)}${ETHERNET}`,
  ),
  "VXLAN": overUdp(4789, `0800000000006400${ETHERNET}`),
  "VXLAN by the port of Linux": overUdp(8472, `0800000000006400${ETHERNET}`),
  "Geneve with an option": overUdp(
    6081,
    `01006558000064000102030400000000`.slice(0, 24) + ETHERNET,
  ),
  "slots": overUdp(49602, "0000002a0001000200000000"),
  // An STT frame of 64 octets: header, Ethernet, and the datagram.
  "STT": outer(
    6,
    `c3501d2f00400000000000095018ffff00000000${STT}${ETHERNET}`,
  ),
};

for (const [name, bytes] of Object.entries(TUNNELS)) {
  Deno.test(`what a tunnel carries is entered: ${name}`, () => {
    const walk = new HeaderWalker(), inner = new InnerFrame(), frame = frameOf(bytes);
    walk.walk(frame);
    assert.ok(inner.enter(frame, walk));
    const within = new HeaderWalker();
    assert.ok(within.walk(inner));
    assert.equal(within.source(bytes), "10.0.0.1");
    assert.equal(within.sourcePort, 1701);
    assert.equal(inner.number, 7);
  });
  Deno.test(`whatever is cut off, nothing beyond the end is read: ${name}`, () => {
    const inner = new InnerFrame(), walk = new HeaderWalker(), within = new HeaderWalker();
    for (let length = 0; length < bytes.length; length++) {
      const frame = frameOf(bytes.slice(0, length), bytes.length);
      if (!walk.walk(frame) || !inner.enter(frame, walk)) continue;
      within.walk(inner);
      assert.ok(within.end <= length && inner.end <= length);
      assert.ok(inner.originalLength > inner.end - inner.start);
    }
  });
}

Deno.test("what is no tunnel, or a fragment of one, is not entered", () => {
  const walk = new HeaderWalker(), inner = new InnerFrame();
  for (
    const bytes of [
      overUdp(49602, "0000002a000100020000000050"),
      overUdp(49602, "0000002a").subarray(0, 32),
      // Another part of an STT frame, one of several, another version.
      outer(6, `c3501d2f00400001000000095018ffff00000000${STT}${ETHERNET}`),
      outer(6, `c3501d2f00410000000000095018ffff00000000${STT}${ETHERNET}`),
      outer(6, `c3501d2f00400000000000095018ffff0000000001${STT.slice(2)}${ETHERNET}`),
    ]
  ) {
    walk.walk(frameOf(bytes));
    assert.equal(inner.enter(frameOf(bytes), walk), false);
  }
  const fragment = TUNNELS.GRE.slice();
  fragment[6] |= 0x20;
  const others = [
    INNER,
    outer(47, "00010800"),
    outer(47, "40000800"),
    outer(47, "0000880b"),
    fragment,
  ];
  for (const bytes of [...others, overUdp(4789, `00000000000000ff${ETHERNET}`)]) {
    const frame = frameOf(bytes);
    walk.walk(frame);
    assert.equal(inner.enter(frame, walk), false);
  }
});
