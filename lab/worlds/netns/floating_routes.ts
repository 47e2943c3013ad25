import type { Topology } from "../../../suites/kit/topology.ts";
import { type AddressMove, FloatingAddresses, type HostRoute } from "../floating.ts";
import { ipBatch } from "./ip.ts";

/** Keeps the routers' routes to floating addresses as the devices of one scenario claim them. */
export class FloatingRoutes {
  readonly #addresses: FloatingAddresses;
  #last: Promise<void> = Promise.resolve();
  #failure: unknown;

  /** @param moved Told of each move once the routers follow it. */
  constructor(topology: Topology, readonly moved: (move: AddressMove) => void) {
    this.#addresses = new FloatingAddresses(topology);
  }

  /** Routes every address to where it is at first, whatever the scenario before left. */
  async begin(): Promise<void> {
    await setRoutes(this.#addresses.routes());
  }

  /** A device claims these addresses, and no others, from now on. */
  claim(device: string, claims: readonly string[]): void {
    for (const move of this.#addresses.claim(device, claims)) {
      const routes = this.#addresses.routes(move.address);
      this.#last = this.#last.then(() => setRoutes(routes)).then(
        () => this.moved(move),
        (error) => void (this.#failure ??= error),
      );
    }
  }

  /** A device has died. */
  lose(device: string): void {
    this.#addresses.lose(device);
  }

  /** Waits until every move is done. @throws What `ip` said against one. */
  async settle(): Promise<void> {
    await this.#last;
    if (this.#failure !== undefined) throw this.#failure;
  }
}

async function setRoutes(routes: readonly HostRoute[]): Promise<void> {
  const byRouter = Map.groupBy(routes, ({ router }) => router);
  await Promise.all(
    [...byRouter].map(([router, routes]) =>
      ipBatch(routes.map(({ prefix, via }) => `route replace ${prefix} via ${via}`), router)
    ),
  );
}
