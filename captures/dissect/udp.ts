/** Dissects UDP. */
import { IP_PROTOCOL } from "../wire/ip_protocol.ts";
import { isPlausible } from "../wire/tunnel_slots.ts";
import * as udp from "../wire/udp.ts";
import { SLOT_UDP_PORT } from "../wire/udp_port.ts";
import { broken, type Dissector, LayerBuilder } from "./layer.ts";
import { checksumField } from "./verify.ts";

/** A UDP header. */
export const dissectUdp: Dissector = (bytes, view, start, end, context) => {
  const { record, end: at, problem } = udp.decode(bytes, start, end);
  if (record === undefined) return broken("udp", start, end, problem);
  const { sourcePort, destinationPort, length, checksum } = record;
  const layer = new LayerBuilder("udp", start, at)
    .field("source_port", sourcePort, start, start + 2)
    .field("destination_port", destinationPort, start + 2, start + 4)
    .field("length", length, start + 4, start + 6);
  let stop = start + length;
  const isSlots = destinationPort === SLOT_UDP_PORT && isPlausible(bytes, at, end);
  if (isSlots && stop !== context.datagramEnd && !context.partial) {
    // Octets between the IP headers may be the same in all packets of a stream (decision D2-05).
    if (length !== 0) layer.note(`length ${length} is that of another packet of its tunnel`);
    stop = context.datagramEnd;
  } else if (length === 0) stop = context.datagramEnd; // A jumbogram (RFC 2675 §4).
  else if (length < udp.LENGTH) {
    return layer.problem(`length must be at least 8: got ${length}`).summary("UDP").step();
  } else if (stop > context.datagramEnd && !context.partial) {
    layer.problem(
      `length ${length} exceeds the ${context.datagramEnd - start} octets of IP payload`,
    );
    stop = context.datagramEnd;
  }
  if (checksum === 0) {
    layer.field("checksum", 0, start + 6, at, "none");
    if (context.ipVersion === 6) layer.note("no checksum, which IPv6 allows for tunnels only");
  } else checksumField(layer, bytes, view, start + 6, end, IP_PROTOCOL.UDP, context, stop);
  layer.summary(`UDP, length ${Math.max(0, stop - at)}`);
  const keys = [destinationPort, sourcePort];
  return layer.step({ table: "udp", keys, start: at, end: Math.min(end, stop) });
};
