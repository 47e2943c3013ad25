/** Every kind and placement of core-identity data packets, octet by octet from the diagram. */
import assert from "node:assert/strict";
import { golden } from "../_testing/golden.ts";
import { CoreIdentityDataView } from "../view/core_identity_data.ts";
import { type DataPacket, decode, encode } from "./core_identity.ts";

/** The aggregated tunnel header of all packets below. */
const TUNNEL_HEADER = `
  0102       # Aggregated Tunnel ID
  0304       # Tunnel ID
  05060708   # Tunnel Sequence Number
  090a0b0c   # Global Sequence Number
  0d0e0f10   # Datagram Number
  0578       # Piece Offset: 1400
  1112       # Datagram Length
`;
/** What it holds, and what is the same in every packet but for those that say otherwise. */
const COMMON = {
  ...{ version: 1, type: 1, headerEncrypted: false, authenticated: false, sealed: false },
  ...{ reserved: 0, clearLength: 0 },
  ...{ aggregateId: 0x0102, tunnelId: 0x0304, tunnelSequence: 0x05060708 },
  ...{ globalSequence: 0x090a0b0c, datagramNumber: 0x0d0e0f10 },
  ...{ pieceOffset: 1400, datagramLength: 0x1112, piece: Uint8Array.of(0x45, 0x00, 0x99) },
};
const PIECE = `
  450099     # three octets of a datagram
`;
const IDENTITY = `
  c1c2c3c4   # Identity, upper half
  c5c6c7c8   # Identity, lower half
`;
const identity = 0xc1c2c3c4c5c6c7c8n;
const TRAILER = `
  d1d2d3d4   # Packet Nonce, 8 octets
  d5d6d7d8
  e1e2e3e4   # Packet Tag, 16 octets
  e5e6e7e8
  f1f2f3f4
  f5f6f7f8
`;
const trailer = Uint8Array.of(
  ...[0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8],
  ...[0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8],
  ...[0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8],
);

const PACKETS: readonly { name: string; octets: Uint8Array; record: DataPacket }[] = [
  {
    name: "without an identity",
    octets: golden(`
      11         # Version 1, Type 1: data
      00         # K 0, P 0, H A S 0
      0000       # Clear Length
      ${TUNNEL_HEADER}
      ${PIECE}`),
    record: { ...COMMON, kind: 0, placement: 0 },
  },
  {
    name: "without an identity, whatever P says",
    octets: golden(`
      11         # Version 1, Type 1: data
      20         # K 0, P 2, H A S 0
      0000       # Clear Length
      ${TUNNEL_HEADER}
      ${PIECE}`),
    record: { ...COMMON, kind: 0, placement: 2 },
  },
  {
    name: "with a core identity in the encapsulation header",
    octets: golden(`
      11         # Version 1, Type 1: data
      40         # K 01, P 00, H A S 0
      0000       # Clear Length
      ${IDENTITY}
      ${TUNNEL_HEADER}
      ${PIECE}`),
    record: { ...COMMON, kind: 1, placement: 0, identity },
  },
  {
    name: "with a core identity behind the aggregated tunnel header",
    octets: golden(`
      11         # Version 1, Type 1: data
      50         # K 01, P 01, H A S 0
      0000       # Clear Length
      ${TUNNEL_HEADER}
      ${IDENTITY}
      ${PIECE}`),
    record: { ...COMMON, kind: 1, placement: 1, identity },
  },
  {
    name: "with a core identity in a section of the payload",
    octets: golden(`
      11         # Version 1, Type 1: data
      60         # K 01, P 10, H A S 0
      0000       # Clear Length
      ${TUNNEL_HEADER}
      01         # Section = K
      08         # Length = 8
      0000       # Reserved
      ${IDENTITY}
      ${PIECE}`),
    record: {
      ...{ ...COMMON, kind: 1, placement: 2, identity },
      section: { type: 1, length: 8, reserved: 0 },
    },
  },
  {
    name: "with a session-ID in the encapsulation header",
    octets: golden(`
      11         # Version 1, Type 1: data
      80         # K 10, P 00, H A S 0
      0000       # Clear Length
      ${IDENTITY}
      ${TUNNEL_HEADER}
      ${PIECE}`),
    record: { ...COMMON, kind: 2, placement: 0, identity },
  },
  {
    name: "with a session-ID behind the aggregated tunnel header",
    octets: golden(`
      11         # Version 1, Type 1: data
      90         # K 10, P 01, H A S 0
      0000       # Clear Length
      ${TUNNEL_HEADER}
      ${IDENTITY}
      ${PIECE}`),
    record: { ...COMMON, kind: 2, placement: 1, identity },
  },
  {
    name: "with a session-ID in a section of the payload",
    octets: golden(`
      11         # Version 1, Type 1: data
      a0         # K 10, P 10, H A S 0
      0000       # Clear Length
      ${TUNNEL_HEADER}
      02         # Section = K
      08         # Length = 8
      0000       # Reserved
      ${IDENTITY}
      ${PIECE}`),
    record: {
      ...{ ...COMMON, kind: 2, placement: 2, identity },
      section: { type: 2, length: 8, reserved: 0 },
    },
  },
  {
    name: "authenticated, with the identity clear beside an encrypted header",
    octets: golden(`
      11         # Version 1, Type 1: data
      5c         # K 01, P 01, H 1, A 1, S 0
      0000       # Clear Length
      ${TUNNEL_HEADER}
      ${IDENTITY}
      ${PIECE}
      ${TRAILER}`),
    record: {
      ...{ ...COMMON, kind: 1, placement: 1, identity },
      ...{ headerEncrypted: true, authenticated: true, trailer },
    },
  },
  {
    name: "authenticated alone, without an identity",
    octets: golden(`
      11         # Version 1, Type 1: data
      04         # K 00, P 00, H 0, A 1, S 0
      0000       # Clear Length
      ${TUNNEL_HEADER}
      ${PIECE}
      ${TRAILER}`),
    record: { ...COMMON, kind: 0, placement: 0, authenticated: true, trailer },
  },
  {
    name: "of a sealed datagram of which 28 octets are clear",
    octets: golden(`
      11         # Version 1, Type 1: data
      82         # K 10, P 00, H 0, A 0, S 1
      001c       # Clear Length: 28
      ${IDENTITY}
      ${TUNNEL_HEADER}
      ${PIECE}`),
    record: { ...COMMON, kind: 2, placement: 0, identity, sealed: true, clearLength: 28 },
  },
  {
    name: "with every bit that version 1 does not define",
    octets: golden(`
      f1         # Version 15, Type 1: data
      f1         # K 11, P 11, H A S 0, reserved bit
      ffff       # Clear Length
      ${TUNNEL_HEADER}
      fe         # Section
      09         # Length
      abcd       # Reserved
      ${IDENTITY}`),
    record: {
      ...{ ...COMMON, version: 15, kind: 3, placement: 3, reserved: 1, clearLength: 0xffff },
      ...{ identity, section: { type: 0xfe, length: 9, reserved: 0xabcd } },
      piece: new Uint8Array(0),
    },
  },
];

const view = new CoreIdentityDataView();

for (const { name, octets, record } of PACKETS) {
  Deno.test(`a data packet ${name} stands on the wire as the diagram shows`, () => {
    assert.deepEqual(encode(record), octets);
    const decoded = decode(octets);
    assert.deepEqual(decoded.record, record);
    assert.equal(decoded.end, octets.length);
    assert.ok(view.at(octets));
    assert.deepEqual([view.kind, view.placement, view.identity], [
      ...[record.kind, record.placement, record.identity ?? 0n],
    ]);
    assert.deepEqual([view.aggregateId, view.tunnelId], [0x0102, 0x0304]);
    assert.deepEqual([view.tunnelSequence, view.globalSequence], [0x05060708, 0x090a0b0c]);
    assert.deepEqual([view.datagramNumber, view.pieceOffset, view.datagramLength], [
      ...[0x0d0e0f10, 1400, 0x1112],
    ]);
    assert.deepEqual(view.piece.slice(), record.piece);
  });
}

Deno.test("a section that the record lacks is written as the diagram shows", () => {
  const { octets, record } = PACKETS.find(({ record }) => record.section?.type === 2)!;
  assert.deepEqual(encode({ ...record, section: undefined }), octets);
});
