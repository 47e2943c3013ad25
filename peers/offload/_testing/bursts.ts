/** Bursts of segments for tests of coalescing, and what comes out of them. */
import { TcpFlag } from "../../../captures/wire/build.ts";
import { SegmentView } from "../../../captures/view/segment.ts";
import type { OffloadOverrides } from "../overrides.ts";
import { formatsOf, numbered, segmentFrame, type Specimen, testNic, tunnelOf } from "./segments.ts";

/** What is different of a segment; its length in octets, or its payload. */
export type Change = Partial<Specimen> & { octets?: number };

/** A segment that is as the one before it. */
export const NONE: Change = {};

/** Control bits besides ACK. */
export const flags = (more: number): Change => ({ flags: TcpFlag.ack | more });

/** TCP options, octet by octet. */
export const options = (...octets: number[]): Change => ({ options: Uint8Array.from(octets) });

/** An aligned timestamp with this TSval. */
export const timestamp = (value: number): Change =>
  options(1, 1, 8, 10, 0, 0, 0, value, 0, 0, 0, 1);

/** The first segment of a flow of 100 octets each. */
export const BASE: Specimen = {
  ip: { source: "10.0.0.1", destination: "10.0.0.2", identification: 7, dontFragment: true },
  ...{ sourcePort: 1000, destinationPort: 80, sequence: 5000, acknowledgment: 9 },
  ...{ flags: TcpFlag.ack, window: 1000, udpChecksum: false },
};

/** The same over IPv6. */
export const BASE6: Specimen = {
  ...BASE,
  ip: { source: "2001:db8::1", destination: "2001:db8::2", flowLabel: 9 },
};

/** The same in a tunnel. */
export const TUNNELLED: Specimen = {
  ...BASE,
  tunnel: tunnelOf("gre_key", 4, {
    ...{ source: "192.0.2.1", destination: "192.0.2.2", identification: 100, dontFragment: true },
  }),
};

const octetsAt = (sequence: number, length: number) =>
  Uint8Array.from({ length }, (_, i) => (sequence + i) * 31 >> 3);

/**
 * Segments that follow one another: each has the next sequence number and next IDs, unless its change
 * says otherwise. Their octets follow from the sequence number.
 */
export function burst(base: Specimen, ...changes: readonly Change[]): Specimen[] {
  let { sequence } = base;
  return changes.map(({ octets = 100, ...change }, i) => {
    const at = change.sequence ?? sequence, id = (first = 0) => first + i & 0xffff;
    const segment: Specimen = {
      ...base,
      ip: { ...base.ip, identification: id(base.ip.identification) },
      tunnel: base.tunnel && numbered({
        ...base.tunnel,
        ip: { ...base.tunnel.ip, identification: id(base.tunnel.ip.identification) },
      }, i),
      payload: octetsAt(at, octets),
      ...change,
      sequence: at,
    };
    sequence = at + segment.payload!.length >>> 0;
    return segment;
  });
}

/** The header of a segment of `burst` with a change in it. */
export const withIp = (segment: Specimen, ip: Partial<Specimen["ip"]>): Specimen => ({
  ...segment,
  ip: { ...segment.ip, ...ip },
});

/** The outer header of a segment of `burst` with a change in it. */
export const withOuter = (segment: Specimen, ip: Partial<Specimen["ip"]>): Specimen => ({
  ...segment,
  tunnel: { ...segment.tunnel!, ip: { ...segment.tunnel!.ip, ...ip } },
});

/** Frames from the wire at one moment, and all that the host got of them in the end. */
export function coalesced(
  frames: readonly Uint8Array[],
  config: Record<string, unknown> = {},
  overrides?: OffloadOverrides,
): Uint8Array[] {
  const { nic, out } = testNic(config, overrides);
  for (const frame of frames) nic.receive("wire", frame, 0);
  return [...out(0), ...out(1e6)].map(({ packet }) => packet);
}

/** Octets of payload of units, in order, as the tables of the research note have them: `200|100`. */
export function sizes(
  segments: readonly Specimen[],
  config: Record<string, unknown> = {},
  overrides?: OffloadOverrides,
): string {
  const formats = formatsOf(segments[0]);
  const frames = segments.map((segment) => segmentFrame(segment));
  const view = new SegmentView();
  view.formats = Object.values(formats);
  return coalesced(frames, { formats, ...config }, overrides).map((frame) =>
    view.at(frame, 14) ? String(view.length) : view.problem
  ).join("|");
}
