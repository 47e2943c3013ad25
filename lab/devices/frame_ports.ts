/** Ports of a machine that carry whole Ethernet frames, as its configuration names them. */
import { isFramePort } from "../../suites/kit/ethernet.ts";
import type { Topology } from "../../suites/kit/topology.ts";

/** One such port, and the interface of its node whose frames it takes and sends. */
export interface FramePort {
  port: string;
  interface: string;
}

/**
 * The ports of whole frames in a machine's configuration: `frames: [{ port: "host", interface: "host0" }]`.
 * @throws {TypeError} When one of them does not say both.
 */
export function framePorts({ frames = [] }: Readonly<Record<string, unknown>>): FramePort[] {
  if (!Array.isArray(frames)) {
    throw new TypeError(`Cannot open ports of frames as they must be a list: got ${typeof frames}`);
  }
  return frames.map((entry, i) => {
    const { port, interface: name } = Object(entry) as Partial<FramePort>;
    if (typeof port === "string" && typeof name === "string") return { port, interface: name };
    throw new TypeError(
      `Cannot open port ${i} of frames as it must have a port and an interface: got ` +
        JSON.stringify(entry),
    );
  });
}

/**
 * Looks whether the ports of whole frames of a node are interfaces of it that have no address.
 * @throws {RangeError} When one is not: frames would go past the IP layer that answers there.
 */
export function requireFramePorts(
  topology: Topology,
  node: string,
  ports: readonly FramePort[],
): void {
  const ends = topology.links.flatMap(({ ends }) => ends).filter((end) => end.node === node);
  for (const { port, interface: name } of ports) {
    const end = ends.find((end) => end.interface === name);
    if (end !== undefined && isFramePort(topology, end)) continue;
    const known = ends.filter((end) => isFramePort(topology, end)).map((end) => end.interface);
    throw new RangeError(
      `Cannot open port "${port}" of "${node}" as its interface must be one without addresses ` +
        `(${known.join(", ") || "it has none"}): got ${name}`,
    );
  }
}
