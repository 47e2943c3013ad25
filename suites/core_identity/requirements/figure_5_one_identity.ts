/** Figure 5: one identity for the whole aggregated tunnel. */
import { BOTH, type Rows } from "./classes.ts";

/** CID-033 to CID-049. */
export const ONE_IDENTITY = {
  "CID-033": {
    level: "MUST",
    classes: ["F5"],
    binds: BOTH,
    source: "seed 000 step 501; [0055], [0031]; D0-13",
    text:
      "An aggregated tunnel comes up over WAN connections of both sides, with at least one on each side and more than one on at least one side.",
  },
  "CID-034": {
    level: "MUST",
    classes: ["F5"],
    binds: ["receiver"],
    source: "seed 000 step 501; [0055]",
    text:
      "The receiver gives its core identity while the aggregated tunnel is being established, before any data.",
  },
  "CID-035": {
    level: "MUST",
    classes: ["F5"],
    binds: ["sender"],
    source: "seed 000 steps 502-503; [0056]",
    text:
      "The sender puts in front of each datagram an aggregated tunnel header that holds the core identity.",
  },
  "CID-036": {
    level: "MUST",
    classes: ["F5"],
    binds: ["sender"],
    source: "seed 000 [0056]",
    text: "The payload of the outer packet holds tunnel header and datagram, both unencrypted.",
  },
  "CID-037": {
    level: "MUST",
    classes: ["F5"],
    binds: BOTH,
    source: "seed 000 steps 504-505; [0057]",
    text: "Each encapsulation packet is sent once and taken in once.",
  },
  "CID-038": {
    level: "MUST",
    classes: ["F5"],
    binds: ["receiver"],
    source: "seed 000 step 506; [0057]-[0058]",
    text:
      "The receiver selects the core by the identity in the tunnel header alone, without decryption and without looking into the datagram.",
  },
  // [0058] says that the receiver may send the datagram on, as it may also be meant for itself.
  "CID-039": {
    level: "MUST",
    classes: ["F5"],
    binds: ["receiver"],
    source: "seed 000 step 507; [0058]",
    text:
      "The core that the identity names processes the packet, and a datagram for a host behind the receiver goes on to that host.",
  },
  "CID-040": {
    level: "MUST",
    classes: ["F5"],
    binds: ["sender"],
    source: "seed 000 [0059]",
    text: "All encapsulation packets of the aggregated tunnel carry the same core identity.",
  },
  "CID-041": {
    level: "MAY",
    classes: ["reverse_identity"],
    binds: BOTH,
    source: "seed 000 [0060]; D0-15",
    text:
      "When both sides announce an identity, the packets of each direction carry the one that the other side announced.",
  },
  "CID-042": {
    level: "MAY",
    classes: ["usable_count"],
    binds: ["sender"],
    source: "seed 000 [0061]",
    text: "A sender told only the number of usable cores uses that many identities and no others.",
  },
  "CID-043": {
    level: "MAY",
    classes: ["sender_core_limit"],
    binds: ["sender"],
    source: "seed 000 [0061]",
    text:
      "A sender that decides by itself how many of the announced cores to use keeps to its number.",
  },
  "CID-044": {
    level: "MAY",
    classes: ["encrypted_tunnel_header"],
    binds: BOTH,
    source: "seed 000 [0062]",
    text:
      "When header and datagram are encrypted together neither is readable on the wire, and the receiver decrypts, then reads the identity, then assigns the core.",
  },
  "CID-045": {
    level: "MAY",
    classes: ["receiver_session_id"],
    binds: ["receiver"],
    source: "seed 000 [0063]",
    text: "The receiver may give a session-ID at establishment, and then gives no core identity.",
  },
  "CID-046": {
    level: "MAY",
    classes: ["sender_session_id"],
    binds: ["sender"],
    source: "seed 000 [0064]",
    text:
      "The sender may determine the session-ID and tell the receiver, which then sends no identity.",
  },
  "CID-047": {
    level: "MAY",
    classes: ["hashed_session_id"],
    binds: BOTH,
    source: "seed 000 [0065]; D0-07",
    text:
      "A session-ID that is a hash is equal for equal sessions and follows the declared algorithm.",
  },
  // The catalogue names FIG. 8 as well; its packets carry no session-ID ([0078]-[0080]).
  "CID-048": {
    level: "MUST",
    classes: ["F5v", "F9", "F10"],
    binds: ["sender"],
    source: "seed 000 [0066]; D0-07",
    text: "No two sessions that live at the same time share a session-ID.",
  },
  "CID-049": {
    level: "MAY",
    classes: ["session_id_forms"],
    binds: BOTH,
    source: "seed 000 [0066]",
    text:
      "A session-ID in text, binary or hexadecimal form keeps its value, leading zeros and an odd number of digits included.",
  },
} as const satisfies Rows;
