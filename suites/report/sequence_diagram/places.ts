/** Who is where: turns addresses into the nodes of a topology, and puts nodes in order. */
import type { Frame } from "../../../captures/frame.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { formatAddress, formatMac } from "../../../captures/wire/address.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";

const ETHERNET = 1;

/** From whom a frame came and to whom it went, as far as is known; "" where it cannot. */
export interface Hop {
  from: string;
  to: string;
}

/** The link that a tap listens on: its own end and the other. */
interface TappedLink {
  near: string;
  far: string;
  /** Addresses of the two ends. */
  owners: Map<string, string>;
}

/** The nodes of the evidence and their addresses. Without a topology, addresses stand for nodes. */
export class Places {
  readonly #owners = new Map<string, string>();
  readonly #taps = new Map<string, TappedLink>();
  readonly #routers = new Set<string>();
  readonly #known: readonly string[];
  readonly #walker = new HeaderWalker();

  constructor({ topology }: Pick<Evidence, "topology">) {
    const { nodes = {}, links = [], taps = [] } = topology ?? {};
    for (const [name, { kind }] of Object.entries(nodes)) {
      if (kind === "router") this.#routers.add(name);
    }
    for (const { ends } of links) {
      const owners = new Map<string, string>();
      for (const { node, addresses } of ends) {
        for (const address of addresses) owners.set(address.split("/")[0], node);
      }
      for (const [address, node] of owners) this.#owners.set(address, node);
      for (const [i, { node, interface: name }] of ends.entries()) {
        const tap = taps.find((t) => t.node === node && t.interface === name);
        if (tap !== undefined) {
          this.#taps.set(tap.name, { near: node, far: ends[1 - i].node, owners });
        }
      }
    }
    this.#known = inOrder(nodes, links);
  }

  /** Tells who sent a frame to whom on the link of a tap; routers are passed over. */
  hop(frame: Frame, tap: Tap): Hop {
    const w = this.#walker;
    const { bytes, start, end } = frame;
    if (!w.walk(frame)) {
      const mac = frame.linkType === ETHERNET && end - start >= 14 && !this.#taps.has(tap.name);
      return mac
        ? { from: formatMac(bytes, start + 6), to: formatMac(bytes, start) }
        : { from: "", to: "" };
    }
    const length = w.ipVersion === 4 ? 4 : 16;
    const at = w.l3 + (w.ipVersion === 4 ? 12 : 8);
    const source = formatAddress(bytes.subarray(at, at + length));
    const destination = formatAddress(bytes.subarray(at + length, at + 2 * length));
    const link = this.#taps.get(tap.name);
    if (link === undefined) return { from: source, to: destination };
    return this.#onLink(link, source, destination);
  }

  #onLink(link: TappedLink, source: string, destination: string): Hop {
    const { near, far, owners } = link;
    const sender = owners.get(source) ??
      (owners.has(destination) ? (owners.get(destination) === near ? far : near) : undefined) ??
      this.#sideOf(link, source, destination);
    if (sender === undefined) return { from: "", to: "" };
    const receiver = sender === near ? far : near;
    // A router is on the way, not the end of it.
    return {
      from: this.#routers.has(sender) ? this.#owners.get(source) ?? sender : sender,
      to: this.#routers.has(receiver) ? this.#owners.get(destination) ?? receiver : receiver,
    };
  }

  /** Neither end speaks for itself: a frame that goes to or comes from a known node nearby. */
  #sideOf({ near, far }: TappedLink, source: string, destination: string): string | undefined {
    if (this.#owners.get(source) === near || this.#owners.get(destination) === far) return near;
    if (this.#owners.get(source) === far || this.#owners.get(destination) === near) return far;
    return undefined;
  }

  /**
   * The nodes among these, in the order in which a picture shows them; strangers come last, those of
   * one network side by side.
   */
  order(found: Iterable<string>): string[] {
    const all = new Set(found);
    const known = this.#known.filter((node) => all.delete(node));
    return [...known, ...[...all].sort((a, b) => a.localeCompare(b, "en", { numeric: true }))];
  }
}

type Topology = NonNullable<Evidence["topology"]>;

/** Devices in a row with their hosts beside them: those of the first on its left, others right. */
function inOrder(nodes: Topology["nodes"], links: Topology["links"]): string[] {
  const beside = (node: string) =>
    links.filter(({ ends }) => ends.some((end) => end.node === node))
      .map(({ ends }) => ends[ends[0].node === node ? 1 : 0].node);
  const kind = (node: string) => nodes[node]?.kind;
  const hosts = Object.keys(nodes).filter((node) => kind(node) === "host");
  // A walk from the first host meets the devices in the order of the picture.
  const devices: string[] = [];
  const met = new Set(hosts.slice(0, 1));
  const queue = met.size > 0 ? [...met] : Object.keys(nodes).slice(0, 1);
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    if (kind(node) !== "host") devices.push(node);
    for (const next of beside(node)) {
      if (!met.has(next)) queue.push(next);
      met.add(next);
    }
  }
  const out: string[] = [];
  for (const [i, device] of devices.entries()) {
    const neighbours = beside(device).filter((node) => kind(node) === "host");
    out.push(...(i === 0 ? [...neighbours, device] : [device, ...neighbours]));
  }
  return [...new Set([...out, ...Object.keys(nodes)])];
}
