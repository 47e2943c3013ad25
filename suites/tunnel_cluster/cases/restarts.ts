/** Mutants that die of a message and are restarted: whatever they knew before is forgotten. */
import { get16 } from "../../../captures/wire/octets.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { TUNNEL_ID } from "../packet_changes.ts";

/** Dies of a message, and comes back with no tunnel of before. */
export function restartsAfter(kills: (packet: Uint8Array) => boolean): TunnelClusterOverrides {
  const lives = new WeakMap<object, { before: Set<number>; forgotten: Set<number> }>();
  return {
    wire: {
      ingress(packet) {
        const life = lives.get(this) ?? { before: new Set(), forgotten: new Set() };
        lives.set(this, life);
        // What the cluster says has no bit of a control message.
        if (packet.length > 0 && (packet[0] & 0x80) === 0) return packet;
        if (kills(packet)) {
          for (const id of life.before) life.forgotten.add(id);
          return undefined;
        }
        const id = packet.length < TUNNEL_ID + 2 ? 0 : get16(packet, TUNNEL_ID);
        if (life.forgotten.has(id)) return undefined;
        if (id !== 0) life.before.add(id);
        return packet;
      },
    },
  };
}
