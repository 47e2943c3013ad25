/** Finished Ethernet frames. */
import { parseMac } from "./address.ts";
import * as ethernet from "./ethernet.ts";
import { put16 } from "./octets.ts";
import * as vlan from "./vlan.ts";

/** An Ethernet frame. */
export interface EthernetFrame {
  /** MAC addresses. */
  destination: string;
  source: string;
  /** EtherType of the payload; that of its IP version unless told. */
  type?: number;
  /** Identifier of an 802.1Q tag; untagged unless told. */
  vlan?: number;
  /** Priority code point of the tag. */
  priority?: number;
  payload: Uint8Array;
}

/** An Ethernet frame, not padded. */
export function ethernetFrame(p: EthernetFrame): Uint8Array {
  const tag = p.vlan === undefined ? 0 : vlan.LENGTH;
  const bytes = new Uint8Array(ethernet.LENGTH + tag + p.payload.length);
  bytes.set(parseMac(p.destination), ethernet.OFFSET.destination);
  bytes.set(parseMac(p.source), ethernet.OFFSET.source);
  const type = p.type ?? (p.payload[0] >> 4 === 6 ? 0x86dd : 0x0800);
  if (p.vlan === undefined) put16(bytes, ethernet.OFFSET.type, type);
  else {
    put16(bytes, ethernet.OFFSET.type, 0x8100);
    const record = { priority: p.priority ?? 0, dropEligible: false, identifier: p.vlan, type };
    vlan.encodeInto(record, bytes, ethernet.LENGTH);
  }
  bytes.set(p.payload, ethernet.LENGTH + tag);
  return bytes;
}
