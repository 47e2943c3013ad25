/** Encapsulation and its layout: seed 002 L56-L66, L74, L84. */
import { catalogue } from "../../kit/requirement.ts";
import type { Rows } from "./row.ts";

const ENCAPSULATOR = { level: "MUST", binds: ["encapsulator"] } as const;

/** OFL-001 to OFL-010. */
export const ENCAPSULATION = catalogue(
  {
    "OFL-001": {
      ...ENCAPSULATOR,
      source: "seed 002 L64",
      text:
        "What an encapsulator sends is outer IP header, opaque field, inner IP header, inner TCP header and payload, in this order.",
    },
    "OFL-002": {
      ...ENCAPSULATOR,
      source: "seed 002 L64: IP and TCP with the payload are the new payload",
      text:
        "From the inner IP header to the last octet of payload an encapsulated packet is the tenant's, bit for bit.",
    },
    "OFL-003": {
      level: "MUST",
      binds: ["decapsulator"],
      source: "seed 002 L66",
      text:
        "Decapsulation removes the outer IP header and the opaque field, and leaves everything else as it is.",
    },
    // The source says this of routers; what an edge device can do for it is to put nothing else in their way.
    "OFL-004": {
      ...ENCAPSULATOR,
      source: "seed 002 L24, L64; the catalogue binds routers, which are no device under test",
      text:
        "Packets of an encapsulator arrive by their outer destination alone, where nobody has a route to the inner one.",
    },
    "OFL-005": {
      ...ENCAPSULATOR,
      source: "seed 002 L58, L62-L64",
      text: "The outer destination is the one that the mapping gives for the inner destination.",
    },
    "OFL-006": {
      ...ENCAPSULATOR,
      source: "seed 002 L60, L74",
      text: "Nothing is added to the payload of TCP: its length and octets stay the tenant's.",
    },
    "OFL-007": {
      ...ENCAPSULATOR,
      level: "MAY",
      classes: ["extension_metadata"],
      source: "seed 002 L60; D2-01",
      text: "Metadata stands in an extension of TCP or UDP, whose length fields count it.",
    },
    "OFL-008": {
      ...ENCAPSULATOR,
      level: "MAY",
      classes: ["separate_encapsulator"],
      source: "seed 002 L66",
      text: "A box of its own encapsulates for an edge device, each packet once.",
    },
    // L84 states it and L98 expects it, neither with a must; segments with other fields are not joined.
    "OFL-009": {
      ...ENCAPSULATOR,
      source: "seed 002 L84, L98",
      text:
        "The opaque field is the same in all packets of a TCP stream, but for what its format has of each packet.",
    },
    "OFL-010": {
      ...ENCAPSULATOR,
      level: "SHOULD",
      source: "seed 002 L84",
      text:
        "The opaque field tells virtual networks apart, and the machines that packets come from and go to.",
    },
  } satisfies Rows,
);
