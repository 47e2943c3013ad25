/** Dissects slow protocols: LACP with its TLVs, the others by name. */
import * as lacp from "../wire/lacp.ts";
import { get16, hex } from "../wire/octets.ts";
import { broken, type Dissector, LayerBuilder } from "./layer.ts";
import { decimalName, type Names } from "./names.ts";

const SUBTYPES: Names = { 1: "LACP", 2: "marker", 3: "OAM", 10: "organisation-specific" };

/** A slow protocol (IEEE Std 802.3, annex 57A). */
export const dissectSlow: Dissector = (bytes, _view, start, end) => {
  if (start === end) return broken("lacp", start, end, "LACPDU cut short: 0 octets");
  const subtype = bytes[start];
  if (subtype !== lacp.SlowSubtype.lacp) {
    const name = decimalName(SUBTYPES, subtype);
    return new LayerBuilder("slow_protocol", start, start + 1)
      .field("subtype", subtype, start, start + 1, SUBTYPES[subtype])
      .summary(`slow protocol ${name}`)
      .note(`slow protocol ${name} is not dissected`)
      .step();
  }
  const { record, end: at, problem } = lacp.decode(bytes, start, end);
  if (record === undefined) return broken("lacp", start, end, problem);
  const layer = new LayerBuilder("lacp", start, at)
    .field("subtype", subtype, start, start + 1, SUBTYPES[subtype])
    .field("version", record.version, start + 1, start + 2);
  let shown = "", offset = start + lacp.LENGTH;
  for (const { type, value } of record.tlvs) {
    const stop = offset + lacp.TLV_LENGTH + value.length;
    shown += tlv(layer, type, value, offset, stop);
    offset = stop;
  }
  return layer.summary(`LACPv${record.version}${shown}`).stepToPadding(at);
};

/** Adds the fields of a TLV; returns what the summary says of it. */
function tlv(
  layer: LayerBuilder,
  type: number,
  value: Uint8Array,
  start: number,
  end: number,
): string {
  const { LacpTlv } = lacp;
  if (type === LacpTlv.terminator) return "";
  const who = type === LacpTlv.actor ? "actor" : type === LacpTlv.partner ? "partner" : undefined;
  if (who === undefined) {
    const delay = type === LacpTlv.collector && value.length >= 2;
    if (delay) layer.field("collector_max_delay", get16(value, 0), start + 2, start + 4);
    else layer.field(`tlv_${type}`, hex(value), start, end);
    return "";
  }
  const port = lacp.readPort(value);
  if (port === undefined) {
    layer.field(who, hex(value), start, end).problem(`${who} information is too short`);
    return "";
  }
  const at = start + lacp.TLV_LENGTH;
  const states = lacp.STATES.filter((_, bit) => (port.state & 1 << bit) !== 0).join(", ");
  layer.field(`${who}_system_priority`, port.systemPriority, at, at + 2)
    .field(`${who}_system`, port.system, at + 2, at + 8)
    .field(`${who}_key`, port.key, at + 8, at + 10)
    .field(`${who}_port_priority`, port.portPriority, at + 10, at + 12)
    .field(`${who}_port`, port.port, at + 12, at + 14)
    .field(`${who}_state`, port.state, at + 14, at + 15, states || "none");
  return `, ${who} ${port.system} port ${port.port} key ${port.key} [${states || "none"}]`;
}
