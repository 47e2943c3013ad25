/** Names that numbers go by, for people. A number that is missing here is shown as a number. */

/** Names by number. */
export type Names = Readonly<Record<number, string>>;

/** EtherTypes (IEEE registry). */
export const ETHER_TYPES: Names = {
  0x0800: "IPv4",
  0x0806: "ARP",
  0x22f3: "TRILL",
  0x6558: "Ethernet",
  0x8100: "802.1Q",
  0x86dd: "IPv6",
  0x8808: "flow control",
  0x8809: "slow protocols",
  0x880b: "PPP",
  0x8847: "MPLS",
  0x8848: "MPLS multicast",
  0x8863: "PPPoE discovery",
  0x8864: "PPPoE session",
  0x888e: "EAPOL",
  0x88a8: "802.1ad",
  0x88cc: "LLDP",
  0x88e5: "MACsec",
  0x88f7: "PTP",
  0x8902: "CFM",
  0x894f: "NSH",
  0x9000: "loopback",
};

/** IP protocol numbers (IANA). */
export const IP_PROTOCOLS: Names = {
  0: "hop-by-hop options",
  1: "ICMP",
  2: "IGMP",
  4: "IPv4",
  6: "TCP",
  8: "EGP",
  9: "IGRP",
  17: "UDP",
  33: "DCCP",
  41: "IPv6",
  43: "IPv6 routing",
  44: "IPv6 fragment",
  46: "RSVP",
  47: "GRE",
  50: "ESP",
  51: "AH",
  58: "ICMPv6",
  59: "no next header",
  60: "IPv6 destination options",
  88: "EIGRP",
  89: "OSPF",
  97: "EtherIP",
  103: "PIM",
  108: "IPComp",
  112: "VRRP",
  115: "L2TP",
  132: "SCTP",
  135: "IPv6 mobility",
  136: "UDP-Lite",
  139: "HIP",
  140: "Shim6",
};

/** PPP protocol numbers (IANA). */
export const PPP_PROTOCOLS: Names = {
  0x0021: "IPv4",
  0x002d: "compressed TCP/IP",
  0x003d: "multilink",
  0x0057: "IPv6",
  0x00fd: "compressed",
  0x0281: "MPLS",
  0x8021: "IPCP",
  0x8053: "ECP",
  0x8057: "IPV6CP",
  0x80fd: "CCP",
  0xc021: "LCP",
  0xc023: "PAP",
  0xc025: "link quality report",
  0xc223: "CHAP",
  0xc227: "EAP",
  0x8023: "OSINLCP",
  0x803d: "multilink control",
  0x8207: "Cisco discovery control",
  0x8281: "MPLSCP",
  0xc029: "CBCP",
  0xc02b: "BACP",
  0xc02d: "BAP",
};

/** LINKTYPE_ values (tcpdump.org). */
export const LINK_TYPES: Names = {
  0: "BSD loopback",
  1: "Ethernet",
  6: "token ring",
  8: "SLIP",
  9: "PPP",
  50: "PPP in HDLC-like framing",
  51: "PPPoE",
  101: "raw IP",
  104: "Cisco HDLC",
  105: "IEEE 802.11",
  107: "frame relay",
  108: "OpenBSD loopback",
  113: "Linux cooked v1",
  117: "OpenBSD packet filter log",
  127: "IEEE 802.11 with radiotap",
  195: "IEEE 802.15.4",
  228: "raw IPv4",
  229: "raw IPv6",
  239: "Netfilter log",
  249: "USB",
  276: "Linux cooked v2",
};

/** ICMP types (IANA). */
export const ICMP_TYPES: Names = {
  0: "echo reply",
  3: "destination unreachable",
  4: "source quench",
  5: "redirect",
  8: "echo request",
  9: "router advertisement",
  10: "router solicitation",
  11: "time exceeded",
  12: "parameter problem",
  13: "timestamp request",
  14: "timestamp reply",
};

/** ICMPv6 types (IANA). */
export const ICMPV6_TYPES: Names = {
  1: "destination unreachable",
  2: "packet too big",
  3: "time exceeded",
  4: "parameter problem",
  128: "echo request",
  129: "echo reply",
  130: "multicast listener query",
  131: "multicast listener report",
  132: "multicast listener done",
  133: "router solicitation",
  134: "router advertisement",
  135: "neighbour solicitation",
  136: "neighbour advertisement",
  137: "redirect",
  143: "multicast listener report v2",
  155: "RPL control",
};

/** The names of a table that has numbers by name. */
export function namesOf(numbers: Readonly<Record<string, number>>): Names {
  return Object.fromEntries(Object.entries(numbers).map(([name, number]) => [number, name]));
}

/** `assigned_tunnel_id` of `assignedTunnelId`. */
export function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => "_" + letter.toLowerCase());
}

/** Whether octets are printable ASCII. */
export function isText(octets: Uint8Array): boolean {
  return octets.every((octet) => octet >= 0x20 && octet < 0x7f);
}

/** Octets as quoted text of one character each; whoever prints it escapes what must not be printed. */
export function textOf(octets: Uint8Array): string {
  return `"${latin1(octets)}"`;
}

/** Octets as text of one character each, a dot for every one that is not printable ASCII. */
export function latin1(octets: Uint8Array): string {
  let text = "";
  for (const octet of octets) {
    text += octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : ".";
  }
  return text;
}

/** `0x0800 (IPv4)`, or the number alone. */
export function hexName(names: Names, value: number, digits = 4): string {
  const number = `0x${value.toString(16).padStart(digits, "0")}`;
  return value in names ? `${number} (${names[value]})` : number;
}

/** `89 (OSPF)`, or the number alone. */
export function decimalName(names: Names, value: number): string {
  return value in names ? `${value} (${names[value]})` : `${value}`;
}
