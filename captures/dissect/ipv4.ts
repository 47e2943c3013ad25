/** Dissects IPv4 with its options, and verifies the header checksum. */
import { checksum, sumAddresses4 } from "../wire/checksum.ts";
import * as ipv4 from "../wire/ipv4.ts";
import { readOptions } from "../wire/options.ts";
import { hex } from "../wire/octets.ts";
import { broken, type Context, type Dissector, LayerBuilder, type Next } from "./layer.ts";
import { IP_PROTOCOLS } from "./names.ts";

/** An IPv4 header. */
export const dissectIpv4: Dissector = (bytes, view, start, end, context) => {
  const { record, end: at, problem } = ipv4.decode(bytes, start, end);
  if (record === undefined) return broken("ipv4", start, end, problem);
  const layer = new LayerBuilder("ipv4", start, at);
  fields(layer, record, start);
  options(layer, bytes, start + ipv4.MIN_LENGTH, at);
  if (record.version !== 4) {
    return layer.problem(`IP version must be 4: got ${record.version}`).step();
  }
  if (record.headerWords < 5) {
    return layer.problem(`header length must be at least 20 octets: got ${record.headerWords * 4}`)
      .step();
  }
  if (checksum(bytes, view, start, at) !== 0) {
    // What a capture on the sending host shows where the network card fills it in.
    if (record.checksum === 0) layer.note("header checksum is 0: left to the network card");
    else layer.problem("header checksum is wrong");
  }
  context.addressSum = sumAddresses4(bytes, view, start);
  return layer.step(payload(layer, record, start, at, end, context));
};

function fields(layer: LayerBuilder, record: ipv4.Ipv4, start: number): void {
  const { OFFSET } = ipv4;
  const octet = (name: string, value: number, at: number, length = 1, meaning?: string) =>
    layer.field(name, value, start + at, start + at + length, meaning);
  octet("version", record.version, 0);
  octet("header_length", record.headerWords * 4, 0, 1, "octets");
  octet("dscp", record.dscp, OFFSET.trafficClass);
  octet("ecn", record.ecn, OFFSET.trafficClass);
  octet("total_length", record.totalLength, OFFSET.totalLength, 2);
  octet("identification", record.identification, OFFSET.identification, 2);
  octet("reserved_flag", Number(record.reservedFlag), OFFSET.flagsAndOffset);
  octet("dont_fragment", Number(record.dontFragment), OFFSET.flagsAndOffset);
  octet("more_fragments", Number(record.moreFragments), OFFSET.flagsAndOffset);
  octet("fragment_offset", record.fragmentOffset, OFFSET.flagsAndOffset, 2, "octets");
  octet("ttl", record.ttl, OFFSET.ttl);
  octet("protocol", record.protocol, OFFSET.protocol, 1, IP_PROTOCOLS[record.protocol]);
  octet("checksum", record.checksum, OFFSET.checksum, 2);
  layer.field("source", record.source, start + OFFSET.source, start + OFFSET.source + 4);
  layer.field("destination", record.destination, start + OFFSET.destination, start + 20);
}

function options(layer: LayerBuilder, bytes: Uint8Array, start: number, end: number): void {
  const { options, problem } = readOptions(bytes, start, end);
  for (const option of options) {
    layer.field(
      `option_${option.kind}`,
      hex(bytes, option.value, option.end),
      option.start,
      option.end,
    );
  }
  if (problem !== undefined) layer.problem(problem);
}

function payload(
  layer: LayerBuilder,
  record: ipv4.Ipv4,
  start: number,
  at: number,
  end: number,
  context: Context,
): Next | undefined {
  const { totalLength, fragmentOffset, moreFragments, protocol } = record;
  let stop = start + totalLength;
  if (totalLength === 0) {
    // What a capture on the sending host shows before segmentation offload.
    stop = end + context.missing;
    layer.correct("total_length", stop - start, "0 in the header")
      .note("total length is 0, left to the network card: the datagram fills the frame");
  } else if (stop < at) {
    layer.problem(`total length ${totalLength} is less than the header`);
    return undefined;
  } else if (stop > end + context.missing && !context.partial) {
    layer.problem(
      `total length ${totalLength} exceeds the ${end + context.missing - start} octets`,
    );
  }
  context.ipVersion = 4;
  context.datagramEnd = stop;
  context.partial ||= moreFragments || fragmentOffset > 0;
  if (fragmentOffset > 0) {
    layer.note(`a later fragment: its ${stop - at} octets belong at ${fragmentOffset}`);
    return { table: "ipProtocol", keys: [], start: at, end: Math.min(end, stop) };
  }
  return { table: "ipProtocol", keys: [protocol], start: at, end: Math.min(end, stop) };
}
