import type { Evidence, Tap } from "./evidence.ts";

/**
 * Who is where in evidence: nodes by role, addresses by node, taps by node and side. Checks ask here
 * instead of naming taps and addresses of one topology.
 */
export class LabView {
  readonly #evidence: Evidence;

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  /** The nodes that play a role, in the order of the evidence. */
  nodesOf(role: string): string[] {
    return Object.entries(this.#evidence.nodes)
      .filter(([, setup]) => setup.role === role).map(([node]) => node);
  }

  /** The role that a node plays; undefined for hosts, routers and strangers. */
  roleOf(node: string): string | undefined {
    return this.#evidence.nodes[node]?.role;
  }

  /** The taps at a node, or at all nodes of a role, on one side or on both. */
  taps({ node, role, side }: { node?: string; role?: string; side?: Tap["side"] }): Tap[] {
    return this.#evidence.taps.filter((tap) =>
      (node === undefined || tap.node === node) &&
      (role === undefined || this.roleOf(tap.node) === role) &&
      (side === undefined || tap.side === side)
    );
  }

  /** The addresses of a node by its topology, without prefix lengths; of one interface if given. */
  addressesOf(node: string, interfaceName?: string): string[] {
    const ends = this.#evidence.topology?.links.flatMap(({ ends }) => ends) ?? [];
    return ends
      .filter((end) =>
        end.node === node && (interfaceName === undefined || end.interface === interfaceName)
      )
      .flatMap(({ addresses }) => addresses.map((address) => address.split("/")[0]));
  }

  /** The addresses of the interface that a tap captures. */
  addressesAt({ name, node }: Tap): string[] {
    const point = this.#evidence.topology?.taps.find((tap) => tap.name === name);
    return point === undefined ? [] : this.addressesOf(node, point.interface);
  }

  /** A value of a node's configuration, or of the profile's parameters with captures alone. */
  setting(node: string, field: string): unknown {
    const setup = this.#evidence.nodes[node];
    if (this.#evidence.world === "captures") return setup?.profile.parameters[field];
    return (setup?.config as Record<string, unknown> | undefined)?.[field];
  }
}
