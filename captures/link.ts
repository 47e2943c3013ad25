/**
 * Link-layer numbers that the walker and the dissectors share.
 *
 * Source: tcpdump.org/linktypes.html, IEEE EtherType registry, IANA PPP numbers.
 */

/** LINKTYPE_ values. */
export const LINK_TYPE = {
  NULL: 0,
  ETHERNET: 1,
  PPP: 9,
  /** What some systems wrote into files for raw IP before 101 was agreed on. */
  RAW_BSD: 12,
  RAW_OPENBSD: 14,
  PPP_HDLC: 50,
  PPP_ETHER: 51,
  RAW: 101,
  C_HDLC: 104,
  LOOP: 108,
  LINUX_SLL: 113,
  PPP_PPPD: 166,
  IPV4: 228,
  IPV6: 229,
  LINUX_SLL2: 276,
} as const;

/** EtherTypes. Values up to 1500 are lengths of an IEEE 802.2 LLC frame instead. */
export const ETHER_TYPE = {
  IPV4: 0x0800,
  ARP: 0x0806,
  TRANSPARENT_BRIDGING: 0x6558,
  /** IEEE 802.1Q customer tag. */
  VLAN: 0x8100,
  IPV6: 0x86dd,
  PPP: 0x880b,
  MPLS: 0x8847,
  MPLS_MULTICAST: 0x8848,
  PPPOE_SESSION: 0x8864,
  /** IEEE 802.1ad service tag. */
  SERVICE_VLAN: 0x88a8,
  /** Service tags of older bridges. */
  VLAN_9100: 0x9100,
  VLAN_9200: 0x9200,
} as const;

/** PPP protocol numbers. */
export const PPP_PROTOCOL = { IPV4: 0x0021, IPV6: 0x0057 } as const;

/** Whether an EtherType announces an IEEE 802.1Q or 802.1ad tag. */
export function isVlanTag(etherType: number): boolean {
  return etherType === ETHER_TYPE.VLAN || etherType === ETHER_TYPE.SERVICE_VLAN ||
    etherType === ETHER_TYPE.VLAN_9100 || etherType === ETHER_TYPE.VLAN_9200;
}
