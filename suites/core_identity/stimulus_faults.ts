/** Deliberate faults of the stimulus side, so that a device meets what it must withstand. */
import { NONCE_LENGTH, SEAL_LENGTH } from "../../captures/wire/core_identity.ts";
import type { CoreIdentityOverrides } from "../../peers/core_identity/overrides.ts";

/** By name, as a scenario's node setup gives it. */
export const STIMULUS_FAULTS: Record<string, CoreIdentityOverrides> = {
  /** A sender whose every third datagram is damaged behind its headers, each in another place. */
  damages_ciphertext: {
    node: {
      encapsulated(payload, number) {
        if (number % 3 !== 2) return payload;
        const damaged = payload.slice();
        damaged[placesIn(payload.length)[Math.floor(number / 3) % 5]] ^= 0xff;
        return damaged;
      },
    },
  },
  /** A sender that takes no report. */
  ignores_reports: { node: { identityReported: () => undefined } },
  /** A sender that leaves the identity out of every fifth datagram. */
  strips_identities: {
    node: { identityReported: (own, _latest, number) => number % 5 === 4 ? undefined : own },
  },
  /** A sender that names the core of the session reported last in every second datagram. */
  names_other_cores: {
    node: {
      identityReported: (own, latest, number) =>
        own === undefined || number % 2 === 0 ? own : latest,
    },
  },
  /** A sender whose every third datagram has an identity that nobody gave. */
  makes_identities_up: {
    node: {
      identityReported: (own, _latest, number) =>
        own === undefined || number % 3 !== 2 ? own : 0xdead_beef_0000_0000n + BigInt(number),
    },
  },
  /** A sender of whose datagrams every third is none: its first octet is that of no IP version. */
  garbles_datagrams: {
    node: {
      encapsulated(payload, number) {
        if (number % 3 !== 2) return payload;
        const garbled = payload.slice();
        garbled.fill(0, 0, Math.min(20, garbled.length));
        return garbled;
      },
    },
  },
  /** A sender that takes all flows for one session. */
  one_session_id: { node: { sessionId: () => 0x1234n } },
};

/** First and middle octet of the ciphertext, first of the nonce, first and last of the tag. */
function placesIn(length: number): readonly number[] {
  const seal = length - SEAL_LENGTH;
  return [0, seal >> 1, seal, seal + NONCE_LENGTH, length - 1];
}
