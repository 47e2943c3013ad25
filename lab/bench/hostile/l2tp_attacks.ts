/** Captures of L2TP that try to fill memory or to take for ever. */
import { avp, control, data, introduction, ip, ipv4, join, udp, udpOf } from "./packets.ts";

const LAC = ip("10.9.0.1"), LNS = ip("10.9.0.2");
const NOTHING = new Uint8Array(0);
const text = (length: number) => new TextEncoder().encode("\u001b[2J<b>".repeat(length / 7));

const toLns = (payload: Uint8Array, port = 1701) => udp(LAC, LNS, port, 1701, payload);
const toLac = (payload: Uint8Array, port = 1701) => udp(LNS, LAC, port, 1701, payload);

/** Packet number `i` of each attack. */
export const L2TP_ATTACKS: Readonly<Record<string, (i: number) => Uint8Array>> = {
  "AVPs of 6 octets": (i) => {
    const one = avp(59, NOTHING), first = introduction(1, i & 0xffff || 1);
    return toLns(control(0, 0, 0, 0, first, ...Array.from({ length: 10_800 }, () => one)));
  },
  "hidden AVPs": (i) => {
    const one = avp(13, new Uint8Array(18), true);
    const first = [introduction(1, i & 0xffff || 1), avp(36, new Uint8Array(16))];
    return toLns(control(0, 0, 0, 0, ...first, ...Array.from({ length: 2500 }, () => one)));
  },
  "zero-length bodies": (i) => toLns(control(7, 0, i, 0)),
  "control connections": (i) =>
    toLns(control(0, 0, 0, 0, introduction(1, i & 0xffff || 1)), i & 0xffff),
  "initiators": (i) => udp(LAC + i, LNS, 1701, 1701, control(0, 0, 0, 0, introduction(1, 1))),
  "senders to one Tunnel ID": (i) => udp(LAC + i, LNS, 1701, 1701, control(7, 0, i, 0, avp(0, 6))),
  "granted tunnels": (i) => {
    const id = (i >> 2) % 65_535 + 1;
    if ((i & 3) === 0) return toLns(control(0, 0, 0, 0, introduction(1, id)));
    if ((i & 3) === 1) return toLac(control(id, 0, 0, 1, introduction(2, id)));
    if ((i & 3) === 2) return toLns(control(id, 0, 1, 1, avp(0, 3)));
    return toLns(control(id, 0, 2, 1, avp(0, 10), avp(14, id), avp(15, new Uint8Array(4))));
  },
  "calls in one tunnel": (i) => {
    if (i === 0) return toLns(control(0, 0, 0, 0, introduction(1, 5)));
    if (i === 1) return toLac(control(5, 0, 0, 1, introduction(2, 6)));
    if (i === 2) return toLns(control(6, 0, 1, 1, avp(0, 3)));
    const call = (i - 3 >> 1) % 65_535 + 1;
    return i % 2 === 1
      ? toLns(control(6, 0, (i >> 1) + 1, 1, avp(0, 10), avp(14, call), avp(15, new Uint8Array(4))))
      : toLac(control(5, call, i >> 1, (i >> 1) + 1, avp(0, 11), avp(14, call)));
  },
  "messages in one tunnel": (i) => {
    if (i === 0) return toLns(control(0, 0, 0, 0, introduction(1, 5)));
    if (i === 1) return toLac(control(5, 0, 0, 1, introduction(2, 6)));
    return i % 2 === 0
      ? toLns(control(6, 0, i >> 1, 1, avp(0, 6)))
      : toLac(control(5, 0, 1, i >> 1));
  },
  "retransmissions": (i) => {
    if (i < 2) return toLns(control(0, 0, 0, 0, introduction(1, 5)));
    return i === 2
      ? toLac(control(5, 0, 0, 1, introduction(2, 6)))
      : toLns(control(6, 0, 1, 1, avp(0, 3)));
  },
  "echoes": (i) => (i % 2 === 0 ? toLns : toLac)(control(0, 0, 0, 0, introduction(1, 5))),
  "long names": (i) =>
    toLns(control(0, 0, 0, 0, introduction(1, i & 0xffff || 1), avp(8, text(980)))),
  "sessions": (i) => toLns(data(i >>> 8 & 0xffff, i * 257 & 0xffff, NOTHING)),
  "ports of one session": (i) => udp(LAC + (i >>> 16), LNS, i & 0xffff, 1701, data(7, 9, NOTHING)),
  "addresses of one session": (i) => udp(LAC + i, LNS, 1701, 1701, data(7, 9, NOTHING)),
  "data of IPv6 addresses": (i) => {
    const payload = udpOf(1701, 1701, data(i & 0xffff, 9, NOTHING)), header = new Uint8Array(40);
    header[0] = 0x60;
    new DataView(header.buffer).setUint16(4, payload.length);
    [header[6], header[7], header[8], header[24]] = [17, 64, 0x20, 0x20];
    new DataView(header.buffer).setUint32(20, i);
    return join(header, payload);
  },
  "other versions": (i) =>
    udp(LAC + i, LNS, 1701, 1701, new Uint8Array([0x80, 3, 0, 0, 0, 0, 0, 0])),
  "first fragments": (i) =>
    ipv4(LAC + i, LNS, 17, udpOf(1701, 1701, new Uint8Array(16)), 0x2000, i & 0xffff),
  "PPP": (i) => toLns(data(7, 9, new Uint8Array([255, 3, 0xc0, 0x21, 1, i & 255, 0, 4]))),
};
