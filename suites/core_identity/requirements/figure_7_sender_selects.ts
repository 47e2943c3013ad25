/** Figure 7: both sides exchange processor information, the sender selects per session. */
import { BOTH, CLAIMED, ENCAPSULATING, type Rows } from "./classes.ts";

/** CID-050 to CID-068. */
export const SENDER_SELECTS = {
  "CID-050": {
    level: "MUST",
    classes: CLAIMED,
    binds: BOTH,
    source: "seed 000 step 701; claims 49, 58, 60; [0068]",
    text:
      "While the aggregated tunnel is being established, each side sends the other its processor information.",
  },
  // The claims speak of the receiver; by [0068] the exchange gives the number that each device has.
  "CID-051": {
    level: "MUST",
    classes: CLAIMED,
    binds: BOTH,
    source: "seed 000 claims 43, 52; [0068]",
    text:
      "The processor information states how many cores are available at the device that sends it.",
  },
  // The catalogue binds the receiver. That it provides its information in the establishment is
  // CID-050; the order is in the hands of the sender, whose packet must not leave before, and which
  // the catalogue's own mutant breaks.
  "CID-052": {
    level: "MUST",
    classes: CLAIMED,
    binds: ["sender"],
    source: "seed 000 claims 44, 53",
    text:
      "The sender's first encapsulation packet leaves only after the receiver has provided its processor information.",
  },
  "CID-053": {
    level: "MAY",
    classes: ["core_coding"],
    binds: BOTH,
    source: "seed 000 [0068]; D0-08",
    text: "Whatever coding is declared, each core that it announces has an identity of its own.",
  },
  "CID-054": {
    level: "MAY",
    classes: ["named_cores"],
    binds: BOTH,
    source: "seed 000 [0069]",
    text:
      "When cores are announced by name, the identities in use are members of the announced list, letter for letter.",
  },
  "CID-055": {
    level: "MAY",
    classes: ["selection_criteria"],
    binds: BOTH,
    source: "seed 000 [0070]",
    text:
      "Announced selection criteria are obeyed: excluded cores stay unused, preferred cores come first, and a rule for a type of datagram holds for that type.",
  },
  // [0070] lets a device announce more cores; that live sessions then stay put is claim 46i.
  "CID-056": {
    level: "MAY",
    classes: ["processor_update"],
    binds: BOTH,
    source: "seed 000 [0070]; claim 46i",
    text:
      "After an update of processor information new sessions may use the added cores, and sessions already assigned keep theirs.",
  },
  "CID-057": {
    level: "MUST",
    classes: ["F7"],
    binds: ["sender"],
    source: "seed 000 step 702; [0071]",
    text: "The sender recognises for every datagram the session that it belongs to.",
  },
  "CID-058": {
    level: "MUST",
    classes: CLAIMED,
    binds: ["sender"],
    source: "seed 000 step 703; claims 42, 46h, 51, 55h; [0072]",
    text:
      "For the first datagram of a session the sender selects, by its declared policy, an identity out of the set that the receiver announced.",
  },
  "CID-059": {
    level: "MUST",
    classes: CLAIMED,
    binds: ["sender"],
    source: "seed 000 claims 46i, 55i; [0073], [0077]; D0-14",
    text:
      "Later datagrams of a live session carry the identity of its first, after pauses and however many other sessions there are.",
  },
  "CID-060": {
    level: "MAY",
    classes: ["random_policy"],
    binds: ["sender"],
    source: "seed 000 [0072]",
    text: "Under the random policy each core is selected about equally often.",
  },
  "CID-061": {
    level: "MAY",
    classes: ["sequential_policy"],
    binds: ["sender"],
    source: "seed 000 [0072]",
    text:
      "Under the sequential policy successive sessions take successive cores, and the first core follows the last.",
  },
  // [0072] has lost the beginning of its sentence; the whole of it stands in [0081].
  "CID-062": {
    level: "MAY",
    classes: ["reserved_cores"],
    binds: ["sender"],
    source: "seed 000 [0072], [0081]",
    text: "Reserved cores are selected only for the special datagrams that they are reserved for.",
  },
  "CID-063": {
    level: "MUST",
    classes: CLAIMED,
    binds: ["sender"],
    source: "seed 000 step 704; claims 41c, 50c, 59b; [0074]; D0-09",
    text:
      "A datagram travels with its identity in one or more encapsulation packets, and every one of them can be attributed to that identity.",
  },
  // Claim 48 is a dependent one, and [0031] leaves open how many tunnels there are: a device may keep a
  // session to one connection. One that says that it spreads sessions must do so when it is told to.
  "CID-064": {
    level: "MUST",
    classes: CLAIMED,
    binds: ["sender"],
    source: "seed 000 step 705; claims 41d, 48, 57, 59c; [0074]",
    text:
      "Each packet goes through exactly one connection of the aggregate, and a sender that spreads sessions sends the packets of one session over several of them.",
  },
  // Steps 505-507, 808 and 907 say the same of the other classes that encapsulate.
  "CID-065": {
    level: "MUST",
    classes: ENCAPSULATING,
    binds: ["receiver"],
    source: "seed 000 steps 706-707; claims 41e-f, 50e-f, 59d-e; [0057], [0080], [0091]",
    text:
      "The receiver takes the datagram, and the identity or session-ID where there is one, out of the encapsulation packets without changing an octet.",
  },
  "CID-066": {
    level: "MUST",
    classes: CLAIMED,
    binds: ["receiver"],
    source: "seed 000 step 708; claims 41g, 50g, 59f; [0076]",
    text: "The core that the identity names, and no other, processes the datagram.",
  },
  // [0072] limits no method of selection: two sessions may get the same core.
  "CID-067": {
    level: "MUST",
    classes: ["F7"],
    binds: ["sender"],
    source: "seed 000 [0067]",
    text:
      "The identity depends on the session: sessions for which different cores were selected carry different identities in one aggregated tunnel.",
  },
  // [0070] says that information may be updated, and nobody has to follow: what a sender selects from is
  // what was announced before, at the latest or earlier.
  "CID-068": {
    level: "MUST",
    classes: CLAIMED,
    binds: ["sender"],
    source: "seed 000 claim 59b",
    text:
      "The identity depends on the receiver's processor information as well as on the session: a receiver that announces other cores gets other identities.",
  },
} as const satisfies Rows;
