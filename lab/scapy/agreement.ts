/** Where scapy and our own dissection see the same fields, and whether they see the same in them. */
import type { Layer } from "../../captures/dissect/layer.ts";
import type { ScapyLayer } from "./scapy.ts";

/**
 * scapy's layer and field, and ours. The names are all that differs: scapy has some of its own for
 * the tags of 802.1ad, and for headers that an ICMP error quotes.
 */
const FIELDS: readonly [theirs: string, field: string, layer: string, ours: string][] = [
  ["Ether", "dst", "ethernet", "destination"],
  ["Ether", "src", "ethernet", "source"],
  ["Ether", "type", "ethernet", "type"],
  ["Dot1Q|Dot1AD", "vlan", "vlan", "identifier"],
  ["Dot1Q|Dot1AD", "prio", "vlan", "priority"],
  ["ARP", "op", "arp", "operation"],
  ["IP|IPerror", "src", "ipv4", "source"],
  ["IP|IPerror", "dst", "ipv4", "destination"],
  ["IP|IPerror", "len", "ipv4", "total_length"],
  ["IP|IPerror", "id", "ipv4", "identification"],
  ["IP|IPerror", "ttl", "ipv4", "ttl"],
  ["IP|IPerror", "proto", "ipv4", "protocol"],
  ["IP|IPerror", "chksum", "ipv4", "checksum"],
  ["IPv6|IPerror6", "src", "ipv6", "source"],
  ["IPv6|IPerror6", "dst", "ipv6", "destination"],
  ["IPv6|IPerror6", "plen", "ipv6", "payload_length"],
  ["IPv6|IPerror6", "hlim", "ipv6", "hop_limit"],
  ["IPv6|IPerror6", "fl", "ipv6", "flow_label"],
  ["UDP|UDPerror", "sport", "udp", "source_port"],
  ["UDP|UDPerror", "dport", "udp", "destination_port"],
  ["UDP|UDPerror", "len", "udp", "length"],
  ["UDP|UDPerror", "chksum", "udp", "checksum"],
  ["TCP|TCPerror", "sport", "tcp", "source_port"],
  ["TCP|TCPerror", "dport", "tcp", "destination_port"],
  ["TCP|TCPerror", "seq", "tcp", "sequence"],
  ["TCP|TCPerror", "ack", "tcp", "acknowledgment"],
  ["TCP|TCPerror", "window", "tcp", "window"],
  ["TCP|TCPerror", "chksum", "tcp", "checksum"],
  ["TCP|TCPerror", "urgptr", "tcp", "urgent_pointer"],
  ["ICMP|ICMPerror", "type", "icmp", "type"],
  ["ICMP|ICMPerror", "code", "icmp", "code"],
  ["ICMP|ICMPerror", "chksum", "icmp", "checksum"],
  ["GRE|GRE_PPTP", "proto", "gre", "protocol"],
  ["GRE_PPTP", "payload_len", "gre", "payload_length"],
  ["GRE_PPTP", "call_id", "gre", "call_id"],
  ["VXLAN", "vni", "vxlan", "vni"],
  ["ESP", "spi", "esp", "spi"],
  ["ESP", "seq", "esp", "sequence"],
  ["PPPoE|PPPoED", "sessionid", "pppoe", "session_id"],
  ["PPPoE|PPPoED", "code", "pppoe", "code"],
  ["GRE", "key", "gre", "key"],
  ["GRE|GRE_PPTP", "sequence_number", "gre", "sequence"],
  ["GENEVE", "vni", "geneve", "vni"],
  ["TunnelSlots", "network_id", "tunnel_slots", "network_id"],
  ["TunnelSlots", "source_slot", "tunnel_slots", "source_slot"],
  ["TunnelSlots", "target_slot", "tunnel_slots", "target_slot"],
  ["MPLS", "label", "mpls", "label"],
];

/** A field that scapy and we see differently. */
export interface Difference {
  /** Ours: `ipv4.ttl`. */
  field: string;
  ours: string;
  theirs: string;
}

/**
 * Compares the values of every field, outermost first, as far as both have the layer. What one of
 * them has and the other has not is a difference too, unless that one says why it stopped.
 */
export function compareWithScapy(
  layers: readonly Layer[],
  theirs: readonly ScapyLayer[],
): { compared: number; differences: Difference[] } {
  const differences: Difference[] = [];
  let compared = 0;
  const weStopped = layers.some(({ name, problem, note }) =>
    name === "data" || problem !== undefined || note?.includes("cut short")
  );
  const theyStopped = theirs.some(([name]) => ["Raw", "error", "Padding"].includes(name));
  for (const [name, key, layer, field] of FIELDS) {
    const other = theirs.filter(([type, fields]) => name.split("|").includes(type) && key in fields)
      .map(([, fields]) => fields[key]);
    const ours = layers.filter((each) => each.name === layer)
      .flatMap(({ fields }) => fields.filter((each) => each.name === field))
      .map(({ value, meaning }) => meaning === "0 in the header" ? 0 : value);
    for (let i = 0; i < Math.max(ours.length, other.length); i++) {
      if (i >= ours.length ? weStopped : i >= other.length && theyStopped) break;
      compared++;
      if (ours[i] == other[i]) continue;
      differences.push({
        field: `${layer}.${field}`,
        ours: `${ours[i] ?? "nothing"}`,
        theirs: `${other[i] ?? "nothing"}`,
      });
    }
  }
  return { compared, differences };
}
