/** Dissects stateless tunnels with slot ids. */
import { ETHER_TYPE } from "../link.ts";
import * as slots from "../wire/tunnel_slots.ts";
import { type Dissector, LayerBuilder } from "./layer.ts";

/** A header with slot ids; octets in front of no IP header are none. */
export const dissectTunnelSlots: Dissector = (bytes, _view, start, end) => {
  const { record, end: at } = slots.decode(bytes, start, end);
  if (record === undefined || !slots.isPlausible(bytes, start, end)) return undefined;
  const { networkId, sourceSlot, targetSlot, reserved } = record;
  return new LayerBuilder("tunnel_slots", start, at)
    .field("network_id", networkId, start, start + 4)
    .field("source_slot", sourceSlot, start + 4, start + 6)
    .field("target_slot", targetSlot, start + 6, start + 8)
    .field("reserved", reserved, start + 8, at)
    .summary(`Slots ${sourceSlot} > ${targetSlot}, network ${networkId}`)
    .step({
      ...{ table: "etherType", start: at, end },
      keys: [bytes[at] >> 4 === 4 ? ETHER_TYPE.IPV4 : ETHER_TYPE.IPV6],
    });
};
