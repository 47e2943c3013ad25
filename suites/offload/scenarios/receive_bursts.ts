/** What is sent to a card from the wire: everything that it may and may not coalesce. */
import { ipDatagram, udpDatagram } from "../../../captures/wire/build.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { ADDRESSES } from "../topologies.ts";
import { type Burst, burstOf, flowsOf, interleaved, train } from "./burst.ts";
import { flowVariations, ipv4Variations, ipv6Variations } from "./ip_variations.ts";
import { datagramOf } from "./shape.ts";
import { tunnelVariations } from "./tunnel_variations.ts";
import { ACKNOWLEDGMENTS, DAMAGE, FLAGS, OPTIONS, ORDER, type Variation } from "./variations.ts";

/** Octets of an IP datagram at most, and of payload in the segments of large units. */
const LARGEST = 65_535, FULL = 1300;

/** Ports between the bursts of one scenario. */
const APART = 1000;

/** What a burst is made of besides its variations. */
export type Receive = Omit<Burst, "way">;

/** Segments that make a datagram of so many octets together, of a flow of its own. */
function filling(receive: Receive, octets: number): Variation {
  const [one] = train({ way: "receive", ...receive }, 1, 1);
  const headers = datagramOf(one, "receive", receive.carrier).length - one.octets;
  return (train) => {
    const payload = octets - headers, full = Math.floor(payload / FULL);
    const shapes = train(full + 3, FULL);
    const rest = { ...shapes[full], octets: payload - full * FULL };
    const behind = shapes.slice(full + 1).map((shape) => ({
      ...shape,
      sequence: shape.sequence - FULL + rest.octets,
    }));
    return [...shapes.slice(0, full), rest, ...behind];
  };
}

/** Units as large as they may be, and one octet larger: rules 10 and 11. */
function sizes(receive: Receive, limit = LARGEST): Readonly<Record<string, Variation>> {
  return {
    exactly_full: filling(receive, limit),
    one_too_many: filling(receive, limit + 1),
    steady: (train) => train(Math.ceil(limit / FULL) + 5, FULL),
  };
}

/** Inner IP, outer IP and the tunnel. */
function headers({ family, carrier }: Receive): Readonly<Record<string, Variation>> {
  const ip = (version: 4 | 6, where: "inner" | "outer") =>
    Object.entries((version === 4 ? ipv4Variations : ipv6Variations)(where))
      .map(([name, variation]): [string, Variation] => [`${where}_${name}`, variation]);
  return {
    ...flowVariations(family),
    ...Object.fromEntries(ip(family, "inner")),
    ...carrier === undefined ? {} : {
      ...Object.fromEntries(ip(carrier.family, "outer")),
      ...tunnelVariations(carrier),
    },
  };
}

/** The bursts, each to be sent by itself: what belongs to one flow is in one of them. */
export function receiveBursts(receive: Receive, limit?: number): Uint8Array[][] {
  const { port = 20_000 } = receive;
  const at = (i: number): Burst => ({ ...receive, way: "receive", port: port + APART * i });
  return [
    burstOf({ ...ORDER, ...ACKNOWLEDGMENTS, ...FLAGS }, at(0)),
    burstOf({ ...OPTIONS, ...DAMAGE, ...headers(receive) }, at(1)),
    burstOf(sizes(receive, limit), at(2)),
    interleaved(flowsOf(repeated(24, ORDER.base), at(3))),
  ];
}

/** So many flows that interleave: more than a card may hold. */
export function manyFlows(receive: Receive, flows: number): Uint8Array[] {
  const burst: Burst = { ...receive, way: "receive" };
  const many = interleaved(flowsOf(repeated(flows, (train) => train(3)), burst));
  // A flow by itself shows that the card coalesces at all.
  return [...many, ...burstOf({ base: ORDER.base }, { ...burst, port: 60_000 })];
}

function repeated(count: number, variation: Variation): Record<string, Variation> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`flow_${i}`, variation]));
}

/** Packets that are none of TCP, two of each that could be taken for one: rule 77, OFL-018, OFL-081. */
export function ordinary(family: 4 | 6): Uint8Array[] {
  const ends = { source: ADDRESSES.network[family], destination: ADDRESSES.host[family] };
  return [1, 2, 3].flatMap((n) => {
    const payload = new Uint8Array(200).fill(n);
    return [
      udpDatagram({ ...ends, sourcePort: 53, destinationPort: 5353, payload }),
      ipDatagram({ ...ends, protocol: IP_PROTOCOL.ESP, payload, identification: n }),
      ipDatagram({ ...ends, protocol: 252, payload, identification: n }),
    ];
  });
}
