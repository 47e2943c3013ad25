/**
 * The classes and options of offloading devices that a profile may declare. Functions and tunnels are
 * what a device does; an implementation is whose rules of coalescing it follows, where these differ:
 * a device declares one, and what all of them agree on binds it whichever it is. Source lines are
 * those of seed 002.
 */

/** Implementations whose rules are known: a device that declares one is held to it. */
export const IMPLEMENTATIONS = {
  linux: "coalesces as Linux GRO does, from 6.18 on",
  windows: "coalesces by the rules for drivers of Windows RSC",
  dpdk: "coalesces as rte_gro of DPDK does",
  freebsd: "coalesces as tcp_lro of FreeBSD does",
  qemu: "coalesces as RSC of virtio-net in QEMU does",
} as const;

/** Words of seed 002, of tunnels, and of implementations. */
export const OFFLOAD_CLASSES = {
  segmentation: "segments large TCP packets on their way out (TSO)",
  coalescing: "coalesces TCP segments on their way in (RSC)",
  presets: "tells tunnelled packets by presets that are configured (L24, L86, L100)",
  tunnel_segmentation: "segments TCP in the tunnels that its presets describe (L88)",
  segmentation_switch: "segments nothing where it is told so",
  gre_segmentation: "segments TCP in the GRE tunnels of real stacks that it declares",
  udp_tunnel_segmentation: "segments TCP in VXLAN or Geneve, whichever it declares",
  ipip_segmentation: "segments TCP in IP in IP",
  tunnel_coalescing: "coalesces TCP in the tunnels that its presets describe (L90-L98)",
  variable_length: "reads the length of the opaque field in the field itself (L24)",
  several_presets: "has several presets at a time (L76, L86)",
  live_presets: "takes presets while traffic flows (L56)",
  ipv6: "offloads IPv6, inside tunnels and outside",
  extension_metadata: "carries metadata in an extension of TCP or UDP (L60)",
  separate_encapsulator: "encapsulates in a box behind the edge device (L66)",
  udp_flows: "segments and coalesces UDP in tunnels (L24, L82)",
  gre: "has the preset of L102: 16 octets, protocol 47, flow id at 10",
  udp_slots: "has the preset of L104: 20 octets of UDP with slot ids",
  gre_tunnels: "coalesces GRE of RFC 2784 and RFC 2890",
  nvgre: "coalesces NVGRE (RFC 7637)",
  vxlan: "coalesces VXLAN (RFC 7348)",
  geneve: "coalesces Geneve (RFC 8926)",
  ipip: "coalesces IP in IP (RFC 2003, RFC 2473, RFC 4213)",
  stt: "offloads STT, which looks like TCP",
  large_units: "makes units above 64K (Linux gro_max_size)",
  vxlan_gpe: "offloads VXLAN-GPE",
  internals: "declares conduct between host and card that no packet shows",
  ...IMPLEMENTATIONS,
} as const;

/** A class or an option of offloading devices. */
export type OffloadClass = keyof typeof OFFLOAD_CLASSES;

/** Whose rules of coalescing a device follows. */
export type Implementation = keyof typeof IMPLEMENTATIONS;
