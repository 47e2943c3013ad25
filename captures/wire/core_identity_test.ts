import { deepStrictEqual, ok, strictEqual } from "node:assert";
import fc from "fast-check";
import {
  type DataPacket,
  decodeData,
  encodeData,
  identityOffset,
  pieceStart,
  SEAL_LENGTH,
} from "./core_identity.ts";
import { type ControlMessage, decodeControl, encodeControl } from "./core_identity_control.ts";

const octets = (max: number) => fc.uint8Array({ maxLength: max });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });

const dataPackets: fc.Arbitrary<DataPacket> = fc.record({
  version: fc.integer({ min: 0, max: 15 }),
  kind: fc.integer({ min: 0, max: 3 }),
  placement: fc.integer({ min: 0, max: 3 }),
  headerEncrypted: fc.boolean(),
  authenticated: fc.boolean(),
  sealed: fc.boolean(),
  reserved: fc.integer({ min: 0, max: 1 }),
  clearLength: u16,
  identity: fc.bigInt({ min: 0n, max: 0xffffffffffffffffn }),
  section: fc.record({
    type: fc.integer({ min: 0, max: 255 }),
    length: fc.integer({ min: 0, max: 255 }),
    reserved: u16,
  }, { noNullPrototype: true }),
  aggregateId: u16,
  tunnelId: u16,
  tunnelSequence: u32,
  globalSequence: u32,
  datagramNumber: u32,
  pieceOffset: u16,
  datagramLength: u16,
  piece: octets(64),
  trailer: fc.uint8Array({ minLength: SEAL_LENGTH, maxLength: SEAL_LENGTH }),
}, { noNullPrototype: true }).map((p) => {
  const packet: DataPacket = { ...p };
  if (p.kind === 0) delete packet.identity;
  if (p.kind === 0 || p.placement < 2) delete packet.section;
  if (!p.authenticated) delete packet.trailer;
  return packet;
});

const controlMessages: fc.Arbitrary<ControlMessage> = fc.record({
  version: fc.integer({ min: 0, max: 15 }),
  flags: fc.integer({ min: 0, max: 255 }),
  message: u16,
  aggregateId: u16,
  tunnelId: u16,
  sequence: u32,
  acknowledged: u32,
  coreCount: u16,
  informationVersion: u16,
  attributes: fc.array(fc.record({ type: u16, value: octets(24) }, { noNullPrototype: true }), {
    maxLength: 5,
  }),
  trailer: fc.uint8Array({ minLength: SEAL_LENGTH, maxLength: SEAL_LENGTH }),
}, { noNullPrototype: true }).map((m) => {
  const message: ControlMessage = { ...m };
  if ((m.flags & 4) === 0) delete message.trailer;
  return message;
});

Deno.test("a data packet survives encoding and decoding whatever its bits are", () => {
  fc.assert(fc.property(dataPackets, (packet) => {
    const decoded = decodeData(encodeData(packet));
    ok(decoded.ok);
    deepStrictEqual(decoded.packet, packet);
  }));
});

Deno.test("a control message survives encoding and decoding whatever its bits are", () => {
  fc.assert(fc.property(controlMessages, (message) => {
    const decoded = decodeControl(encodeControl(message));
    ok(decoded.ok);
    deepStrictEqual(decoded.packet, message);
  }));
});

Deno.test("octets that decode encode to the same octets", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 2 }), octets(96), (type, body) => {
    const bytes = Uint8Array.of(0x10 | type, ...body);
    const decoded = type === 1 ? decodeData(bytes) : decodeControl(bytes);
    if (!decoded.ok) return;
    const again = "piece" in decoded.packet
      ? encodeData(decoded.packet)
      : encodeControl(decoded.packet);
    deepStrictEqual(again, bytes);
  }));
});

Deno.test("every truncation of a data packet's headers is named", () => {
  fc.assert(fc.property(dataPackets, (packet) => {
    const bytes = encodeData(packet);
    const headers = pieceStart(packet.kind, packet.placement) +
      (packet.authenticated ? SEAL_LENGTH : 0);
    for (let length = 0; length < headers; length++) {
      const decoded = decodeData(bytes.subarray(0, length));
      ok(!decoded.ok);
      strictEqual(decoded.offset, length);
      ok(decoded.problem.includes(`${length} left`), decoded.problem);
    }
  }));
});

Deno.test("every truncation of a control message is named or leaves out whole attributes", () => {
  fc.assert(fc.property(controlMessages, (message) => {
    const bytes = encodeControl({ ...message, flags: 0 });
    for (let length = 0; length < bytes.length; length++) {
      const decoded = decodeControl(bytes.subarray(0, length));
      if (decoded.ok) ok(decoded.packet.attributes.length < message.attributes.length);
      else ok(decoded.problem.length > 0);
    }
  }));
});

Deno.test("the identity stands where the placement says, so that a kernel can steer by it", () => {
  fc.assert(fc.property(dataPackets, (packet) => {
    if (packet.identity === undefined) return;
    const bytes = encodeData(packet);
    const view = new DataView(bytes.buffer);
    strictEqual(view.getBigUint64(identityOffset(packet.placement)), packet.identity);
  }));
});
