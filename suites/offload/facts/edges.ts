/** What edges make of the datagrams of tenants: in front of the cloud, within it, and behind it. */
import { crc32 } from "node:zlib";
import { formatAddress } from "../../../captures/wire/address.ts";
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { hex } from "../../../captures/wire/octets.ts";
import {
  isOpaqueFormat,
  OPAQUE_FORMATS,
  type OpaqueFormat,
  opaqueLength,
} from "../../../captures/wire/opaque.ts";
import { BoundedLog, BoundedTable } from "../../kit/bounds.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { LabView } from "../../kit/lab_view.ts";
import { linkEndAt } from "../../kit/link_address.ts";

/** A datagram in a tunnel. */
export interface Tunnelled {
  frame: FrameRef;
  /** Outer addresses as text, the protocol of the outer header, and the opaque field in hexadecimal. */
  source: string;
  destination: string;
  protocol: number;
  opaque: string;
}

/** One datagram of a tenant, wherever it was seen. */
export interface Carried {
  /** Addresses and, of TCP and UDP, ports of it as text. */
  source: string;
  destination: string;
  stream: string;
  /** In front of the edge, on the interface of its tenant. */
  sent?: FrameRef;
  tenant?: string;
  /** Whether each edge had sent anything before it came there. */
  heard: { encapsulator: boolean; decapsulator: boolean };
  /** As the encapsulator sent it, and as it came to the decapsulator. */
  cloud?: Tunnelled;
  far?: Tunnelled;
  /** As the decapsulator passed it on, and on which interface. */
  arrived?: FrameRef;
  receiver?: string;
}

/** One of them, and when it came to each edge in seconds. */
type Seen = Omit<Carried, "heard"> & { at: { encapsulator: number; decapsulator: number } };

/** What there was of edges. */
export interface EdgeFacts {
  /** Name of the format that the lab's edges are configured for; undefined without edges. */
  format?: keyof typeof OPAQUE_FORMATS;
  datagrams: readonly Carried[];
  /** Frames into the cloud that hold no datagram where the format has it. */
  strange: readonly FrameRef[];
  /** Whether a decapsulator sent anything to a tenant. */
  decapsulated: boolean;
}

/** The facts of the edges of a lab. */
export const edgeFacts: FactCollector<EdgeFacts> = {
  name: "offload/edges",
  begin: (evidence) => new EdgeCollector(evidence),
};

class EdgeCollector extends Collector<EdgeFacts> {
  readonly #lab: LabView;
  readonly #name: EdgeFacts["format"];
  readonly #format: OpaqueFormat | undefined;
  readonly #topology: Evidence["topology"];
  #decapsulated = false;
  /** When each edge sent its first frame, in seconds. */
  readonly #first = { encapsulator: Infinity, decapsulator: Infinity };
  readonly #interfaces = new Map<string, string>();
  readonly #datagrams = new BoundedTable<string, Seen>(
    this.bound("datagrams of tenants", 50_000),
  );
  readonly #strange = new BoundedLog<FrameRef>(this.bound("strange frames", 1_000));

  constructor(evidence: Evidence) {
    super();
    this.#lab = new LabView(evidence);
    this.#topology = evidence.topology;
    const [node] = this.#lab.nodesOf("encapsulator");
    const config = evidence.nodes[node ?? ""]?.config as { format?: string } | undefined;
    if (config?.format !== undefined && Object.hasOwn(OPAQUE_FORMATS, config.format)) {
      this.#name = config.format as keyof typeof OPAQUE_FORMATS;
      this.#format = OPAQUE_FORMATS[this.#name];
    }
    for (const tap of evidence.topology?.taps ?? []) this.#interfaces.set(tap.name, tap.interface);
  }

  override wants(): boolean {
    return this.#format !== undefined;
  }

  override frame(captured: Frame, w: HeaderWalker, tap: Tap) {
    const { bytes, view, start, end, number } = captured;
    const at = captured.seconds + captured.nanoseconds / 1e9;
    const role = this.#lab.roleOf(tap.node), frame = { capture: tap.name, number };
    if (role === "decapsulator" && tap.side === "lan" && end - start >= 12) {
      const place = linkEndAt(view, start + 6);
      const from = place < 0 ? undefined : this.#topology?.links[place >> 1]?.ends[place & 1];
      if (from?.node === tap.node) {
        this.#decapsulated = true;
        this.#first.decapsulator = Math.min(this.#first.decapsulator, at);
      }
    }
    if (w.l3 < 0 || role !== "encapsulator" && role !== "decapsulator") return;
    if (tap.side === "lan") {
      const carried = this.#of(bytes, w.l3, end);
      if (carried === undefined) return;
      const name = this.#interfaces.get(tap.name) ?? "";
      if (role === "encapsulator") {
        carried.at.encapsulator = Math.min(carried.at.encapsulator, at);
        carried.sent ??= frame;
        carried.tenant ??= name;
      } else {
        carried.arrived ??= frame;
        carried.receiver ??= name;
      }
      return;
    }
    if (role === "encapsulator") {
      this.#first.encapsulator = Math.min(this.#first.encapsulator, at);
    }
    const format = this.#format!, opaque = w.l4;
    const isOurs = opaque >= 0 && !w.isFragment &&
      isOpaqueFormat(format, w.protocol, bytes, opaque, end);
    const octets = isOurs ? opaqueLength(format, bytes, opaque, end) : -1;
    const carried = octets < 0 ? undefined : this.#of(bytes, opaque + octets, end);
    if (carried === undefined) {
      if (role === "encapsulator") this.#strange.push(frame);
      return;
    }
    const { sourceStart, destinationStart, addressLength, protocol } = w;
    const address = (at: number) => formatAddress(bytes, at, at + addressLength);
    const tunnelled: Tunnelled = {
      ...{ frame, protocol, source: address(sourceStart) },
      destination: address(destinationStart),
      opaque: hex(bytes, opaque, opaque + octets),
    };
    if (role === "decapsulator") {
      carried.at.decapsulator = Math.min(carried.at.decapsulator, at);
    }
    carried[role === "encapsulator" ? "cloud" : "far"] ??= tunnelled;
  }

  /** The datagram of these octets; undefined where it is none of IP. */
  #of(bytes: Uint8Array, start: number, end: number): Seen | undefined {
    const version = bytes[start] >> 4, isV4 = version === 4;
    if (!isV4 && version !== 6 || start + (isV4 ? 20 : 40) > end) return undefined;
    const key = `${end - start}/${crc32(bytes.subarray(start, end))}`;
    const from = start + (isV4 ? 12 : 8), octets = isV4 ? 4 : 16;
    const ports = isV4 ? start + ((bytes[start] & 15) << 2) : start + 40;
    return this.#datagrams.obtain(key, () => {
      const source = formatAddress(bytes, from, from + octets);
      const destination = formatAddress(bytes, from + octets, from + 2 * octets);
      const protocol = bytes[start + (isV4 ? 9 : 6)];
      const told = hex(bytes, ports, Math.min(ports + 4, end));
      const stream = `${source} ${destination} ${protocol} ${told}`;
      const at = { encapsulator: Infinity, decapsulator: Infinity };
      return { source, destination, stream, at };
    });
  }

  facts(): EdgeFacts {
    return {
      ...this.#name === undefined ? {} : { format: this.#name },
      datagrams: [...this.#datagrams.values()].map(({ at, ...carried }) => ({
        ...carried,
        heard: {
          encapsulator: at.encapsulator > this.#first.encapsulator,
          decapsulator: at.decapsulator > this.#first.decapsulator,
        },
      })),
      strange: this.#strange.items,
      decapsulated: this.#decapsulated,
    };
  }
}
