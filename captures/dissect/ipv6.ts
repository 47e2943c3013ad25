/** Dissects IPv6. */
import { sumAddresses6, sumOctets } from "../wire/checksum.ts";
import * as ipv6 from "../wire/ipv6.ts";
import { broken, type Dissector, LayerBuilder } from "./layer.ts";
import { IP_PROTOCOLS } from "./names.ts";

/** An IPv6 header. */
export const dissectIpv6: Dissector = (bytes, view, start, end, context) => {
  const { record, end: at, problem } = ipv6.decode(bytes, start, end);
  if (record === undefined) return broken("ipv6", start, end, problem);
  const { version, payloadLength, nextHeader } = record;
  const layer = new LayerBuilder("ipv6", start, at)
    .field("version", version, start, start + 1)
    .field("dscp", record.dscp, start, start + 2)
    .field("ecn", record.ecn, start + 1, start + 2)
    .field("flow_label", record.flowLabel, start + 1, start + 4)
    .field("payload_length", payloadLength, start + 4, start + 6)
    .field("next_header", nextHeader, start + 6, start + 7, IP_PROTOCOLS[nextHeader])
    .field("hop_limit", record.hopLimit, start + 7, start + 8)
    .field("source", record.source, start + 8, start + 24)
    .field("destination", record.destination, start + 24, at);
  if (version !== 6) return layer.problem(`IP version must be 6: got ${version}`).step();
  let stop = at + payloadLength;
  if (payloadLength === 0 && nextHeader !== 59) {
    stop = end + context.missing;
    layer.correct("payload_length", stop - at, "0 in the header")
      .note("payload length is 0, left to the network card: the datagram fills the frame");
  } else if (stop > end + context.missing && !context.partial) {
    layer.problem(
      `payload length ${payloadLength} exceeds the ${end + context.missing - at} octets`,
    );
  }
  context.ipVersion = 6;
  context.addressSum = sumAddresses6(bytes, view, start);
  context.destinationSum = sumOctets(bytes, view, start + 24, at);
  context.datagramEnd = stop;
  return layer.step({
    table: "ipProtocol",
    keys: [nextHeader],
    start: at,
    end: Math.min(end, stop),
  });
};
