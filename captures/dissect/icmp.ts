/** Dissects ICMP of both versions; the datagrams that errors quote are dissected too. */
import * as icmp from "../wire/icmp.ts";
import * as icmpv6 from "../wire/icmpv6.ts";
import { formatIpv6 } from "../wire/address.ts";
import { IP_PROTOCOL } from "../wire/ip_protocol.ts";
import { broken, type Dissector, LayerBuilder } from "./layer.ts";
import { ICMP_TYPES, ICMPV6_TYPES, type Names } from "./names.ts";
import { checksumField } from "./verify.ts";

/** Types that quote the datagram which caused them. */
const QUOTING = [3, 4, 5, 11, 12];
const QUOTING_6 = [1, 2, 3, 4];

/** An ICMP message. */
export const dissectIcmp: Dissector = (bytes, view, start, end, context) => {
  const { record, end: at, problem } = icmp.decode(bytes, start, end);
  if (record === undefined) return broken("icmp", start, end, problem);
  const layer = message("icmp", record, start, at, ICMP_TYPES);
  checksumField(layer, bytes, view, start + 2, end, -1, context);
  const { type } = record;
  echo(layer, record, type === 0 || type === 8, start, context.datagramEnd);
  if (!QUOTING.includes(type)) return layer.step();
  context.partial = true;
  return layer.step({ table: "etherType", keys: [0x0800], start: at, end });
};

/** An ICMPv6 message. */
export const dissectIcmpv6: Dissector = (bytes, view, start, end, context) => {
  const { record, end: at, problem } = icmpv6.decode(bytes, start, end);
  if (record === undefined) return broken("icmpv6", start, end, problem);
  const layer = message("icmpv6", record, start, at, ICMPV6_TYPES);
  checksumField(layer, bytes, view, start + 2, end, IP_PROTOCOL.ICMPV6, context);
  const { type } = record;
  echo(layer, record, type === 128 || type === 129, start, context.datagramEnd);
  if ((type === 135 || type === 136) && at + 16 <= end) {
    const target = formatIpv6(bytes, at);
    layer.field("target", target, at, at + 16);
    layer.layer.summary += `, target ${target}`;
  }
  if (type === 2) layer.layer.summary += `, mtu ${record.rest}`;
  if (!QUOTING_6.includes(type)) return layer.step();
  context.partial = true;
  return layer.step({ table: "etherType", keys: [0x86dd], start: at, end });
};

function message(
  name: string,
  record: icmp.Icmp,
  start: number,
  at: number,
  names: Names,
): LayerBuilder {
  const { type, code } = record;
  const what = names[type] ?? `type ${type}`;
  return new LayerBuilder(name, start, at)
    .field("type", type, start, start + 1, names[type])
    .field("code", code, start + 1, start + 2)
    .summary(`${name === "icmp" ? "ICMP" : "ICMP6"} ${what}${code === 0 ? "" : `, code ${code}`}`);
}

/** Adds the second word: identifier and sequence of an echo, a plain number of anything else. */
function echo(
  layer: LayerBuilder,
  record: icmp.Icmp,
  isEcho: boolean,
  start: number,
  stop: number,
): void {
  if (!isEcho) {
    layer.field("rest", record.rest, start + 4, start + 8);
    return;
  }
  const identifier = record.rest >>> 16;
  const sequence = record.rest & 0xffff;
  layer.field("identifier", identifier, start + 4, start + 6);
  layer.field("sequence", sequence, start + 6, start + 8);
  layer.layer.summary += `, id ${identifier}, seq ${sequence}, length ${stop - start}`;
}
