/** What the segments of tunnel scenarios travel in, and which values of it tell flows apart. */
import { put16, put32 } from "../../../captures/wire/octets.ts";
import { OPAQUE_FORMATS, type OpaqueFormatName } from "../../../captures/wire/opaque.ts";
import { writeOptions } from "../../../captures/wire/options.ts";
import { MADE_UP } from "../node_setup.ts";
import { type Carrier, carrierOf } from "./shape.ts";

const own = (name: OpaqueFormatName, more: Parameters<typeof carrierOf>[2]): Carrier =>
  carrierOf(name, OPAQUE_FORMATS[name], more);

/** Another flow id of each format, and other octets that are none. */
const VALUES = {
  gre: { tenant: { key: 7 }, other: { key: 0x0009_0000 } },
  gre_key: { tenant: { key: 7 } },
  none: { tenant: {} },
  slots: { tenant: { sourceSlot: 5, targetSlot: 6 }, other: { networkId: 77 } },
  network: { tenant: { networkId: 77 } },
} as const;

const MAC = { macs: { destination: "02:00:00:00:00:09", source: "02:00:00:00:00:01" } };

/** GRE of the source: 16 octets, flow id at 10 (L102). */
export const GRE = own("gre", { family: 4, ...VALUES.gre });
/** UDP of the source: 20 octets with slots (L104). */
export const UDP_SLOTS = own("udp_slots", { family: 4, ...VALUES.slots });
/** The same with lengths and checksums of UDP that are each packet's own. */
export const UDP_SLOTS_ADJUSTED = own("udp_slots_adjusted", {
  family: 4,
  ...VALUES.slots,
  udpChecksum: true,
});
/** RFC 2784. */
export const GRE_PLAIN = own("gre_plain", { family: 4, ...VALUES.none });
/** RFC 2784 with a checksum. */
export const GRE_CHECKSUM = own("gre_checksum", { family: 4, ...VALUES.none });
/** RFC 2890. */
export const GRE_KEY = own("gre_key", { family: 4, ...VALUES.gre_key });
/** RFC 7637. */
export const NVGRE = own("nvgre", {
  family: 4,
  tenant: { networkId: 77, flowId: 2 },
  other: MAC,
});
/** RFC 7348. */
export const VXLAN = own("vxlan", { family: 4, ...VALUES.network, other: MAC });
/** The same with UDP checksums, over IPv6, which wants them. */
export const VXLAN_IPV6 = own("vxlan", {
  ...{ family: 6, ...VALUES.network, other: MAC, udpChecksum: true },
});
/** RFC 8926. */
export const GENEVE = own("geneve", {
  ...{ family: 4, ...VALUES.network },
  other: { options: writeOptions([{ kind: 3, value: new Uint8Array(6) }]) },
});
/** RFC 2003. */
export const IPIP = own("ipip", { family: 4, ...VALUES.none });
/** RFC 2473: IPv4 in IPv6. */
export const IPV4_IN_IPV6 = own("ipip", { family: 6, ...VALUES.none });
/** RFC 4213: IPv6 in IPv4. */
export const IPV6_IN_IPV4 = own("ip6ip", { family: 4, ...VALUES.none });
/** GRE of the source over IPv6. */
export const GRE_IPV6 = own("gre", { family: 6, ...VALUES.gre });

/**
 * A protocol that nobody has heard of (L22, L80).
 *
 * ```
 *  0       2            4            6        8             12
 * | 0     | format id  | reserved   | flow   | network id   |
 * ```
 */
export const MADE_UP_CARRIER: Carrier = {
  name: "made_up",
  format: MADE_UP,
  family: 4,
  opaque({ networkId = 0, flowId = 1 }) {
    const octets = new Uint8Array(12);
    put16(octets, 2, 0x1234);
    put16(octets, 6, flowId);
    put32(octets, 8, networkId);
    return octets;
  },
  tenant: { flowId: 2 },
  other: { networkId: 77 },
};

/**
 * One whose first octet says its length, itself included (L24, D2-04).
 *
 * ```
 *  0        1          2            4        6           length
 * | length | reserved | format id  | flow   | whatever … |
 * ```
 */
export const VARIABLE: Carrier = {
  name: "variable",
  format: {
    ...{ protocol: 254, length: { at: 0, mask: 0xff, unit: 1, more: 0 }, adjusts: [] },
    formatId: { offset: 2, octets: 2, values: [0x5678] },
    flowId: { offset: 4, octets: 2 },
  },
  family: 4,
  opaque({ length = 20, flowId = 1, networkId = 0 }) {
    const octets = new Uint8Array(length);
    octets[0] = length;
    if (length >= 4) put16(octets, 2, 0x5678);
    if (length >= 6) put16(octets, 4, flowId);
    octets.fill(networkId, 6);
    return octets;
  },
  tenant: { flowId: 2 },
  other: { networkId: 77 },
};
