/** Mutants that die of a packet and are restarted: whatever they knew before is forgotten. */
import { get16 } from "../../../captures/wire/octets.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { opensWitness } from "./packets.ts";

/**
 * Dies of a packet that a test picks out, and comes back empty: no tunnel of before is served or
 * spoken on any more, and new ones are.
 */
export function restartsAfter(kills: (packet: Uint8Array) => boolean): L2tpOverrides {
  const before = { device: new Set<number>(), peer: new Set<number>() };
  const forgotten = { device: new Set<number>(), peer: new Set<number>() };
  return {
    wire: {
      ingress(packet) {
        const id = get16(packet, 4);
        if (opensWitness(packet)) {
          for (const ids of [forgotten.device, forgotten.peer]) ids.clear();
        }
        if (kills(packet)) {
          for (const side of ["device", "peer"] as const) {
            before[side].forEach((each) => forgotten[side].add(each));
            before[side].clear();
          }
          return undefined;
        }
        if (id !== 0) before.device.add(id);
        return id !== 0 && forgotten.device.has(id) ? undefined : packet;
      },
      egress(transmission) {
        const id = get16(transmission.packet, 4);
        if (id === 0) return [transmission];
        if (forgotten.peer.has(id)) return [];
        before.peer.add(id);
        return [transmission];
      },
    },
  };
}
