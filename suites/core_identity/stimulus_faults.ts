/** Deliberate faults of the stimulus side, so that a device meets what it must withstand. */
import type { CoreIdentityOverrides } from "../../peers/core_identity/overrides.ts";

/** By name, as a scenario's node setup gives it. */
export const STIMULUS_FAULTS: Record<string, CoreIdentityOverrides> = {
  /** A sender whose every third datagram is damaged behind its headers. */
  damages_ciphertext: {
    node: {
      encapsulated(payload, number) {
        if (number % 3 !== 2) return payload;
        const damaged = payload.slice();
        damaged[damaged.length >> 1] ^= 0xff;
        return damaged;
      },
    },
  },
  /** A sender that takes all flows for one session. */
  one_session_id: { node: { sessionId: () => 0x1234n } },
};
