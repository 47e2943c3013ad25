/** What wrong cards do to frames, whichever of their rules is wrong. */
import type { OffloadOverrides } from "../../../peers/offload/overrides.ts";

/** A card that loses the frames of which something is true, on their way in. */
export function losing(isLost: (frame: Uint8Array) => boolean): OffloadOverrides {
  return { wire: { ingress: (frame) => isLost(frame) ? undefined : frame } };
}

/** A card that sends every second frame alone, with the octets of the one before behind its own. */
export function lastOf(concerns: (frame: Uint8Array) => boolean): OffloadOverrides {
  let held: Uint8Array | undefined;
  return {
    wire: {
      egress(t) {
        if (!concerns(t.packet)) return [t];
        if (held === undefined) {
          held = t.packet;
          return [];
        }
        const packet = new Uint8Array([...held, ...t.packet.subarray(34)]);
        held = undefined;
        return [{ ...t, packet }];
      },
    },
  };
}
