/** Dissects PPPoE: sessions up to the PPP frame within, and discovery with its tags (RFC 2516). */
import { LINK_TYPE } from "../link.ts";
import { hex } from "../wire/octets.ts";
import * as pppoe from "../wire/pppoe.ts";
import { broken, type Dissector, LayerBuilder } from "./layer.ts";
import { isText, type Names, textOf } from "./names.ts";

const CODES: Names = {
  [pppoe.PppoeCode.session]: "session",
  [pppoe.PppoeCode.pado]: "PADO",
  [pppoe.PppoeCode.padi]: "PADI",
  [pppoe.PppoeCode.padr]: "PADR",
  [pppoe.PppoeCode.pads]: "PADS",
  [pppoe.PppoeCode.padt]: "PADT",
};

/** Tags of discovery (RFC 2516 appendix A, RFC 4638 §3); text unless they are octets. */
const TAGS: Names = {
  0x0000: "end_of_list",
  0x0101: "service_name",
  0x0102: "ac_name",
  0x0103: "host_uniq",
  0x0104: "ac_cookie",
  0x0105: "vendor_specific",
  0x0110: "relay_session_id",
  0x0120: "ppp_max_payload",
  0x0201: "service_name_error",
  0x0202: "ac_system_error",
  0x0203: "generic_error",
};
const OCTETS = new Set([0x0103, 0x0104, 0x0105, 0x0110, 0x0120]);

/** A PPPoE packet, of either EtherType. */
export const dissectPppoe: Dissector = (bytes, _view, start, end) => {
  const { record, end: at, problem } = pppoe.decode(bytes, start, end);
  if (record === undefined) return broken("pppoe", start, end, problem);
  const { version, type, code, sessionId, length } = record;
  const layer = new LayerBuilder("pppoe", start, at)
    .field("version", version, start, start + 1)
    .field("type", type, start, start + 1)
    .field("code", code, start + 1, start + 2, CODES[code])
    .field("session_id", sessionId, start + 2, start + 4)
    .field("length", length, start + 4, at);
  if (at + length > end) layer.problem(`length ${length} exceeds the octets that are there`);
  const stop = Math.min(end, at + length);
  if (code === pppoe.PppoeCode.session) {
    return layer.summary(`PPPoE session ${sessionId}`)
      .step({ table: "linkType", keys: [LINK_TYPE.PPP], start: at, end: stop });
  }
  layer.layer.end = stop;
  const shown = tags(layer, bytes, at, stop);
  layer.summary(
    `PPPoE ${CODES[code] ?? `code 0x${code.toString(16)}`}, session ${sessionId}${shown}`,
  );
  return layer.stepToPadding(stop);
};

/** Adds a field for every tag; returns what the summary says of them. */
function tags(layer: LayerBuilder, bytes: Uint8Array, start: number, end: number): string {
  const read = pppoe.readTags(bytes, start, end);
  let shown = "";
  for (const tag of read.tags) {
    const name = TAGS[tag.type] ?? `tag_${tag.type}`;
    const asText = !OCTETS.has(tag.type) && isText(tag.value);
    const value = asText ? textOf(tag.value) : hex(tag.value);
    layer.field(name, value, tag.start, tag.end);
    if (tag.value.length > 0) shown += `, ${name} ${value}`;
  }
  if (read.problem !== undefined) layer.problem(read.problem);
  return shown;
}
