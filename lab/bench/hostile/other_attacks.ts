/** Captures of everything but L2TP that try to fill memory or to take for ever. */
import { encodeControl } from "../../../captures/wire/core_identity_control.ts";
import { encode as encodeData } from "../../../captures/wire/core_identity.ts";
import { encode as encodeCluster, withLength } from "../../../captures/wire/tunnel_cluster.ts";
import { put16, put32 } from "../../../captures/wire/octets.ts";
import { avp, control, data, introduction, ip, ipv4, join, udp, udpOf } from "./packets.ts";

const SENDER = ip("10.3.1.1"), RECEIVER = ip("10.4.1.1");
const INITIATOR = ip("198.51.100.2"), CLUSTER = ip("203.0.113.1");
const MEMBER = ip("10.0.11.1"), MASTER = ip("10.0.1.1");

/** A data packet of core identity. */
function carried(i: number, more: Partial<Parameters<typeof encodeData>[0]>, inner: Uint8Array) {
  const packet = encodeData({
    ...{ version: 1, type: 1, kind: 1, placement: 0, headerEncrypted: false, authenticated: false },
    ...{ sealed: false, reserved: 0, clearLength: 0, identity: 0x0102030405060708n },
    ...{ aggregateId: 1, tunnelId: 1, tunnelSequence: i, globalSequence: i, datagramNumber: i },
    ...{ pieceOffset: 0, datagramLength: inner.length, piece: inner, ...more },
  });
  return udp(SENDER, RECEIVER, 49600, 49600, packet);
}

const inner = (i: number) =>
  udp(ip("10.1.1.2") + (i >>> 16), ip("10.2.1.2"), i & 0xffff, 9, new Uint8Array(4));

function announcement(i: number, message: number, cores: number) {
  const identities = new Uint8Array(8 * cores);
  return udp(
    SENDER,
    RECEIVER,
    49600,
    49600,
    encodeControl({
      ...{
        version: 1,
        flags: 0,
        message,
        aggregateId: i >>> 16,
        tunnelId: i & 0xffff,
        sequence: i,
      },
      ...{ acknowledged: 0, coreCount: cores, informationVersion: i & 0xffff },
      attributes: [{ type: 1, value: Uint8Array.of(cores >> 8, cores & 255) }, {
        type: 2,
        value: identities,
      }],
    }),
  );
}

function cluster(i: number, message: number) {
  const octets = encodeCluster(withLength({
    ...{ version: 1, flags: 0, message, length: 0, member: i & 0xffff, term: i >>> 16 },
    ...{ sequence: i, acknowledged: 0, attributes: [], rest: new Uint8Array(0) },
  }));
  return udp(MEMBER + (i & 7) * 256, MASTER, 49700, 49700, octets);
}

const initiator = (payload: Uint8Array) => udp(INITIATOR, CLUSTER, 1701, 1701, payload);
const endpoint = (payload: Uint8Array) => udp(CLUSTER, INITIATOR, 1701, 1701, payload);

/** Packet number `i` of each attack. */
export const OTHER_ATTACKS: Readonly<Record<string, (i: number) => Uint8Array>> = {
  "core identity: sessions": (i) => carried(i, {}, inner(i)),
  "core identity: identities": (i) => carried(i, { identity: BigInt(i) }, inner(0)),
  "core identity: tunnels": (i) =>
    carried(i, { tunnelId: i & 0xffff, aggregateId: i >>> 16 }, inner(0)),
  "core identity: aggregates": (i) => carried(i, { aggregateId: i & 0xffff }, inner(0)),
  "core identity: jumps": (i) => carried(Math.imul(i, 0x9e3779b1) >>> 0, {}, inner(0)),
  "core identity: pieces": (i) => carried(i, { datagramLength: 65_535 }, inner(i)),
  "core identity: tunnels by sessions": (i) => carried(i, { tunnelId: i & 63 }, inner(i)),
  "core identity: announcements": (i) => announcement(i, 4, 2),
  "core identity: announced cores": (i) => announcement(i, 4, 8000),
  "core identity: excluded cores": (i) =>
    udp(
      SENDER,
      RECEIVER,
      49600,
      49600,
      encodeControl({
        ...{ version: 1, flags: 0, message: 4, aggregateId: 1, tunnelId: 1, sequence: i },
        ...{ acknowledged: 0, coreCount: 1, informationVersion: 1 },
        attributes: [{ type: 3, value: new Uint8Array(60_000) }],
      }),
    ),
  "core identity: greetings": (i) => announcement(i, 1, 0),
  "cluster: reports": (i) => cluster(i, 3),
  "cluster: registrations": (i) => cluster(i, 1),
  "cluster: malformed": (i) => udp(MEMBER + i, MASTER, 49700, 49700, new Uint8Array(4)),
  "cluster: requests": (i) =>
    udp(INITIATOR + i, CLUSTER, 1701, 1701, control(0, 0, 0, 0, introduction(1, i & 0xffff || 1))),
  "cluster: long messages": (i) =>
    initiator(
      control(
        0,
        0,
        i,
        0,
        introduction(1, i & 0xffff || 1),
        avp(8, new Uint8Array(900)),
        avp(8, new Uint8Array(900)),
      ),
    ),
  "cluster: tunnels and sessions": (i) => {
    const id = (i >> 1) % 65_535 + 1;
    return i % 2 === 0
      ? endpoint(control(id, 0, 0, 1, introduction(2, id)))
      : endpoint(control(id, id, 1, 2, avp(0, 11), avp(14, id)));
  },
  "cluster: clients' data": (i) => {
    if (i === 0) return endpoint(control(7, 0, 0, 1, introduction(2, 8)));
    const datagram = udp(
      ip("172.16.0.1"),
      ip("172.31.0.1"),
      6000,
      6001,
      new Uint8Array(60_000).fill(i),
    );
    return initiator(data(8, 9, join(new Uint8Array([0xff, 3, 0, 0x21]), datagram)));
  },
  "cluster: small datagrams": (i) =>
    udp(ip("172.16.0.1") + i, ip("172.31.0.1"), 6000, 6001, new Uint8Array(4)),
  "cluster: fragments": (i) =>
    ipv4(INITIATOR, CLUSTER, 17, new Uint8Array(8), i & 0x1fff, i & 0xffff),
  "flows of UDP": (i) =>
    udp(ip("10.1.1.2") + (i >>> 16), ip("10.2.1.2"), i & 0xffff, 9, new Uint8Array(0)),
  "datagrams of one flow": (i) => {
    const payload = new Uint8Array(8);
    put32(payload, 0, i);
    return udp(ip("10.1.1.2"), ip("10.2.1.2"), 4000, 5000, payload);
  },
  "addresses": (i) => ipv4(Math.imul(i, 0x9e3779b1) >>> 0, i, 99, new Uint8Array(0)),
  "extension headers": (i) => {
    const header = new Uint8Array(40 + 8 * 8000 + 8);
    header[0] = 0x60;
    put16(header, 4, header.length - 40);
    header[7] = 64;
    put32(header, 20, i);
    header[header.length - 8] = 59;
    return header;
  },
  "GRE in GRE": (i) => {
    let packet: Uint8Array = udpOf(i & 0xffff, 9, new Uint8Array(0));
    packet = ipv4(1, 2, 17, packet);
    for (let depth = 0; depth < 1000; depth++) {
      packet = ipv4(1, 2, 47, join(new Uint8Array([0, 0, 8, 0]), packet));
    }
    return packet;
  },
  "IP in IP": (i) => {
    const depth = 3000, packet = new Uint8Array(20 * depth);
    for (let d = 0; d < depth; d++) {
      const at = 20 * d;
      packet[at] = 0x45;
      put16(packet, at + 2, packet.length - at);
      packet[at + 8] = 64;
      packet[at + 9] = d + 1 === depth ? 17 : 4;
      put32(packet, at + 12, i);
    }
    return packet;
  },
  "octets of nothing": (i) => new Uint8Array(i % 64).fill(i),
  "no octets": () => new Uint8Array(0),
};
