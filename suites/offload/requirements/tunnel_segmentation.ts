/** Segmentation of tunnelled packets: seed 002 L26, L72, L78, L84-L88. */
import { catalogue } from "../../kit/requirement.ts";
import { may, must, type Rows } from "./row.ts";

const TSO = must("tunnel_segmentation");

/** OFL-030 to OFL-044. */
export const TUNNEL_SEGMENTATION = catalogue(
  {
    "OFL-030": {
      ...TSO,
      source: "seed 002 L26, L72, L78, L88; D2-14",
      text:
        "A packet too large for the wire leaves in packets of which each, with outer header and opaque field, is within the MTU.",
    },
    "OFL-031": {
      ...TSO,
      source: "seed 002 L72, L78",
      text: "The size of segments follows the MTU that is configured, such as 1500 or 9000.",
    },
    "OFL-032": {
      ...TSO,
      source: "seed 002 L26, L88; D2-05",
      text:
        "Each segment has the opaque field of the packet that it was cut from, but for octets that the preset lets be adjusted.",
    },
    "OFL-033": {
      ...TSO,
      source: "seed 002 L88",
      text: "In each segment the opaque field stands between outer and inner IP header.",
    },
    "OFL-034": {
      ...TSO,
      source: "seed 002 L88",
      text:
        "Each segment has the outer IP header of the packet that it was cut from, with a length that is its own.",
    },
    "OFL-035": {
      ...TSO,
      source: "seed 002 L88",
      text: "The length in the inner IP header is that of each segment.",
    },
    // The catalogue wants distinct values. L88 only says that one can be generated, and RFC 6864 §4.1 lets
    // datagrams that are not fragmented have any.
    "OFL-036": {
      ...TSO,
      source: "seed 002 L88; D2-06; RFC 6864 §4.1; the catalogue asks for more",
      text:
        "The Identification of outer and inner headers follows the declared rule, and is another in each segment that may be fragmented.",
    },
    "OFL-037": {
      ...TSO,
      source: "seed 002 L88",
      text: "The header checksums of outer and inner IPv4 headers are right in each segment.",
    },
    "OFL-038": {
      ...TSO,
      source: "seed 002 L88; RFC 9293 §3.1, §3.4",
      text:
        "Sequence numbers of segments go on by the octets sent; acknowledgment number, window and options are those of the packet; the TCP checksum is right.",
    },
    "OFL-039": {
      ...TSO,
      source: "seed 002 L88; RFC 3168 §6.1.2",
      text: "FIN and PSH of the packet stand in the last segment, and CWR in the first.",
    },
    "OFL-040": {
      ...TSO,
      source: "seed 002 L88",
      text: "The payloads of the segments, in their order, are the payload of the packet.",
    },
    "OFL-041": {
      ...TSO,
      source: "seed 002 L88",
      text: "No segment is empty, and a packet that needs no segmentation is sent as it is.",
    },
    "OFL-042": {
      ...TSO,
      source: "seed 002 L26",
      text: "DF, DSCP and ECN of both headers are kept, and no segment is a fragment of IP.",
    },
    "OFL-043": {
      ...may("udp_flows"),
      source: "seed 002 L24, L82; L24 speaks of connection oriented protocols, which UDP is not",
      text: "UDP in a tunnel is segmented as the device declares.",
    },
    "OFL-044": {
      ...TSO,
      source: "seed 002 L88 against L98; D2-05",
      text:
        "Of the opaque field exactly those octets are adjusted that the preset lists, to what their protocol wants in each segment.",
    },
  } satisfies Rows,
);
