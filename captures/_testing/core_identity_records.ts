/** Core-identity records with any bits, for property tests. */
import fc from "fast-check";
import { type DataPacket, PacketType, SEAL_LENGTH } from "../wire/core_identity.ts";
import type { ControlMessage } from "../wire/core_identity_control.ts";
import { bits, octets } from "./format_laws.ts";

const types = (usual: number) => fc.oneof(fc.constant(usual), bits(4));

/** Data packets of all kinds and placements, and some of another Type. */
export const dataPackets: fc.Arbitrary<DataPacket> = fc.record({
  version: bits(4),
  type: types(PacketType.data),
  kind: bits(2),
  placement: bits(2),
  headerEncrypted: fc.boolean(),
  authenticated: fc.boolean(),
  sealed: fc.boolean(),
  reserved: bits(1),
  clearLength: bits(16),
  identity: fc.bigInt({ min: 0n, max: 0xffffffffffffffffn }),
  section: fc.record({ type: bits(8), length: bits(8), reserved: bits(16) }, {
    noNullPrototype: true,
  }),
  aggregateId: bits(16),
  tunnelId: bits(16),
  tunnelSequence: bits(32),
  globalSequence: bits(32),
  datagramNumber: bits(32),
  pieceOffset: bits(16),
  datagramLength: fc.oneof(bits(16), bits(6)),
  piece: octets(0, 64),
  trailer: octets(SEAL_LENGTH),
}, { noNullPrototype: true }).map((p) => {
  const packet: DataPacket = { ...p };
  if (p.kind === 0) delete packet.identity;
  if (p.kind === 0 || p.placement < 2) delete packet.section;
  if (!p.authenticated) delete packet.trailer;
  return packet;
});

/** Control messages with some attributes, and some of another Type. */
export const controlMessages: fc.Arbitrary<ControlMessage> = fc.record({
  version: bits(4),
  type: types(PacketType.control),
  flags: bits(8),
  message: fc.oneof(bits(4), bits(16)),
  aggregateId: bits(16),
  tunnelId: bits(16),
  sequence: bits(32),
  acknowledged: bits(32),
  coreCount: bits(16),
  informationVersion: bits(16),
  attributes: fc.array(
    fc.record({ type: fc.oneof(bits(3), bits(16)), value: octets(0, 24) }, {
      noNullPrototype: true,
    }),
    { maxLength: 5 },
  ),
  trailer: octets(SEAL_LENGTH),
}, { noNullPrototype: true }).map((m) => {
  const message: ControlMessage = { ...m };
  if ((m.flags & 4) === 0) delete message.trailer;
  return message;
});
