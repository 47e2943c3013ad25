/** What the engines of the network card are measured on: bulk TCP of many flows, plain and in tunnels. */
import { ethernetFrame } from "../../../captures/wire/build.ts";
import { buildOpaque } from "../../../captures/wire/build_opaque.ts";
import { buildSegment, type SegmentTunnel } from "../../../captures/wire/build_segment.ts";
import { OPAQUE_FORMATS, type OpaqueFormatName } from "../../../captures/wire/opaque.ts";

/** How the segments of a row are carried: `plain4` and `plain6`, or in a format. */
export type Encapsulation = "plain4" | "plain6" | OpaqueFormatName;

/** What is measured, in this order. */
export const MEASURED: readonly Encapsulation[] = [
  ...["plain4", "plain6", "gre_key", "udp_slots_adjusted", "vxlan"] as const,
];

/** Flows side by side, and segments of one that arrive in a row. */
const FLOWS = 32, RUN = 4;
/** Octets of payload in a segment, and segments of a super-packet. */
export const SEGMENT = 1400, SEGMENTS = 44;

/** Frames one after the other in one array; frame `i` is `bytes[starts[i]..starts[i + 1])`. */
export interface Frames {
  bytes: Uint8Array;
  starts: Int32Array;
}

const MACS = { destination: "02:00:00:00:00:02", source: "02:00:00:00:00:01" };
const FOUR = { source: "10.0.0.1", destination: "10.0.0.2" };
const SIX = { source: "2001:db8::1", destination: "2001:db8::2" };
const OUTER = { source: "192.0.2.1", destination: "192.0.2.2", dontFragment: true };

/** One super-packet of each flow, as a host hands it to its card. */
export function superPackets(encapsulation: Encapsulation): Frames {
  const isPlain = encapsulation === "plain4" || encapsulation === "plain6";
  const tunnel: SegmentTunnel | undefined = isPlain ? undefined : {
    format: OPAQUE_FORMATS[encapsulation],
    ip: OUTER,
    opaque: buildOpaque(encapsulation, { key: 7, networkId: 7, sourceSlot: 1, targetSlot: 2 }),
  };
  const payload = Uint8Array.from({ length: SEGMENT * SEGMENTS }, (_, i) => i * 31 >> 3);
  const ip = { ...(encapsulation === "plain6" ? SIX : FOUR), dontFragment: true };
  return together(Array.from({ length: FLOWS }, (_, flow) => {
    const ports = { sourcePort: 40_000 + flow, destinationPort: 80 };
    const segment = { ip, ...ports, sequence: flow * 1000, payload, tunnel };
    return ethernetFrame({ ...MACS, payload: buildSegment(segment) });
  }));
}

/** The segments of all flows, a few of one and then of the next, as they arrive from a switch. */
export function interleaved(segments: readonly Uint8Array[]): Frames {
  const order: Uint8Array[] = [];
  for (let from = 0; from < SEGMENTS; from += RUN) {
    for (let flow = 0; flow < FLOWS; flow++) {
      for (let i = from; i < Math.min(from + RUN, SEGMENTS); i++) {
        order.push(segments[flow * SEGMENTS + i]);
      }
    }
  }
  return together(order);
}

function together(frames: readonly Uint8Array[]): Frames {
  const starts = new Int32Array(frames.length + 1);
  frames.forEach((frame, i) => starts[i + 1] = starts[i] + frame.length);
  const bytes = new Uint8Array(starts[frames.length]);
  frames.forEach((frame, i) => bytes.set(frame, starts[i]));
  return { bytes, starts };
}
