/** Dissects stateless tunnels with slot ids. */
import { ETHER_TYPE } from "../link.ts";
import * as slots from "../wire/tunnel_slots.ts";
import { broken, type Dissector, LayerBuilder } from "./layer.ts";

/** A header with slot ids; octets in front of no IP datagram are none. */
export const dissectTunnelSlots: Dissector = (bytes, _view, start, end) => {
  if (start === end) return undefined;
  const { record, end: at, problem } = slots.decode(bytes, start, end);
  if (record === undefined) return broken("tunnel_slots", start, end, problem);
  const { networkId, sourceSlot, targetSlot } = record;
  const layer = new LayerBuilder("tunnel_slots", start, at)
    .field("network_id", networkId, start, start + 4)
    .field("source_slot", sourceSlot, start + 4, start + 6)
    .field("target_slot", targetSlot, start + 6, start + 8)
    .field("reserved", record.reserved, start + 8, at)
    .summary(`Slots ${sourceSlot} > ${targetSlot}, network ${networkId}`);
  if (at === end) return layer.note("nothing follows").step();
  const version = bytes[at] >> 4;
  if (version !== 4 && version !== 6) return undefined;
  const key = version === 4 ? ETHER_TYPE.IPV4 : ETHER_TYPE.IPV6;
  return layer.step({ table: "etherType", keys: [key], start: at, end });
};
