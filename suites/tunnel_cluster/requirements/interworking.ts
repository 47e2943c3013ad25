/**
 * What a cluster and the initiators of the world make of each other. The source says nothing
 * of it; RFC 2661 and what implementations are known to do ask for it.
 *
 * RFC 2661 §8.1 lets a responder answer from another port and says nothing of another address: that an
 * initiator does not follow there is no fault of RFC 2661, and the cluster has to bear it. One that does
 * follow, and has no secret to ask for, can be led away by whoever guesses its Tunnel ID first: that is
 * in the nature of the source's design, and nobody is judged for it.
 */
import { catalogue } from "../../kit/requirement.ts";
import type { Rows } from "./row.ts";

/** TCL-083 to TCL-087. */
export const INTERWORKING = catalogue(
  {
    "TCL-083": {
      level: "MUST",
      binds: ["endpoint"],
      source: "not in the seed; cluster test C8; RFC 2661 §4.3, §5.1.1",
      text:
        "An initiator that proves itself by a shared secret, and hides values by it, is served by every endpoint alike.",
    },
    "TCL-084": {
      level: "MUST",
      binds: ["endpoint"],
      source: "not in the seed; cluster test C4; RFC 2661 §5.8",
      text:
        "A tunnel whose initiator does not follow to the address that the SCCRP came from ends within bounded time.",
    },
    "TCL-085": {
      level: "MUST",
      binds: ["initiator"],
      source: "not in the seed; cluster test C11; RFC 2661 §5.1.1",
      text:
        "With a shared secret an SCCRP that does not prove it is refused, whatever address it comes from.",
    },
    "TCL-086": {
      level: "SHOULD",
      binds: ["initiator"],
      source: "not in the seed; cluster test C10; RFC 2661 §4.4.2, §5.5",
      text:
        "An initiator that finds its endpoint dead, or is sent away by it, asks for another tunnel at the master address.",
    },
    "TCL-087": {
      level: "MUST",
      binds: ["endpoint"],
      source: "not in the seed; cluster test C5; RFC 2661 §5.8",
      text: "A request that comes again has one tunnel, and its SCCRP assigns the same Tunnel ID.",
    },
  } satisfies Rows,
);
