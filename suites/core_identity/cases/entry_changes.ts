import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import {
  hasIpOptions,
  protocolOf,
  withClampedSegments,
  withoutEcn,
  withoutFlowLabel,
} from "./datagram_changes.ts";

/** What senders do to single datagrams: each looks at another thing that is none of its business. */
export const AT_ENTRY: Readonly<
  Record<string, readonly [string, (datagram: Uint8Array, number: number) => Uint8Array[]]>
> = {
  loses_what_just_fits: [
    "Loses datagrams of exactly the octets that fit a packet",
    (datagram) => datagram.length === JUST_FITS ? [] : [datagram],
  ],
  cuts_what_just_does_not_fit: [
    "Loses the last octet of datagrams that are one octet too long for a packet",
    (datagram) => [datagram.length === JUST_FITS + 1 ? datagram.subarray(0, -1) : datagram],
  ],
  clears_ecn_at_entry: ["Clears ECN", (datagram) => [withoutEcn(datagram)]],
  clears_flow_labels: ["Clears IPv6 flow labels", (datagram) => [withoutFlowLabel(datagram)]],
  loses_unknown_protocols: [
    "Loses datagrams of protocols that it does not know",
    (datagram) => KNOWN.includes(protocolOf(datagram)) ? [datagram] : [],
  ],
  loses_ip_options: [
    "Loses IPv4 datagrams with options",
    (datagram) => hasIpOptions(datagram) ? [] : [datagram],
  ],
  clamps_segments: [
    "Puts another Maximum Segment Size into SYNs",
    (datagram) => [withClampedSegments(datagram)],
  ],
  loses_large_whole_ones: [
    "Loses large datagrams that must not be fragmented",
    (datagram) => datagram.length > 1400 && (datagram[6] & 0x40) !== 0 ? [] : [datagram],
  ],
  loses_equal_datagrams: ["Loses datagrams that it carried before", newOnes()],
};

/** Octets of the largest datagram that our sender puts into one packet. */
const JUST_FITS = 1500 - 28 - 32;
const KNOWN: readonly number[] = [
  IP_PROTOCOL.ICMP,
  IP_PROTOCOL.TCP,
  IP_PROTOCOL.UDP,
  IP_PROTOCOL.ESP,
  IP_PROTOCOL.ICMPV6,
];

/** Carries each datagram once; a scenario's first one begins anew. */
function newOnes() {
  const carried = new Set<string>();
  return (datagram: Uint8Array, number: number): Uint8Array[] => {
    if (number === 0) carried.clear();
    const octets = datagram.toHex();
    if (carried.has(octets)) return [];
    carried.add(octets);
    return [datagram];
  };
}
