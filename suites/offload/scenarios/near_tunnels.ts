/** Packets that are nearly those of a tunnel that is configured, by the carrier that they are sent beside. */
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { put16 } from "../../../captures/wire/octets.ts";
import { SLOT_UDP_PORT } from "../../../captures/wire/opaque.ts";
import { GRE, GRE_KEY, GRE_PLAIN, IPIP, MADE_UP_CARRIER, UDP_SLOTS, VXLAN } from "./carriers.ts";
import { type Kind, ordinaryOf } from "./kinds.ts";
import type { Carrier, Way } from "./shape.ts";

/** Ports of these, far from those of other bursts. */
const FIRST = 50_000, STEP = 8;

function changed(carrier: Carrier, change: (octets: Uint8Array) => void): Kind {
  return {
    carrier: {
      ...carrier,
      opaque(values) {
        const octets = carrier.opaque(values).slice();
        change(octets);
        return octets;
      },
    },
  };
}

/** An opaque field with more octets at its end. */
function longer(carrier: Carrier, octets: Uint8Array, change: (octets: Uint8Array) => void): Kind {
  const { carrier: own } = changed(carrier, change);
  return {
    carrier: { ...own, opaque: (values) => Uint8Array.of(...own.opaque(values), ...octets) },
  };
}

const flags = (value: number) => (octets: Uint8Array) => put16(octets, 0, value);
const FOUR = new Uint8Array(4);

/** An IPv4 header around the one that is there: IP in IP in IP. */
const AGAIN: Carrier = {
  ...IPIP,
  opaque() {
    const header = new Uint8Array(20);
    header.set([0x45, 0, 0, 0, 0, 1, 0x40, 0, 64, IP_PROTOCOL.IPV4]);
    header.set([10, 8, 0, 2], 12);
    header.set([10, 8, 0, 1], 16);
    return header;
  },
};

/** The length of the header in the middle, and its checksum, once the datagram is whole. */
const nested: Kind = {
  carrier: AGAIN,
  shape: (shape) => ({
    ...shape,
    spoil({ bytes, opaque }) {
      put16(bytes, opaque + 2, bytes.length - opaque);
      let sum = 0;
      for (let at = 0; at < 20; at += 2) sum += bytes[opaque + at] << 8 | bytes[opaque + at + 1];
      sum = (sum & 0xffff) + (sum >>> 16);
      put16(bytes, opaque + 10, ~((sum & 0xffff) + (sum >>> 16)) & 0xffff);
    },
  }),
};

/** By the preset's name, and by what they show. */
const NEAR: Readonly<Record<string, Readonly<Record<string, readonly Kind[]>>>> = {
  gre: {
    gre_other_type: [
      changed(GRE, (octets) => put16(octets, 2, 0x6558)),
      changed(GRE, (octets) => put16(octets, 2, 0x0801)),
    ],
  },
  udp_slots: {
    udp_other_port: [
      changed(UDP_SLOTS, (octets) => put16(octets, 2, SLOT_UDP_PORT + 1)),
      changed(UDP_SLOTS, (octets) => put16(octets, 2, 2)),
      changed(UDP_SLOTS, (octets) => {
        put16(octets, 0, SLOT_UDP_PORT);
        put16(octets, 2, 53);
      }),
    ],
  },
  gre_key: {
    gre_sequence: [longer(GRE_KEY, FOUR, flags(0x3000))],
    gre_other_flags: [
      changed(GRE_KEY, flags(0x2001)),
      longer(GRE_KEY, FOUR, flags(0x6000)),
      changed(GRE_KEY, flags(0x2100)),
    ],
    other_vxlan: [{ carrier: VXLAN }],
    other_gre_plain: [{ carrier: GRE_PLAIN }],
    other_made_up: [{ carrier: MADE_UP_CARRIER }],
  },
  ipip: { nested: [nested] },
};

/** The datagrams by what they show. */
export function nearPackets(preset: string, way: Way): Record<string, Uint8Array[]> {
  const groups = Object.entries(NEAR[preset] ?? {});
  const presets = Object.keys(NEAR);
  const first = FIRST + 1000 * presets.indexOf(preset);
  return Object.fromEntries(
    groups.map(([group, kinds], i) => [
      group,
      kinds.flatMap((kind, j) => ordinaryOf(kind, way, first + 100 * i + STEP * j)),
    ]),
  );
}

/** Those of all presets. */
export function allNearPackets(way: Way): Record<string, Uint8Array[]> {
  return Object.assign({}, ...Object.keys(NEAR).map((preset) => nearPackets(preset, way)));
}
