import { Agent, type Container } from "../../devices/container/agent.ts";
import type { DeviceProcess } from "../../devices/device_process.ts";
import { PeerProcess } from "../../devices/peer_process.ts";

/** The processes that play nodes for one lab, kept between scenarios: starting one is dear. */
export class PeerHosts {
  #spares: PeerProcess[] = [];
  /** Containers that the lab has, with the peer that is hosted there, by service. */
  readonly #containers = new Map<string, { agent: Agent; peer?: PeerProcess }>();

  /** @param suites Module that exports `SUITES`, for the processes that are started here. */
  constructor(readonly suites: string) {}

  /** A process that can host a peer, in a container if one is named. */
  async take(container?: Container): Promise<PeerProcess> {
    if (container === undefined) {
      // A spare may have ended meanwhile.
      this.#spares = this.#spares.filter(({ able }) => able);
      return this.#spares.shift() ?? PeerProcess.spawn(this.suites);
    }
    const agent = await this.agent(container);
    if (agent.plays !== "reference") {
      throw new TypeError(
        `Cannot host a reference peer in "${container.service}" as its image is a device's`,
      );
    }
    const held = this.#containers.get(container.service)!;
    if (held.peer?.able) return held.peer;
    const child = await agent.start();
    void child.stderr.pipeTo(Deno.stderr.writable, { preventClose: true }).catch(() => {});
    return held.peer = new PeerProcess(child);
  }

  /** The agent of a container; one that has ended since is sought again. */
  async agent(container: Container): Promise<Agent> {
    const known = this.#containers.get(container.service)?.agent;
    if (known !== undefined && !known.isGone) return known;
    // It is closed once, though nobody may answer in its place now.
    this.#containers.delete(container.service);
    await known?.close();
    const agent = await Agent.connect(container);
    this.#containers.set(container.service, { agent });
    return agent;
  }

  /** Ends a device; its process may host another peer. Milliseconds by which it was late, if known. */
  async stop(device: DeviceProcess): Promise<number | undefined> {
    const lateness = await device.stop();
    const isContained = [...this.#containers.values()].some(({ peer }) => peer === device);
    if (device instanceof PeerProcess && device.able && !isContained) this.#spares.push(device);
    return lateness;
  }

  /** Ends every process, and leaves every container. */
  async end(): Promise<void> {
    await Promise.all(this.#spares.splice(0).map((spare) => spare.end()));
    await Promise.all([...this.#containers.values()].map(({ agent }) => agent.close()));
    this.#containers.clear();
  }
}
