/**
 * Octets of the opaque field of our formats, as an encapsulator puts them between outer and inner IP
 * header. Lengths and checksums in them are as told, or zero: to fill in those that a format adjusts is
 * left to `build_segment.ts`.
 */
import * as ethernet from "./ethernet.ts";
import * as geneve from "./geneve.ts";
import { GreFlag } from "./gre.ts";
import * as gre from "./gre.ts";
import type { OpaqueFormatName } from "./opaque.ts";
import * as tunnelSlots from "./tunnel_slots.ts";
import * as udp from "./udp.ts";
import { GENEVE_PORT, SLOT_UDP_PORT, VXLAN_PORT } from "./udp_port.ts";
import * as vxlan from "./vxlan.ts";

/** Values of opaque fields; those that a format does not have are not looked at. */
export interface OpaqueValues {
  /** Version of the inner IP header, which EtherTypes name; 4 unless told. */
  family?: 4 | 6;
  /** GRE: key of 32 bits. In `gre` its low 16 bits are the flow id. NVGRE: `networkId` instead. */
  key?: number;
  /** GRE: checksum and sequence number, where the format has them; 0 unless told. */
  checksum?: number;
  sequence?: number;
  /** UDP: 49152 unless told. */
  sourcePort?: number;
  /** UDP: the length that the header tells; 0 unless told. */
  length?: number;
  /** Network id of the slots (32 bits), VNI of VXLAN and Geneve, VSID of NVGRE (24 bits). */
  networkId?: number;
  /** Slots: 16 bits each. */
  sourceSlot?: number;
  targetSlot?: number;
  /** NVGRE: FlowID, 8 bits. */
  flowId?: number;
  /** Geneve: options, a multiple of 4 octets. */
  options?: Uint8Array;
  /** MAC addresses of the inner Ethernet frame, where there is one. */
  macs?: { destination: string; source: string };
}

const NOTHING = new Uint8Array(0);
const MACS = { destination: "02:00:00:00:00:02", source: "02:00:00:00:00:01" };
const TRANSPARENT_BRIDGING = 0x6558;

const typeOf = (values: OpaqueValues) => values.family === 6 ? 0x86dd : 0x0800;

function greHeader(flags: number, protocol: number, values: OpaqueValues): Uint8Array {
  return gre.encode({ ...values, flags, version: 0, protocol });
}

function udpHeader(destinationPort: number, values: OpaqueValues): Uint8Array {
  const { sourcePort = 49_152, length = 0, checksum = 0 } = values;
  return udp.encode({ sourcePort, destinationPort, length, checksum });
}

function ethernetHeader(values: OpaqueValues): Uint8Array {
  return ethernet.encode({ ...values.macs ?? MACS, type: typeOf(values) });
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** UDP, network id, source and target slot, and 4 octets that are reserved. */
function slots(values: OpaqueValues): Uint8Array {
  const { networkId = 0, sourceSlot = 0, targetSlot = 0 } = values;
  const own = tunnelSlots.encode({ networkId, sourceSlot, targetSlot, reserved: 0 });
  return join(udpHeader(SLOT_UDP_PORT, values), own);
}

/** Checksum, key and sequence number: 16 octets. */
function wholeGre(values: OpaqueValues): Uint8Array {
  return greHeader(GreFlag.checksum | GreFlag.key | GreFlag.sequence, typeOf(values), values);
}

const BUILDERS: Readonly<Record<OpaqueFormatName, (values: OpaqueValues) => Uint8Array>> = {
  gre: wholeGre,
  gre_adjusted: wholeGre,
  udp_slots: slots,
  udp_slots_adjusted: slots,
  gre_plain: (values) => greHeader(0, typeOf(values), values),
  gre_checksum: (values) => greHeader(GreFlag.checksum, typeOf(values), values),
  gre_key: (values) => greHeader(GreFlag.key, typeOf(values), values),
  nvgre: (values) => {
    const key = ((values.networkId ?? 0) << 8 | (values.flowId ?? 0)) >>> 0;
    const header = greHeader(GreFlag.key, TRANSPARENT_BRIDGING, { ...values, key });
    return join(header, ethernetHeader(values));
  },
  vxlan: (values) => {
    const record = { flags: vxlan.VNI_VALID, reserved1: 0, vni: values.networkId ?? 0 };
    const header = vxlan.encode({ ...record, reserved2: 0 });
    return join(udpHeader(VXLAN_PORT, values), header, ethernetHeader(values));
  },
  geneve: (values) => {
    const header = geneve.encode({
      ...{ version: 0, control: false, critical: false, reserved1: 0, reserved2: 0 },
      ...{ protocol: TRANSPARENT_BRIDGING, vni: values.networkId ?? 0 },
      options: values.options ?? NOTHING,
    });
    return join(udpHeader(GENEVE_PORT, values), header, ethernetHeader(values));
  },
  ipip: () => NOTHING,
  ip6ip: () => NOTHING,
};

/** The octets of an opaque field of this format. */
export function buildOpaque(format: OpaqueFormatName, values: OpaqueValues = {}): Uint8Array {
  return BUILDERS[format](values);
}
