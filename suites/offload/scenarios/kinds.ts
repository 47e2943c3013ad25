/**
 * Packets that are nearly those of a preset, each a kind of its own by its port: what a card must take for
 * tunnelled, and what it must pass on as it is (the truth table of OFL-011 to OFL-029).
 */
import { complement, sumOctets } from "../../../captures/wire/checksum.ts";
import { put16, viewOf } from "../../../captures/wire/octets.ts";
import { MADE_UP } from "../node_setup.ts";
import { train } from "./burst.ts";
import { MADE_UP_CARRIER, VARIABLE } from "./carriers.ts";
import { type Carrier, datagramOf, type Shape, type Way } from "./shape.ts";

/** One kind of packets: what they travel in, and what else is told of them. */
export interface Kind {
  carrier: Carrier;
  shape?: (shape: Shape) => Shape;
}

/** Octets of payload of packets that are too large for a segment on Ethernet, and of segments. */
const LARGE = 4000, SMALL = 100;
/** Octets that a packet may have to be passed on as it is. */
const FITTING = 1100;

/** The datagrams of a kind: a few that could be coalesced on receipt, and one to segment on sending. */
export function packetsOf({ carrier, shape = (one) => one }: Kind, way: Way, port: number) {
  const burst = { way, family: 4, carrier } as const;
  const shapes = way === "receive" ? train(burst, port, 3, SMALL) : train(burst, port, 1, LARGE);
  return shapes.map((one) => datagramOf(shape(one), way, carrier));
}

/** The datagrams of a kind that is none of a preset, which leave as they came in either direction. */
export function ordinaryOf({ carrier, shape = (one) => one }: Kind, way: Way, port: number) {
  const burst = { way, family: 4, carrier } as const;
  const octets = way === "receive" ? SMALL : FITTING;
  return train(burst, port, 3, octets).map((one) => datagramOf(shape(one), way, carrier));
}

const made = (change: (octets: Uint8Array) => void, format = MADE_UP): Carrier => ({
  ...MADE_UP_CARRIER,
  format,
  opaque(values) {
    const octets = MADE_UP_CARRIER.opaque(values);
    change(octets);
    return octets;
  },
});

const spoiled = (spoil: NonNullable<Shape["spoil"]>) => (shape: Shape): Shape => ({
  ...shape,
  spoil,
});

/** What is one of the made-up preset, whatever else it holds. */
export const RECOGNISED = {
  plain_values: { carrier: MADE_UP_CARRIER },
  other_octets: {
    carrier: made((octets) => {
      for (const at of [0, 1, 4, 5, 8, 9, 10, 11]) octets[at] = 0xa5 ^ at;
    }),
  },
  all_ones: {
    carrier: made((octets) => {
      octets.fill(0xff);
      put16(octets, 2, 0x1234);
    }),
  },
  ...Object.fromEntries(
    [1, 3, 10].map((words): [string, Kind] => [`outer_options_${words}`, {
      carrier: MADE_UP_CARRIER,
      shape: (shape) => ({
        ...shape,
        outer: { ...shape.outer, options: new Uint8Array(4 * words).fill(1) },
      }),
    }]),
  ),
} satisfies Record<string, Kind>;

/** What is none of it: by the rows that say so. */
export const NOT_RECOGNISED = {
  other_value: { carrier: made((octets) => put16(octets, 2, 0x1235)) },
  other_first_octet: { carrier: made((octets) => put16(octets, 2, 0x1334)) },
  other_protocol: { carrier: made(() => {}, { ...MADE_UP, protocol: 254 }) },
  neither: { carrier: made((octets) => put16(octets, 2, 0), { ...MADE_UP, protocol: 254 }) },
  value_elsewhere: {
    carrier: made((octets) => {
      put16(octets, 2, 0);
      put16(octets, 4, 0x1234);
    }),
  },
  value_at_start: {
    carrier: made((octets) => {
      put16(octets, 2, 0);
      put16(octets, 0, 0x1234);
    }),
  },
  byte_order: { carrier: made((octets) => put16(octets, 2, 0x3412)) },
} satisfies Record<string, Kind>;

/** What has no inner IP header where the preset has it. */
export const NO_INNER_HEADER = {
  longer_field: {
    carrier: {
      ...MADE_UP_CARRIER,
      opaque: (values) => Uint8Array.of(...MADE_UP_CARRIER.opaque(values), 0, 0, 0, 0),
    },
  },
  shorter_field: {
    carrier: {
      ...MADE_UP_CARRIER,
      opaque: (values) => MADE_UP_CARRIER.opaque(values).subarray(0, 8),
    },
  },
  inner_version: {
    carrier: MADE_UP_CARRIER,
    shape: spoiled(({ bytes, inner }) => void (bytes[inner] = 0x75)),
  },
  inner_header_length: {
    carrier: MADE_UP_CARRIER,
    shape: spoiled(({ bytes, inner }) => void (bytes[inner] = 0x44)),
  },
  inner_length_longer: {
    carrier: MADE_UP_CARRIER,
    shape: spoiled(({ bytes, inner }) => void (bytes[inner + 3] += 9)),
  },
  inner_length_shorter: {
    carrier: MADE_UP_CARRIER,
    shape: spoiled(({ bytes, inner }) => void (bytes[inner + 3] -= 9)),
  },
  data_offset: {
    carrier: MADE_UP_CARRIER,
    shape: spoiled(({ bytes, tcp }) => void (bytes[tcp + 12] = 0x40)),
  },
  inner_udp: {
    carrier: MADE_UP_CARRIER,
    shape: spoiled(({ bytes, inner }) => void (bytes[inner + 9] = 17)),
  },
} satisfies Record<string, Kind>;

/** Fields that say a length that cannot be theirs: OFL-027. */
export const BAD_LENGTHS = Object.fromEntries(
  [0, 1, 3, 5, 255].map((length): [string, Kind] => [`length_${length}`, {
    carrier: VARIABLE,
    shape: spoiled(({ bytes, opaque }) => void (bytes[opaque] = length)),
  }]),
);

/** Packets that end within what a preset has in front of TCP: OFL-022. */
export function cutShort(way: Way): Uint8Array[] {
  const [whole] = packetsOf({ carrier: MADE_UP_CARRIER }, way, 31_000);
  // Within the outer header's options, the opaque field, the inner header, and the TCP header.
  return [20, 21, 23, 24, 30, 32, 33, 40, 51, 52, 60, 71].map((octets) => {
    const datagram = whole.slice(0, octets);
    put16(datagram, 2, octets);
    put16(datagram, 10, 0);
    put16(datagram, 10, complement(sumOctets(datagram, viewOf(datagram), 0, 20)));
    return datagram;
  });
}
