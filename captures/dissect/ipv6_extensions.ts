/** Dissects the extension headers of IPv6. */
import { formatAddress } from "../wire/address.ts";
import * as ah from "../wire/ah.ts";
import { addSums, subtractSums, sumOctets } from "../wire/checksum.ts";
import * as ipv6Fragment from "../wire/ipv6_fragment.ts";
import * as ipv6Options from "../wire/ipv6_options.ts";
import * as ipv6Routing from "../wire/ipv6_routing.ts";
import { hex } from "../wire/octets.ts";
import { type Option, readIpv6Options } from "../wire/options.ts";
import { broken, type Context, type Dissector, LayerBuilder } from "./layer.ts";
import { IP_PROTOCOLS } from "./names.ts";

/** Octets of an address. */
const ADDRESS = 16;

/** Hop-by-hop options (RFC 8200 §4.3). */
export const dissectHopByHop: Dissector = optionsHeader("ipv6_hop_by_hop");

/** Destination options (RFC 8200 §4.6). */
export const dissectDestinationOptions: Dissector = optionsHeader(
  "ipv6_destination_options",
  homeAddress,
);

/** Mobility, HIP and Shim6 headers: known by their length only. */
export const dissectOtherExtension: Dissector = (bytes, _view, start, end) => {
  const { record, end: at, problem } = ipv6Options.decode(bytes, start, end);
  if (record === undefined) return broken("ipv6_extension", start, end, problem);
  return new LayerBuilder("ipv6_extension", start, at)
    .field("next_header", record.nextHeader, start, start + 1, IP_PROTOCOLS[record.nextHeader])
    .field("header_length", at - start, start + 1, start + 2, "octets")
    .step({ table: "ipProtocol", keys: [record.nextHeader], start: at, end });
};

/** What an option changes for the headers behind it. */
type OptionEffect = (
  option: Option,
  bytes: Uint8Array,
  view: DataView,
  context: Context,
) => string | undefined;

function optionsHeader(name: string, effect?: OptionEffect): Dissector {
  return (bytes, view, start, end, context) => {
    const { record, end: at, problem } = ipv6Options.decode(bytes, start, end);
    if (record === undefined) return broken(name, start, end, problem);
    const layer = new LayerBuilder(name, start, at)
      .field("next_header", record.nextHeader, start, start + 1, IP_PROTOCOLS[record.nextHeader])
      .field("header_length", at - start, start + 1, start + 2, "octets");
    const read = readIpv6Options(bytes, start + 2, at);
    for (const option of read.options) {
      const value = hex(bytes, option.value, option.end);
      const address = effect?.(option, bytes, view, context);
      if (address !== undefined) layer.field("home_address", address, option.start, option.end);
      else layer.field(`option_${option.kind}`, value, option.start, option.end);
    }
    if (read.problem !== undefined) layer.problem(read.problem);
    return layer.step({ table: "ipProtocol", keys: [record.nextHeader], start: at, end });
  };
}

/**
 * The Home Address option of Mobile IPv6 (RFC 6275 §6.3 and §11.2.1): in the pseudo header it stands
 * for the source.
 */
function homeAddress(
  { kind, value, end }: Option,
  bytes: Uint8Array,
  view: DataView,
  context: Context,
): string | undefined {
  if (kind !== ipv6Options.HOME_ADDRESS || end - value !== ADDRESS) return undefined;
  if (context.addressSum >= 0) {
    context.addressSum = addSums(context.destinationSum, sumOctets(bytes, view, value, end));
  }
  return formatAddress(bytes, value, end);
}

/** A routing header. While segments are left, the pseudo header has the last address of its list. */
export const dissectRouting: Dissector = (bytes, view, start, end, context) => {
  const { record, end: at, problem } = ipv6Routing.decode(bytes, start, end);
  if (record === undefined) return broken("ipv6_routing", start, end, problem);
  const { nextHeader, routingType, segmentsLeft } = record;
  const layer = new LayerBuilder("ipv6_routing", start, at)
    .field("next_header", nextHeader, start, start + 1, IP_PROTOCOLS[nextHeader])
    .field("header_length", at - start, start + 1, start + 2, "octets")
    .field("routing_type", routingType, start + 2, start + 3)
    .field("segments_left", segmentsLeft, start + 3, start + 4)
    .field("data", hex(record.data), start + 4, at)
    .summary(`routing type ${routingType}, ${segmentsLeft} left`);
  if (segmentsLeft > 0) redirect(bytes, view, start, at, routingType, context);
  return layer.step({ table: "ipProtocol", keys: [nextHeader], start: at, end });
};

/** Takes the destination out of the addresses' sum and the final one in, where it can be known. */
function redirect(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  at: number,
  routingType: number,
  context: Context,
): void {
  // Source routes and mobility list their addresses forwards, segment routing backwards.
  const final = routingType === 4 ? start + 8 : at - 16;
  const known = routingType === 0 || routingType === 2 || routingType === 4;
  if (!known || final < start + 8 || final + 16 > at || context.addressSum < 0) {
    context.addressSum = -1;
    return;
  }
  // The header that this one extends lies before it; its destination is the only part replaced.
  const destination = context.destinationSum;
  context.addressSum = addSums(
    subtractSums(context.addressSum, destination),
    sumOctets(bytes, view, final, final + 16),
  );
  context.destinationSum = sumOctets(bytes, view, final, final + 16);
}

/** A fragment header (RFC 8200 §4.5). */
export const dissectFragment: Dissector = (bytes, _view, start, end, context) => {
  const { record, end: at, problem } = ipv6Fragment.decode(bytes, start, end);
  if (record === undefined) return broken("ipv6_fragment", start, end, problem);
  const { nextHeader, fragmentOffset, moreFragments } = record;
  const layer = new LayerBuilder("ipv6_fragment", start, at)
    .field("next_header", nextHeader, start, start + 1, IP_PROTOCOLS[nextHeader])
    .field("reserved", record.reserved, start + 1, start + 2)
    .field("fragment_offset", fragmentOffset, start + 2, start + 4, "octets")
    .field("more_fragments", Number(moreFragments), start + 3, start + 4)
    .field("identification", record.identification, start + 4, at)
    .summary(`frag ${fragmentOffset}${moreFragments ? "+" : ""}`);
  context.partial ||= moreFragments || fragmentOffset > 0;
  if (fragmentOffset > 0) layer.note(`a later fragment: its octets belong at ${fragmentOffset}`);
  const keys = fragmentOffset > 0 ? [] : [nextHeader];
  return layer.step({ table: "ipProtocol", keys, start: at, end });
};

/** The authentication header (RFC 4302), in IPv4 too. */
export const dissectAh: Dissector = (bytes, _view, start, end) => {
  const { record, end: at, problem } = ah.decode(bytes, start, end);
  if (record === undefined) return broken("ah", start, end, problem);
  const { nextHeader, spi, sequence } = record;
  return new LayerBuilder("ah", start, at)
    .field("next_header", nextHeader, start, start + 1, IP_PROTOCOLS[nextHeader])
    .field("payload_length", record.payloadLength, start + 1, start + 2)
    .field("spi", spi, start + 4, start + 8)
    .field("sequence", sequence, start + 8, start + 12)
    .field("icv", hex(record.icv), start + 12, at)
    .summary(`AH(spi=0x${spi.toString(16).padStart(8, "0")},seq=0x${sequence.toString(16)})`)
    .step({ table: "ipProtocol", keys: [nextHeader], start: at, end });
};
