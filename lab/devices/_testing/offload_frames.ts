/** TCP segments in frames from the network to the host of `test_bridge.ts`, plain or in a tunnel. */
import { ipDatagram, TcpFlag, tcpSegment, udpDatagram } from "../../../captures/wire/build.ts";
import { complement, sumOctets } from "../../../captures/wire/checksum.ts";
import { put16, viewOf } from "../../../captures/wire/octets.ts";
import { linkAddress } from "../../../suites/kit/link_address.ts";

/** What a segment is like where it is not as usual. */
export interface SegmentChange {
  /** Octets of payload; 100 unless told. */
  length?: number;
  /** Octets from the first of the stream. */
  at?: number;
  flags?: number;
  ack?: number;
  window?: number;
  urgent?: number;
  options?: Uint8Array;
  /** Of the header next to TCP. */
  id?: number;
  df?: boolean;
  ttl?: number;
  dscp?: number;
  ecn?: number;
  label?: number;
  /** Of the tunnel's header. */
  outerId?: number;
  outerTtl?: number;
  outerDscp?: number;
  outerDf?: boolean;
  /** GRE key, or VXLAN network identifier. */
  key?: number;
  /** Added to the source port. */
  flow?: number;
  /** What is turned over in the finished frame: its place from the beginning of the IP header next to TCP. */
  flip?: number;
}

/** How segments are wrapped. */
export interface Wrapping {
  name: string;
  /** Version of the IP header next to TCP. */
  inner: 4 | 6;
  /** Octets in front of it from the first IP header on, and the datagram around it. */
  overhead: number;
  wrap(inner: Uint8Array, change: SegmentChange): Uint8Array;
}

/** Addresses of the network and of the host. */
export const INNER = { 4: ["10.0.0.2", "10.0.0.1"], 6: ["fd00::2", "fd00::1"] } as const;
const ports = ({ flow = 0 }: SegmentChange) => ({
  sourcePort: 40_000 + flow,
  destinationPort: 5000,
});

function outer(change: SegmentChange) {
  const { outerId = 7000 + (change.id ?? 0), outerTtl = 64, outerDscp = 0, outerDf = true } =
    change;
  return {
    ...{ source: "10.0.0.2", destination: "10.0.0.1", identification: outerId, ttl: outerTtl },
    ...{ dscp: outerDscp, dontFragment: outerDf },
  };
}

const inIp = (protocol: number) => (inner: Uint8Array, change: SegmentChange) =>
  ipDatagram({ ...outer(change), protocol, payload: inner });

const CHECKSUM = 0x80, KEY = 0x20, SEQUENCE = 0x10;

/** GRE (RFC 2784, RFC 2890) with these flags. */
const inGre = (flags: number) => (inner: Uint8Array, change: SegmentChange) => {
  const words = [
    ...(flags & CHECKSUM ? [0, 0, 0, 0] : []),
    ...(flags & KEY ? [0, 0, 0, change.key ?? 9] : []),
    ...(flags & SEQUENCE ? [0, 0, 0, change.id ?? 0] : []),
  ];
  const type = inner[0] >> 4 === 6 ? [0x86, 0xdd] : [0x08, 0x00];
  const gre = Uint8Array.of(flags, 0, ...type, ...words, ...inner);
  if (flags & CHECKSUM) put16(gre, 4, complement(sumOctets(gre, viewOf(gre), 0, gre.length)));
  return ipDatagram({ ...outer(change), protocol: 47, payload: gre });
};

/** VXLAN (RFC 7348), with or without a UDP checksum. */
const inVxlan = (checksum: boolean) => (inner: Uint8Array, change: SegmentChange) => {
  const type = inner[0] >> 4 === 6 ? [0x86, 0xdd] : [0x08, 0x00];
  const macs = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
  const payload = Uint8Array.of(8, 0, 0, 0, 0, 0, change.key ?? 1, 0, ...macs, ...type, ...inner);
  return udpDatagram({
    ...{ ...outer(change), sourcePort: 50_000 + (change.flow ?? 0), destinationPort: 4789 },
    ...{ payload, checksum },
  });
};

const same = (inner: Uint8Array) => inner;

/** Every wrapping that the kernel coalesces in. */
export const WRAPPINGS: readonly Wrapping[] = [
  { name: "IPv4", inner: 4, overhead: 0, wrap: same },
  { name: "IPv6", inner: 6, overhead: 0, wrap: same },
  { name: "IPv4 in IPv4", inner: 4, overhead: 20, wrap: inIp(4) },
  { name: "IPv6 in IPv4", inner: 6, overhead: 20, wrap: inIp(41) },
  { name: "GRE", inner: 4, overhead: 24, wrap: inGre(0) },
  { name: "GRE with a key", inner: 4, overhead: 28, wrap: inGre(KEY) },
  { name: "GRE with a key, IPv6", inner: 6, overhead: 28, wrap: inGre(KEY) },
  { name: "GRE with a checksum", inner: 4, overhead: 28, wrap: inGre(CHECKSUM) },
  { name: "VXLAN", inner: 4, overhead: 50, wrap: inVxlan(false) },
  { name: "VXLAN with a UDP checksum", inner: 4, overhead: 50, wrap: inVxlan(true) },
];

/** GRE with sequence numbers, which no segmentation could make again. */
export const NUMBERED: Wrapping = {
  ...{ name: "GRE with sequence numbers", inner: 4, overhead: 28, wrap: inGre(SEQUENCE) },
};

const BASE = 0xfffffe00;

/** A segment as it leaves the network. */
export function frameOf({ inner, overhead, wrap }: Wrapping, change: SegmentChange): Uint8Array {
  const { at = 0, length = 100, flags = TcpFlag.ack, ack = 1, window, urgent, options } = change;
  const [source, destination] = INNER[inner];
  const packet = wrap(
    tcpSegment({
      ...{ source, destination, ...ports(change), flags, window, options },
      ...{ sequence: (BASE + at) >>> 0, acknowledgment: ack, urgentPointer: urgent },
      ...{ identification: change.id, dontFragment: change.df ?? true, ttl: change.ttl },
      ...{ dscp: change.dscp, ecn: change.ecn, flowLabel: change.label },
      payload: Uint8Array.from({ length }, (_, i) => at + i),
    }),
    change,
  );
  if (change.flip !== undefined) packet[overhead + change.flip] ^= 1;
  const frame = new Uint8Array(Math.max(60, 14 + packet.length));
  frame.set([...linkAddress(0, 0), ...linkAddress(1, 1)]);
  frame.set(packet[0] >> 4 === 6 ? [0x86, 0xdd] : [0x08, 0x00], 12);
  frame.set(packet, 14);
  return frame;
}
