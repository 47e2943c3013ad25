/** Dissects Geneve with its options. */
import * as geneve from "../wire/geneve.ts";
import { get16, hex } from "../wire/octets.ts";
import { broken, type Dissector, LayerBuilder } from "./layer.ts";
import { ETHER_TYPES, hexName } from "./names.ts";

/** A Geneve header; octets of another version are none. */
export const dissectGeneve: Dissector = (bytes, _view, start, end) => {
  if (start < end && bytes[start] >> 6 !== 0) return undefined;
  const { record, end: at, problem } = geneve.decode(bytes, start, end);
  if (record === undefined) return broken("geneve", start, end, problem);
  const { protocol, vni } = record;
  const layer = new LayerBuilder("geneve", start, at)
    .field("version", record.version, start, start + 1)
    .field("options_length", record.options.length, start, start + 1, "octets")
    .field("control", Number(record.control), start + 1, start + 2)
    .field("critical", Number(record.critical), start + 1, start + 2)
    .field("protocol", protocol, start + 2, start + 4, ETHER_TYPES[protocol])
    .field("vni", vni, start + 4, start + 7)
    .summary(`Geneve ${vni}, proto ${hexName(ETHER_TYPES, protocol)}`);
  options(layer, bytes, start + geneve.MIN_LENGTH, at);
  if (record.control) return layer.note("a control packet").step();
  return layer.step({ table: "etherType", keys: [protocol], start: at, end });
};

function options(layer: LayerBuilder, bytes: Uint8Array, start: number, end: number): void {
  for (let at = start; at < end;) {
    const stop = at + geneve.OPTION_LENGTH + 4 * (bytes[at + 3] & 0x1f);
    if (stop > end) {
      layer.problem("an option exceeds the octets of options");
      return;
    }
    const what = `class 0x${get16(bytes, at).toString(16)} type ${bytes[at + 2]}`;
    layer.field("option", hex(bytes, at + geneve.OPTION_LENGTH, stop), at, stop, what);
    at = stop;
  }
}
