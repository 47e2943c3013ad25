/** Coalescing of tunnelled packets: seed 002 L26, L82, L90-L98. */
import { catalogue } from "../../kit/requirement.ts";
import { may, must, type Rows, should } from "./row.ts";

const RSC = must("tunnel_coalescing");

/** OFL-045 to OFL-067. */
export const TUNNEL_COALESCING = catalogue(
  {
    "OFL-045": {
      ...RSC,
      source: "seed 002 L90, L96",
      text: "Segments with other flow ids are not joined, though their inner 5-tuple is one.",
    },
    "OFL-046": {
      ...RSC,
      source: "seed 002 L90, L96",
      text: "Segments that differ in any of the inner addresses and ports are not joined.",
    },
    // A device need not join what it can, but flows that the outer header alone tells apart are one.
    "OFL-047": {
      ...RSC,
      source: "seed 002 L90; that all of it is joined, as the catalogue has it, is not said",
      text: "Segments of one flow id and one inner 5-tuple, in order, are coalesced.",
    },
    "OFL-048": {
      ...may("tunnel_coalescing"),
      source: "seed 002 L90, L92; D2-07",
      text:
        "Segments with other outer addresses are of other flows, unless the device declares that they are not.",
    },
    "OFL-049": {
      ...RSC,
      source: "seed 002 L90",
      text: "A tunnelled segment and a plain one are not joined, though their 5-tuple is one.",
    },
    "OFL-050": {
      ...RSC,
      source: "seed 002 L26, L92, L98",
      text:
        "A unit has one opaque field, that of the first segment received, between outer and inner IP header.",
    },
    "OFL-051": {
      ...RSC,
      source: "seed 002 L98",
      text:
        "A segment whose opaque field differs from that of a unit does not join it, and is delivered with its own.",
    },
    "OFL-052": {
      ...may("tunnel_coalescing"),
      source: "seed 002 L98",
      text:
        "Of the opaque fields and headers of the segments that joined the first nothing is left in a unit.",
    },
    "OFL-053": {
      ...RSC,
      source: "seed 002 L94, which says outer TCP header: there is none but the inner one",
      text:
        "Only segments whose sequence numbers follow one another are joined, and each is delivered once.",
    },
    "OFL-054": {
      ...RSC,
      source: "seed 002 L92",
      text: "A packet whose inner IP header is that of a fragment is not joined.",
    },
    "OFL-055": {
      ...RSC,
      source: "seed 002 L92",
      text: "A packet whose outer IP header is that of a fragment is not joined.",
    },
    "OFL-056": {
      ...RSC,
      source: "seed 002 L92; D2-08",
      text: "Segments whose DF differs in either IP header are not joined.",
    },
    "OFL-057": {
      ...RSC,
      source: "seed 002 L94; D2-13",
      text: "No unit is larger than the declared size, or than an IP datagram can be.",
    },
    // A range of time has an upper end; to deliver earlier is no fault.
    "OFL-058": {
      ...RSC,
      source: "seed 002 L94; D2-13; the catalogue's lower bound is not in it",
      text: "A segment is delivered within the declared time, whether or not another comes.",
    },
    "OFL-059": {
      ...RSC,
      source: "seed 002 L92, L98",
      text: "Lengths and header checksums of both IP headers of a unit are its own.",
    },
    "OFL-060": {
      ...RSC,
      source: "seed 002 L92: the outer header as the inner one",
      text:
        "What of an inner IP header keeps segments apart, or is changed in a unit, does so in the outer one.",
    },
    "OFL-061": {
      ...RSC,
      source: "seed 002 L94; D2-13; nothing is said of fairness",
      text: "Flows that are interleaved are each joined within themselves alone.",
    },
    "OFL-062": {
      ...RSC,
      source: "seed 002 L92",
      text: "The payload of a unit is that of its segments in the order of sequence numbers.",
    },
    "OFL-063": {
      ...should("tunnel_coalescing"),
      source: "seed 002 L94: conventional criteria",
      text:
        "Flags, acknowledgments and options end or forbid a unit in a tunnel as they do without one.",
    },
    "OFL-064": {
      ...RSC,
      source: "seed 002 L92; it says nothing of checksums, which conventional algorithms verify",
      text:
        "A segment with a wrong TCP checksum, or a wrong checksum of either IP header, is not joined.",
    },
    "OFL-065": {
      ...RSC,
      source: "seed 002 L98",
      text: "Segments that match no unit are delivered: none is discarded.",
    },
    "OFL-066": {
      ...may("udp_flows"),
      source: "seed 002 L82, L90",
      text: "UDP in a tunnel is coalesced as the device declares.",
    },
    "OFL-067": {
      ...RSC,
      source: "seed 002 L26",
      text:
        "What was segmented and is coalesced again has the payload, sequence numbers, addresses and opaque field that it had.",
    },
  } satisfies Rows,
);
