/**
 * What an edge puts into the opaque field of each format, and reads from it: the network, and the slots of
 * both virtual machines (L84; D2-09, D2-12). A key of 32 bits is put together of
 *
 * ```
 * | network, 16 bits | source slot, 8 bits | target slot, 8 bits |
 * ```
 *
 * and in formats that carry Ethernet the slots are in the MAC addresses of the inner frame.
 */
import type { OpaqueValues } from "../../captures/wire/build_opaque.ts";
import { get16, get32 } from "../../captures/wire/octets.ts";
import { type OpaqueFormatName, opaqueValue } from "../../captures/wire/opaque.ts";

/** The two virtual machines of a stream. */
export interface Pair {
  network: number;
  sourceSlot: number;
  targetSlot: number;
}

/** What a field says of the machine that it is for; undefined where the format does not tell. */
export interface Named {
  network?: number;
  targetSlot?: number;
}

interface Contents {
  /** Largest number of a network, 0 where the format names none, and of a slot. */
  largestNetwork: number;
  largestSlot: number;
  values(pair: Pair): OpaqueValues;
  /** Reads the field that begins at `at`. */
  named(bytes: Uint8Array, at: number): Named;
}

const SLOT = 0xffff;

const NOTHING: Contents = {
  ...{ largestNetwork: 0, largestSlot: SLOT },
  values: () => ({}),
  named: () => ({}),
};

const keyed = (offset: number): Contents => ({
  ...{ largestNetwork: 0xffff, largestSlot: 0xff },
  values: ({ network, sourceSlot, targetSlot }) => ({
    key: (network << 16 | sourceSlot << 8 | targetSlot) >>> 0,
  }),
  named: (bytes, at) => ({
    network: get16(bytes, at + offset),
    targetSlot: bytes[at + offset + 3],
  }),
});

const SLOTS: Contents = {
  ...{ largestNetwork: 0xffff_ffff, largestSlot: SLOT },
  values: ({ network, ...slots }) => ({ networkId: network, ...slots }),
  named: (bytes, at) => ({ network: get32(bytes, at + 8), targetSlot: get16(bytes, at + 14) }),
};

const bridged = (offset: number): Contents => ({
  ...{ largestNetwork: 0xff_ffff, largestSlot: SLOT },
  values: ({ network, sourceSlot, targetSlot }) => ({
    networkId: network,
    flowId: sourceSlot & 0xff,
    macs: { source: macOf(network, sourceSlot), destination: macOf(network, targetSlot) },
  }),
  named: (bytes, at) => ({ network: opaqueValue(bytes, at + offset, 3) }),
});

/** The MAC address of a virtual machine on the inner Ethernet. */
function macOf(network: number, slot: number): string {
  const octets = [2, network >> 16 & 255, network >> 8 & 255, network & 255, slot >> 8, slot & 255];
  return octets.map((octet) => octet.toString(16).padStart(2, "0")).join(":");
}

/** The contents by format. */
export const OPAQUE_CONTENTS: Readonly<Record<OpaqueFormatName, Contents>> = {
  gre: keyed(8),
  gre_adjusted: keyed(8),
  udp_slots: SLOTS,
  udp_slots_adjusted: SLOTS,
  gre_plain: NOTHING,
  gre_checksum: NOTHING,
  gre_key: keyed(4),
  nvgre: bridged(4),
  vxlan: bridged(12),
  geneve: bridged(12),
  ipip: NOTHING,
  ip6ip: NOTHING,
};
