/**
 * Which dissector understands what: a new header is one line here.
 *
 * A UDP or TCP port leads to a dissector whichever side uses it, the destination being tried first.
 */
import { dissectArp } from "./arp.ts";
import { IP_PROTOCOL } from "../wire/ip_protocol.ts";
import { STT_PORT } from "../wire/stt.ts";
import {
  CLUSTER_PORT,
  CORE_IDENTITY_PORT,
  GENEVE_PORT,
  IKE_PORT,
  L2TP_PORT,
  NAT_TRAVERSAL_PORT,
  SLOT_UDP_PORT,
  VXLAN_LINUX_PORT,
  VXLAN_PORT,
} from "../wire/udp_port.ts";
import { dissectCoreIdentity } from "./core_identity.ts";
import { dissectEsp, dissectUdpEncapsulation } from "./esp.ts";
import { dissectEthernet, dissectLlc, dissectVlan, LLC } from "./ethernet.ts";
import { dissectGeneve } from "./geneve.ts";
import { dissectGre } from "./gre.ts";
import { dissectIcmp, dissectIcmpv6 } from "./icmp.ts";
import { dissectIke } from "./ike.ts";
import { dissectIpv4 } from "./ipv4.ts";
import { dissectIpv6 } from "./ipv6.ts";
import {
  dissectAh,
  dissectDestinationOptions,
  dissectFragment,
  dissectHopByHop,
  dissectOtherExtension,
  dissectRouting,
} from "./ipv6_extensions.ts";
import { dissectL2tp } from "./l2tp.ts";
import { dissectL2tpv3OverIp } from "./l2tpv3.ts";
import { dissectSlow } from "./lacp.ts";
import type { Dissector, TableName } from "./layer.ts";
import {
  dissectCiscoHdlc,
  dissectMpls,
  dissectNull,
  dissectPpp,
  dissectPppd,
  dissectRaw,
  dissectSll,
  dissectSll2,
} from "./links.ts";
import {
  dissectCcp,
  dissectChap,
  dissectEcp,
  dissectIpcp,
  dissectIpv6cp,
  dissectLcp,
  dissectPap,
} from "./ppp.ts";
import { dissectEap } from "./ppp_eap.ts";
import { dissectMultilink } from "./ppp_multilink.ts";
import { dissectPppoe } from "./pppoe.ts";
import { dissectStt } from "./stt.ts";
import { dissectTcp } from "./tcp.ts";
import { dissectCluster } from "./tunnel_cluster.ts";
import { dissectTunnelSlots } from "./tunnel_slots.ts";
import { dissectUdp } from "./udp.ts";
import { dissectVxlan, dissectVxlanOfLinux } from "./vxlan.ts";

/** Dissectors by the number that announces them. */
export const DISSECTORS: Record<TableName, Record<number, Dissector>> = {
  /** LINKTYPE_ values. */
  linkType: {
    0: dissectNull,
    1: dissectEthernet,
    9: dissectPpp,
    12: dissectRaw,
    14: dissectRaw,
    50: dissectPpp,
    51: dissectPppoe,
    101: dissectRaw,
    104: dissectCiscoHdlc,
    108: dissectNull,
    113: dissectSll,
    166: dissectPppd,
    228: dissectRaw,
    229: dissectRaw,
    276: dissectSll2,
  },
  /** EtherTypes. */
  etherType: {
    [LLC]: dissectLlc,
    0x0800: dissectIpv4,
    0x0806: dissectArp,
    0x6558: dissectEthernet,
    0x8100: dissectVlan,
    0x86dd: dissectIpv6,
    0x8809: dissectSlow,
    0x880b: dissectPpp,
    0x8847: dissectMpls,
    0x8848: dissectMpls,
    0x8863: dissectPppoe,
    0x8864: dissectPppoe,
    0x88a8: dissectVlan,
    0x9100: dissectVlan,
    0x9200: dissectVlan,
  },
  /** PPP protocol numbers. */
  pppProtocol: {
    0x0021: dissectIpv4,
    0x003d: dissectMultilink,
    0x0057: dissectIpv6,
    0x0281: dissectMpls,
    0x8021: dissectIpcp,
    0x8053: dissectEcp,
    0x8057: dissectIpv6cp,
    0x80fd: dissectCcp,
    0xc021: dissectLcp,
    0xc023: dissectPap,
    0xc223: dissectChap,
    0xc227: dissectEap,
  },
  /** IP protocol numbers, IPv6 extension headers included. */
  ipProtocol: {
    [IP_PROTOCOL.HOP_BY_HOP]: dissectHopByHop,
    [IP_PROTOCOL.ICMP]: dissectIcmp,
    [IP_PROTOCOL.IPV4]: dissectIpv4,
    [IP_PROTOCOL.TCP]: dissectTcp,
    [IP_PROTOCOL.UDP]: dissectUdp,
    [IP_PROTOCOL.IPV6]: dissectIpv6,
    [IP_PROTOCOL.ROUTING]: dissectRouting,
    [IP_PROTOCOL.FRAGMENT]: dissectFragment,
    [IP_PROTOCOL.GRE]: dissectGre,
    [IP_PROTOCOL.ESP]: dissectEsp,
    [IP_PROTOCOL.AH]: dissectAh,
    [IP_PROTOCOL.ICMPV6]: dissectIcmpv6,
    [IP_PROTOCOL.DESTINATION_OPTIONS]: dissectDestinationOptions,
    115: dissectL2tpv3OverIp,
    [IP_PROTOCOL.MOBILITY]: dissectOtherExtension,
    [IP_PROTOCOL.HIP]: dissectOtherExtension,
    [IP_PROTOCOL.SHIM6]: dissectOtherExtension,
  },
  /** UDP ports. */
  udp: {
    [IKE_PORT]: dissectIke,
    [L2TP_PORT]: dissectL2tp,
    [NAT_TRAVERSAL_PORT]: dissectUdpEncapsulation,
    [VXLAN_PORT]: dissectVxlan,
    [GENEVE_PORT]: dissectGeneve,
    [VXLAN_LINUX_PORT]: dissectVxlanOfLinux,
    [CORE_IDENTITY_PORT]: dissectCoreIdentity,
    [SLOT_UDP_PORT]: dissectTunnelSlots,
    [CLUSTER_PORT]: dissectCluster,
  },
  /** TCP ports. */
  tcp: { [STT_PORT]: dissectStt },
};
