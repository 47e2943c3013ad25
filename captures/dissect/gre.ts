/** Dissects GRE, of both versions. */
import * as gre from "../wire/gre.ts";
import { broken, type Dissector, LayerBuilder } from "./layer.ts";
import { ETHER_TYPES, hexName } from "./names.ts";
import { checksumField } from "./verify.ts";

/**
 * Flags of the 16 octets that stateless tunnels take from GRE: their checksum is the same in all packets
 * of a flow, and their flow id the lower half of the key (decisions D2-09, seed 002 L102).
 */
const WHOLE = gre.GreFlag.checksum | gre.GreFlag.key | gre.GreFlag.sequence;

/** Up to here a protocol type is no EtherType. */
const MAX_LENGTH = 1500;

/** A GRE header. */
export const dissectGre: Dissector = (bytes, view, start, end, context) => {
  const { record, end: at, problem } = gre.decode(bytes, start, end);
  if (record === undefined) return broken("gre", start, end, problem);
  const { flags, version, protocol } = record;
  const layer = new LayerBuilder("gre", start, at)
    .field("flags", flags, start, start + 2, flagText(flags))
    .field("version", version, start + 1, start + 2)
    .field("protocol", protocol, start + 2, start + 4, ETHER_TYPES[protocol]);
  if (version === 1) return enhanced(layer, record, start, at, end);
  let offset = start + 4;
  if (record.checksum !== undefined) {
    if ((flags & gre.GreFlag.checksum) !== 0) {
      if (flags === WHOLE && record.checksum === 0) {
        layer.field("checksum", 0, offset, offset + 2, "not filled in")
          .note("checksum is 0, as stateless tunnels leave it");
      } else checksumField(layer, bytes, view, offset, end, -1, context);
    } else layer.field("checksum", record.checksum, offset, offset + 2, "not used");
    layer.field("offset", record.offset ?? 0, offset + 2, offset + 4);
    offset += 4;
  }
  let summary = `GREv${version}`;
  for (const name of ["key", "sequence", "acknowledgment"] as const) {
    const value = record[name];
    if (value === undefined) continue;
    layer.field(name, value, offset, offset + 4);
    if (name === "key" && flags === WHOLE) {
      layer.field("flow_id", value & 0xffff, offset + 2, offset + 4, "in stateless tunnels");
    }
    summary += `, ${name} ${name === "key" ? hexName({}, value, 8) : value}`;
    offset += 4;
  }
  layer.summary(`${summary}, proto ${hexName(ETHER_TYPES, protocol)}`);
  if (version > 1) return layer.problem(`version must be 0 or 1: got ${version}`).step();
  if (protocol <= MAX_LENGTH) return layer.note("no EtherType says what follows").step();
  if ((flags & gre.GreFlag.routing) !== 0) return layer.note("routing is not dissected").step();
  return layer.step({ table: "etherType", keys: [protocol], start: at, end });
};

/** The rest of an enhanced header (RFC 2637 §4.1); one that acknowledges only has no payload. */
function enhanced(layer: LayerBuilder, record: gre.Gre, start: number, at: number, end: number) {
  const { key, sequence, acknowledgment, protocol } = record;
  let offset = start + 4, summary = "GREv1";
  if (key === undefined) layer.problem("a header of version 1 must have a key");
  else {
    layer.field("payload_length", key >>> 16, offset, offset + 2)
      .field("call_id", key & 0xffff, offset + 2, offset + 4);
    summary += `, call ${key & 0xffff}`;
    offset += 4;
  }
  for (const [name, value] of Object.entries({ sequence, acknowledgment })) {
    if (value === undefined) continue;
    layer.field(name, value, offset, offset + 4);
    summary += `, ${name} ${value}`;
    offset += 4;
  }
  const length = key === undefined ? end - at : key >>> 16;
  if (sequence === undefined || length === 0) {
    if (sequence === undefined && length > 0 && at < end) {
      layer.problem("a payload must have a sequence number");
    }
    return layer.summary(`${summary}, no payload`).stepToPadding(at);
  }
  layer.summary(`${summary}, proto ${hexName(ETHER_TYPES, protocol)}`);
  const stop = Math.min(end, at + length);
  return layer.step({ table: "etherType", keys: [protocol], start: at, end: stop });
}

function flagText(flags: number): string {
  const names = Object.entries(gre.GreFlag).filter(([, bit]) => (flags & bit) !== 0);
  return names.length === 0 ? "none" : names.map(([name]) => name).join(", ");
}
