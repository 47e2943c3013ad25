/** Frames whose Ethernet is not all alike: padding, trailers, other addresses, VLAN tags. */
import { ethernetFrame } from "../../../captures/wire/build.ts";
import { formatMac } from "../../../captures/wire/address.ts";
import { linkAddress } from "../../kit/link_address.ts";
import { type Burst, train } from "./burst.ts";
import { datagramOf, type Shape } from "./shape.ts";

/** Octets of the least frame without its check sequence (IEEE 802.3 §3.2.8), and of a trailer. */
const LEAST = 60, TRAILER = 6;
const HOST = formatMac(linkAddress(0, 0)), NETWORK = formatMac(linkAddress(1, 1));
const STRANGER = "02:00:00:00:00:77";

/** How the frame of a segment is made, by the segment's index in its flow. */
type Framing = (datagram: Uint8Array, index: number) => Uint8Array;

const plain: Framing = (payload) => ethernetFrame({ source: NETWORK, destination: HOST, payload });

function longer(frame: Uint8Array, octets: number, fill: number): Uint8Array {
  const padded = new Uint8Array(Math.max(octets, frame.length)).fill(fill);
  padded.set(frame);
  return padded;
}

const FRAMINGS: Readonly<Record<string, { framing: Framing; octets: readonly number[] }>> = {
  plain: { framing: plain, octets: [100, 100, 100] },
  padded: {
    framing: (datagram) => longer(plain(datagram, 0), LEAST, 0),
    octets: [1, 1, 1],
  },
  padded_last: {
    framing: (datagram) => longer(plain(datagram, 0), LEAST, 0),
    octets: [100, 1],
  },
  padded_with_octets: {
    framing: (datagram) => longer(plain(datagram, 0), LEAST, 0x5a),
    octets: [3, 3],
  },
  trailer: {
    framing: (datagram, i) => {
      const frame = plain(datagram, 0);
      return i === 0 ? longer(frame, frame.length + TRAILER, 0xee) : frame;
    },
    octets: [100, 100, 100],
  },
  trailer_second: {
    framing: (datagram, i) => {
      const frame = plain(datagram, 0);
      return i === 1 ? longer(frame, frame.length + TRAILER, 0xee) : frame;
    },
    octets: [100, 100, 100],
  },
  other_source: {
    framing: (payload, i) =>
      ethernetFrame({ source: i === 1 ? STRANGER : NETWORK, destination: HOST, payload }),
    octets: [100, 100, 100],
  },
  tagged: {
    framing: (payload) => ethernetFrame({ source: NETWORK, destination: HOST, vlan: 7, payload }),
    octets: [100, 100, 100],
  },
  other_tag: {
    framing: (payload, i) =>
      ethernetFrame({ source: NETWORK, destination: HOST, vlan: 7 + i % 2, payload }),
    octets: [100, 100, 100],
  },
  other_priority: {
    framing: (payload, i) =>
      ethernetFrame({ source: NETWORK, destination: HOST, vlan: 7, priority: i % 2, payload }),
    octets: [100, 100],
  },
  tagged_second: {
    framing: (payload, i) =>
      ethernetFrame({
        ...{ source: NETWORK, destination: HOST, payload },
        ...i === 1 ? { vlan: 7 } : {},
      }),
    octets: [100, 100, 100],
  },
};

/** The frames of all of them, each on a flow of its own. */
export function framedBurst(): Uint8Array[] {
  const burst: Burst = { way: "receive", family: 4 };
  return Object.values(FRAMINGS).flatMap(({ framing, octets }, flow) => {
    let [{ sequence }] = train(burst, 20_000 + 4 * flow, 1);
    return train(burst, 20_000 + 4 * flow, octets.length).map((shape, i) => {
      const own: Shape = { ...shape, sequence, octets: octets[i] };
      sequence += octets[i];
      return framing(datagramOf(own, "receive"), i);
    });
  });
}
