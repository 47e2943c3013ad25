/** Dissects ARP. */
import * as arp from "../wire/arp.ts";
import { formatAddress, formatMac } from "../wire/address.ts";
import { hex } from "../wire/octets.ts";
import { broken, type Dissector, LayerBuilder } from "./layer.ts";
import { ETHER_TYPES } from "./names.ts";

const OPERATIONS: Readonly<Record<number, string>> = {
  1: "request",
  2: "reply",
  3: "reverse request",
  4: "reverse reply",
  8: "inverse request",
  9: "inverse reply",
};

/** An ARP packet. */
export const dissectArp: Dissector = (bytes, _view, start, end) => {
  const { record, end: at, problem } = arp.decode(bytes, start, end);
  if (record === undefined) return broken("arp", start, end, problem);
  const { hardwareType, protocolType, hardwareLength, protocolLength, operation } = record;
  const layer = new LayerBuilder("arp", start, at)
    .field("hardware_type", hardwareType, start, start + 2)
    .field("protocol_type", protocolType, start + 2, start + 4, ETHER_TYPES[protocolType])
    .field("hardware_length", hardwareLength, start + 4, start + 5)
    .field("protocol_length", protocolLength, start + 5, start + 6)
    .field("operation", operation, start + 6, start + 8, OPERATIONS[operation]);
  let offset = start + 8;
  const take = (name: string, octets: Uint8Array, text: string) => {
    layer.field(name, text, offset, offset + octets.length);
    offset += octets.length;
    return text;
  };
  const { senderHardware, senderProtocol, targetHardware, targetProtocol } = record;
  const from = take("sender_hardware", senderHardware, hardwareText(senderHardware));
  const sender = take("sender_protocol", senderProtocol, formatAddress(senderProtocol));
  take("target_hardware", targetHardware, hardwareText(targetHardware));
  const target = take("target_protocol", targetProtocol, formatAddress(targetProtocol));
  if (operation === 1) layer.summary(`ARP, request who-has ${target} tell ${sender}`);
  else if (operation === 2) layer.summary(`ARP, reply ${sender} is-at ${from}`);
  else layer.summary(`ARP, ${OPERATIONS[operation] ?? `operation ${operation}`}, from ${sender}`);
  return layer.step();
};

function hardwareText(octets: Uint8Array): string {
  return octets.length === 6 ? formatMac(octets) : hex(octets);
}
