/** What a host hands to its card to be segmented. */
import { TcpFlag } from "../../../captures/wire/tcp.ts";
import { type Burst, burstOf, train } from "./burst.ts";
import { padded } from "./ip_variations.ts";
import { DATA, datagramOf, type Shape } from "./shape.ts";
import { timestamp, type Variation } from "./variations.ts";

/** Octets of an IP datagram at most. */
const LARGEST = 65_535;
/** Octets of payload in a packet that takes a few segments. */
const FEW = 4_000;

/** What is sent: the burst, and the MTU of the wire. */
export interface Send extends Omit<Burst, "way"> {
  mtu: number;
}

/** Octets of headers in front of the payload of a segment. */
function headersOf(send: Send): number {
  const [one] = train({ way: "send", ...send }, 1, 1);
  return datagramOf(one, "send", send.carrier).length - one.octets;
}

/** One packet of so much payload, with whatever else it has. */
function large(octets: number, change: (shape: Shape) => Partial<Shape> = () => ({})): Variation {
  return (train) => train(1, octets).map((shape) => ({ ...shape, ...change(shape) }));
}

const flags = (flags: number) => large(FEW, () => ({ flags: DATA | flags }));
const inner = (ip: Shape["inner"]) => large(FEW, (shape) => ({ inner: { ...shape.inner, ...ip } }));
const outer = (ip: Shape["outer"]) => large(FEW, (shape) => ({ outer: { ...shape.outer, ...ip } }));

/** IPv4 fragments: the first of a datagram, and a later one, too large for the wire and not. */
export function fragments(): Uint8Array[] {
  const change = (ip: Shape["inner"], octets: number) =>
    large(octets, (shape) => ({ inner: { ...shape.inner, dontFragment: false, ...ip } }));
  return burstOf({
    first: change({ moreFragments: true }, FEW),
    later: change({ fragmentOffset: 1480 }, FEW),
    small: change({ moreFragments: true }, 500),
    whole: large(FEW),
  }, { way: "send", family: 4 });
}

/** Rules G1 to G21: sizes by what the MTU leaves for payload. */
export function sendBurst(send: Send): Uint8Array[] {
  const { family, carrier, mtu } = send, headers = headersOf(send), mss = mtu - headers;
  const variations: Record<string, Variation> = {
    largest: large(LARGEST - headers),
    exact: large(3 * mss),
    one_more: large(3 * mss + 1),
    one_less: large(3 * mss - 1),
    one_segment: large(mss),
    one_and_one: large(mss + 1),
    small: large(50),
    empty: large(0),
    stream: (train) => train(3, FEW),
    push: flags(TcpFlag.psh),
    fin: flags(TcpFlag.fin | TcpFlag.psh),
    congestion_window_reduced: flags(TcpFlag.cwr),
    ece: flags(TcpFlag.ece),
    both_ecn: flags(TcpFlag.cwr | TcpFlag.ece | TcpFlag.psh),
    timestamp: large(FEW, () => ({ options: timestamp(77_777) })),
    sequence_wraps: large(FEW, () => ({ sequence: 0x1_0000_0000 - 1_000 })),
    partial: large(FEW, () => ({ partial: true })),
    dscp: inner({ dscp: 46 }),
    ecn: inner({ ecn: 2 }),
    ttl: inner({ ttl: 3 }),
    ...family === 4
      ? {
        fragmentable: inner({ dontFragment: false }),
        id_wraps: inner({ identification: 0xfffe }),
        id_wraps_at_15: inner({ identification: 0x7ffe }),
        ip_options: inner({ options: Uint8Array.of(1, 1, 1, 0) }),
      }
      : { flow_label: inner({ flowLabel: 0x54321 }), extension: inner(padded(0)) },
    ...carrier === undefined ? {} : {
      outer_dscp: outer({ dscp: 46 }),
      outer_ecn: outer({ ecn: 2 }),
      outer_ttl: outer({ ttl: 9 }),
      tenant: large(FEW, () => ({ opaque: carrier.tenant })),
      other_opaque: large(FEW, () => ({ opaque: carrier.other ?? {} })),
      ...carrier.family === 4
        ? {
          outer_fragmentable: outer({ dontFragment: false }),
          outer_id_wraps: outer({ identification: 0xfffe }),
        }
        : { outer_flow_label: outer({ flowLabel: 0x54321 }) },
    },
  };
  return burstOf(variations, { ...send, way: "send" });
}
