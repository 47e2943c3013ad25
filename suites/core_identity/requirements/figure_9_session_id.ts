/** Figure 9: a session-ID in clear, which the receiver binds to a core. */
import { BOTH, type Rows } from "./classes.ts";

/** CID-078 to CID-093. */
export const SESSION_ID = {
  "CID-078": {
    level: "MUST",
    classes: ["F9"],
    binds: ["sender"],
    source: "seed 000 steps 901-902; [0084]-[0085]",
    text:
      "Datagrams of one session carry one session-ID, those of different sessions different ones.",
  },
  "CID-079": {
    level: "MAY",
    classes: ["datagram_encryption"],
    binds: ["sender"],
    source: "seed 000 [0084], [0087]",
    text:
      "As much of the datagram is encrypted as is declared, all, part or none, and the session-ID stays readable in each case.",
  },
  "CID-080": {
    level: "MUST",
    classes: ["F9"],
    binds: ["sender"],
    source: "seed 000 [0088]",
    text: "The session-ID is unencrypted wherever it stands, whatever else is encrypted.",
  },
  "CID-081": {
    level: "MAY",
    classes: ["tunnel_criterion"],
    binds: ["sender"],
    source: "seed 000 step 903; [0085]",
    text:
      "Packets take the tunnels that the declared criterion prefers, such as bandwidth, latency, tariff or location.",
  },
  // [0086] names identification and the two sequence numbers as examples of tunnel information, and
  // does not say how they count: how they do is the project's decision D0-10.
  "CID-082": {
    level: "MUST",
    classes: ["F9"],
    binds: ["sender"],
    source: "seed 000 step 904; [0086]; D0-10",
    text:
      "The aggregated tunnel header tells the tunnel, a sequence number that grows by one per packet of that tunnel, a global one that grows by one across all tunnels, and the session-ID unless that stands elsewhere.",
  },
  "CID-083": {
    level: "MAY",
    classes: ["header_encryption"],
    binds: ["sender"],
    source: "seed 000 [0086]",
    text:
      "When the tunnel header is encrypted just the declared part is opaque, and the session-ID can still be found.",
  },
  "CID-084": {
    level: "MAY",
    classes: ["outer_session_id"],
    binds: ["sender"],
    source: "seed 000 [0088]; D0-10",
    text: "The session-ID may stand in the header of the encapsulation packet itself.",
  },
  "CID-085": {
    level: "MUST",
    classes: ["F9"],
    binds: ["sender"],
    source: "seed 000 step 905; [0089]",
    text: "An encapsulation packet leaves through the tunnel that was selected for its datagram.",
  },
  "CID-086": {
    level: "MAY",
    classes: ["pieces_on_many_tunnels"],
    binds: BOTH,
    source: "seed 000 [0089]",
    text:
      "The pieces of one datagram may take different tunnels, and the receiver joins them again.",
  },
  // That nothing is forwarded when decryption fails stands not in the source: it is what
  // authenticated encryption means (D0-16).
  "CID-087": {
    level: "MUST",
    classes: ["F9"],
    binds: ["receiver"],
    source: "seed 000 steps 906-907; [0090]-[0091]; D0-16",
    text:
      "The receiver reads the session-ID and finds the core without decryption; a datagram that fails to decrypt is not forwarded.",
  },
  // [0092] says that the pair may be stored; that a core is assigned to the session-ID at its first
  // packet, and is the same at the next, is stated flatly ([0092], [0094]). How is not judged.
  "CID-088": {
    level: "MUST",
    classes: ["F9"],
    binds: ["receiver"],
    source: "seed 000 step 908; [0092], [0094]",
    text: "The first packet with a new session-ID binds a core to that session-ID.",
  },
  "CID-089": {
    level: "SHOULD",
    classes: ["F9", "F10"],
    binds: ["receiver"],
    source: "seed 000 [0093]",
    text: "All datagrams with the same session-ID are processed by the same core.",
  },
  "CID-090": {
    level: "MUST",
    classes: ["F9"],
    binds: ["receiver"],
    source: "seed 000 [0094]",
    text:
      "A session-ID received before leads to the core selected for it, by the whole of the session-ID.",
  },
  "CID-091": {
    level: "MAY",
    classes: ["F9i"],
    binds: BOTH,
    source: "seed 000 [0095]",
    text:
      "When a core identity takes the place of the session-ID, the receiver uses the core that it names, and neither stores nor looks up anything for it.",
  },
  "CID-092": {
    level: "SHOULD",
    classes: ["F9i"],
    binds: ["sender"],
    source: "seed 000 [0096]",
    text:
      "A sender that uses core identities has the receiver's processor information before it selects one.",
  },
  // The source gives the number "for illustration"; the rule is that of [0094], for a session-ID
  // with an odd number of hexadecimal digits.
  "CID-093": {
    level: "MUST",
    classes: ["F9"],
    binds: ["receiver"],
    source: "seed 000 [0097]",
    text:
      "A session-ID of 15 hexadecimal digits, such as A3B8F20A88C23EB, leads at every packet to the core that it was first bound to.",
  },
} as const satisfies Rows;
