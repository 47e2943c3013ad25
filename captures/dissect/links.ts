/** Dissects the link layers that a capture can have instead of Ethernet. */
import { formatMac } from "../wire/address.ts";
import { get16, get32, hex } from "../wire/octets.ts";
import { broken, type Dissector, LayerBuilder } from "./layer.ts";
import { ETHER_TYPES, hexName, PPP_PROTOCOLS } from "./names.ts";

/** Whoever sent or received a cooked frame. */
const PACKET_TYPES = ["to us", "broadcast", "multicast", "to another host", "from us"];

/** Keys of `DISSECTORS.etherType` for raw IP, by version. */
const IP_ETHER_TYPES: Readonly<Record<number, number>> = { 4: 0x0800, 6: 0x86dd };

/** Raw IP: there is no link header, the version tells which IP it is. Yields no octets of its own. */
export const dissectRaw: Dissector = (bytes, _view, start, end) => {
  if (start === end) return broken("raw", start, end, "IP header cut short: 0 octets");
  const type = IP_ETHER_TYPES[bytes[start] >> 4];
  const layer = new LayerBuilder("raw", start, start).summary("raw IP");
  if (type === undefined) {
    return layer.problem(`IP version must be 4 or 6: got ${bytes[start] >> 4}`).step();
  }
  return layer.step({ table: "etherType", keys: [type], start, end });
};

/** BSD loopback: four octets of address family in the order of the capturing machine. */
export const dissectNull: Dissector = (bytes, view, start, end) => {
  if (end - start < 4) return broken("null", start, end, "loopback header cut short");
  const big = get32(bytes, start);
  const family = big > 0xffff ? view.getUint32(start, true) : big;
  const layer = new LayerBuilder("null", start, start + 4)
    .field("family", family, start, start + 4)
    .summary(`loopback, family ${family}`);
  const type = family === 2 ? 0x0800 : [10, 24, 28, 30].includes(family) ? 0x86dd : undefined;
  if (type === undefined) return layer.note(`address family ${family} is not dissected`).step();
  return layer.step({ table: "etherType", keys: [type], start: start + 4, end });
};

/** Linux cooked capture, version 1 (LINKTYPE_LINUX_SLL). */
export const dissectSll: Dissector = (bytes, _view, start, end) => {
  if (end - start < 16) return broken("sll", start, end, "cooked header cut short");
  const packetType = get16(bytes, start);
  const length = Math.min(8, get16(bytes, start + 4));
  const type = get16(bytes, start + 14);
  return new LayerBuilder("sll", start, start + 16)
    .field("packet_type", packetType, start, start + 2, PACKET_TYPES[packetType])
    .field("hardware_type", get16(bytes, start + 2), start + 2, start + 4)
    .field("address_length", get16(bytes, start + 4), start + 4, start + 6)
    .field("address", hardware(bytes, start + 6, length), start + 6, start + 14)
    .field("type", type, start + 14, start + 16, ETHER_TYPES[type])
    .summary(cooked(packetType, type))
    .step({ table: "etherType", keys: [type], start: start + 16, end });
};

/** Linux cooked capture, version 2 (LINKTYPE_LINUX_SLL2). */
export const dissectSll2: Dissector = (bytes, _view, start, end) => {
  if (end - start < 20) return broken("sll2", start, end, "cooked header cut short");
  const type = get16(bytes, start);
  const packetType = bytes[start + 10];
  const length = Math.min(8, bytes[start + 11]);
  return new LayerBuilder("sll2", start, start + 20)
    .field("type", type, start, start + 2, ETHER_TYPES[type])
    .field("interface_index", get32(bytes, start + 4), start + 4, start + 8)
    .field("hardware_type", get16(bytes, start + 8), start + 8, start + 10)
    .field("packet_type", packetType, start + 10, start + 11, PACKET_TYPES[packetType])
    .field("address_length", bytes[start + 11], start + 11, start + 12)
    .field("address", hardware(bytes, start + 12, length), start + 12, start + 20)
    .summary(cooked(packetType, type))
    .step({ table: "etherType", keys: [type], start: start + 20, end });
};

/** Cisco HDLC: address, control, EtherType. */
export const dissectCiscoHdlc: Dissector = (bytes, _view, start, end) => {
  if (end - start < 4) return broken("chdlc", start, end, "Cisco HDLC header cut short");
  const type = get16(bytes, start + 2);
  return new LayerBuilder("chdlc", start, start + 4)
    .field("address", bytes[start], start, start + 1)
    .field("control", bytes[start + 1], start + 1, start + 2)
    .field("type", type, start + 2, start + 4, ETHER_TYPES[type])
    .summary(`Cisco HDLC, ${hexName(ETHER_TYPES, type)}`)
    .step({ table: "etherType", keys: [type], start: start + 4, end });
};

/** PPP (RFC 1661, RFC 1662): perhaps address and control, then a protocol of one or two octets. */
export const dissectPpp: Dissector = (bytes, _view, start, end) => {
  let at = start;
  const framed = end - at >= 2 && bytes[at] === 0xff && bytes[at + 1] === 0x03;
  if (framed) at += 2;
  const compressed = at < end && (bytes[at] & 1) === 1;
  const next = at + (compressed ? 1 : 2);
  if (next > end) return broken("ppp", start, end, "PPP header cut short");
  const protocol = compressed ? bytes[at] : get16(bytes, at);
  const layer = new LayerBuilder("ppp", start, next);
  if (framed) {
    layer.field("address", 0xff, start, start + 1).field("control", 3, start + 1, start + 2);
  }
  return layer.field("protocol", protocol, at, next, PPP_PROTOCOLS[protocol])
    .summary(`PPP ${hexName(PPP_PROTOCOLS, protocol)}`)
    .step({ table: "pppProtocol", keys: [protocol], start: next, end });
};

/** PPP as pppd's log has it: one octet of direction before the frame (LINKTYPE_PPP_PPPD). */
export const dissectPppd: Dissector = (bytes, _view, start, end) => {
  if (start === end) return broken("pppd", start, end, "direction octet is missing");
  return new LayerBuilder("pppd", start, start + 1)
    .field("direction", bytes[start], start, start + 1)
    .step({ table: "linkType", keys: [9], start: start + 1, end });
};

/** One entry of an MPLS label stack (RFC 3032 §2.1). */
export const dissectMpls: Dissector = (bytes, _view, start, end) => {
  if (end - start < 4) return broken("mpls", start, end, "MPLS label cut short");
  const word = get32(bytes, start);
  const bottom = (word >>> 8) & 1;
  const at = start + 4;
  const layer = new LayerBuilder("mpls", start, at)
    .field("label", word >>> 12, start, start + 3)
    .field("traffic_class", (word >>> 9) & 7, start + 2, start + 3)
    .field("bottom", bottom, start + 2, start + 3)
    .field("ttl", word & 0xff, start + 3, at)
    .summary(`MPLS label ${word >>> 12}, ttl ${word & 0xff}`);
  if (bottom === 0) return layer.step({ table: "etherType", keys: [0x8847], start: at, end });
  // Nothing says what follows; IP gives itself away by its version.
  const type = at < end ? IP_ETHER_TYPES[bytes[at] >> 4] : undefined;
  if (type === undefined) return layer.note("what MPLS carries is not known").step();
  return layer.step({ table: "etherType", keys: [type], start: at, end });
};

function cooked(packetType: number, type: number): string {
  const who = PACKET_TYPES[packetType] ?? `packet type ${packetType}`;
  return `cooked, ${who}, ${hexName(ETHER_TYPES, type)}`;
}

function hardware(bytes: Uint8Array, at: number, length: number): string {
  return length === 6 ? formatMac(bytes, at) : hex(bytes, at, at + length);
}
