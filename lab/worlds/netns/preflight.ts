/** Looks whether a device is alive and takes part, before anything is judged. */
import type { Driver } from "../../../suites/kit/scenario.ts";
import type { Topology } from "../../../suites/kit/topology.ts";
import { kindOf } from "../../devices/kinds/registry.ts";
import type { ScenarioRun } from "../world.ts";
import type { Interruption } from "./interruptible.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { LINK_TYPE } from "../../../captures/link.ts";
import { viewOf } from "../../../captures/wire/octets.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { PacketSocket } from "../../kernel/packet_socket.ts";
import { inNamespace, namespacePath } from "../../kernel/thread.ts";

/** Milliseconds between two looks, and that a device has to say something. */
const LOOK = 20, SILENT = 3000;
/** Frames that are looked at in one look, and payloads that are remembered. */
const BATCH = 256, REMEMBERED = 512;
/** Milliseconds of our own lateness after which silence may be ours. */
const LATE = 500;
const LARGEST = 65_536 + 18;

/** One link of a device: what comes to it there, and what comes from it. */
interface Side {
  toDevice: PacketSocket;
  fromDevice: PacketSocket;
  /** Payloads that it has received there, in hexadecimal. */
  received: Set<string>;
}

/** What passes between a device and its neighbours: opened before the device starts. */
export class Preflight {
  readonly #sides: Side[] = [];
  readonly #buffer = new Uint8Array(LARGEST);
  readonly #walker = new HeaderWalker();
  /** Whether who speaks first is opposite: then a device that listens answers at once. */
  readonly #isSpokenTo: boolean;
  #repeats = 0;
  #refusals = 0;

  /** @param initiates Whether the device opens connections by itself. */
  constructor(topology: Topology, readonly node: string, initiates: boolean) {
    let isOpposite = false;
    for (const { ends: [a, b] } of topology.links) {
      for (const [own, other] of [[a, b], [b, a]]) {
        if (own.node !== node) continue;
        const open = (node: string, name: string) =>
          inNamespace(
            namespacePath(node),
            () => PacketSocket.open(name, { bufferOctets: 1 << 20 }),
          );
        this.#sides.push({
          toDevice: open(node, own.interface),
          fromDevice: open(other.node, other.interface),
          received: new Set(),
        });
        isOpposite ||= topology.nodes[other.node].kind === "device";
      }
    }
    const devices = Object.values(topology.nodes).filter(({ kind }) => kind === "device");
    this.#isSpokenTo = !initiates && isOpposite && devices.length === 2;
  }

  /**
   * Waits until the device says something of its own, where it is the one to do so; elsewhere as long,
   * as what it does depends on others.
   * @throws {Error} When it does not: nothing at all, or nothing but what it is sent.
   */
  async pass(): Promise<void> {
    const begin = performance.now();
    let last = begin, late = 0;
    while (last - begin < SILENT + late) {
      if (this.#look()) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK));
      const now = performance.now();
      // Where we were late, our peers were as well.
      if (now - last > LATE) late += now - last;
      last = now;
    }
    const within = `within ${SILENT} ms`;
    if (this.#repeats > 0) {
      throw new Error(`"${this.node}" says nothing but what it is sent: ${this.#repeats} packets`);
    }
    if (!this.#isSpokenTo) return;
    if (this.#refusals > 0) {
      throw new Error(`"${this.node}" does not listen: it answers with ICMP unreachable ${within}`);
    }
    throw new Error(`"${this.node}" does not answer its role: it sent nothing ${within}`);
  }

  close(): void {
    for (const { toDevice, fromDevice } of this.#sides) {
      toDevice.close();
      fromDevice.close();
    }
  }

  /** Whether a packet of the device's own has come. */
  #look(): boolean {
    return this.#sides.some(({ toDevice, fromDevice, received }) => {
      this.#each(toDevice, (payload) => {
        if (received.size < REMEMBERED) received.add(payload);
        return false;
      });
      return this.#each(fromDevice, (payload, refused) => {
        if (refused) this.#refusals++;
        // What goes on by another link, as by a NAT, is no repetition.
        else if (received.has(payload)) this.#repeats++;
        else return true;
        return false;
      });
    });
  }

  /** Takes what has come, until it is enough. */
  #each(socket: PacketSocket, take: (payload: string, refused: boolean) => boolean): boolean {
    const bytes = this.#buffer, view = viewOf(bytes), w = this.#walker;
    for (let n = 0; n < BATCH; n++) {
      const end = socket.receive(bytes);
      if (end < 0) return false;
      // What is for everybody on a network is no answer.
      const isForAll = (bytes[0] & 1) !== 0;
      const frame = { bytes, view, start: 0, end, linkType: LINK_TYPE.ETHERNET };
      if (isForAll || !w.walk(frame as Parameters<HeaderWalker["walk"]>[0]) || w.l4 < 0) continue;
      const type = bytes[w.l4];
      const refused = w.protocol === IP_PROTOCOL.ICMP && type === 3 ||
        w.protocol === IP_PROTOCOL.ICMPV6 && type === 1;
      // Nor is what a kernel says of itself.
      if (!refused && w.protocol === IP_PROTOCOL.ICMPV6 && type >= 130) continue;
      const payload = w.udpPayload >= 0 ? w.udpPayload : w.l4;
      if (take(bytes.subarray(payload, w.end).toHex(), refused)) return true;
    }
    return false;
  }
}

/** What is to be looked at of each third party's device of a scenario. */
export function preflightsOf({ scenario, profiles }: ScenarioRun): Preflight[] {
  return Object.entries(scenario.nodes).flatMap(([node, { config }]) =>
    profiles[node] === undefined || kindOf(profiles[node].attach).plays !== "third party"
      ? []
      : [new Preflight(scenario.topology, node, initiates(config))]
  );
}

/** Plays a scenario until every device has answered, or one does not. */
export async function passAll(
  preflights: readonly Preflight[],
  { scenario }: ScenarioRun,
  interruption: Interruption,
  driver: Driver,
): Promise<void> {
  const run = Promise.resolve(scenario.run(interruption.driver(driver)));
  // What the scenario itself misses is nothing that anybody judges here.
  run.catch(() => {});
  const all = Promise.all(preflights.map((preflight) => preflight.pass()));
  try {
    await interruption.unless(all.then(() => {}));
  } finally {
    interruption.interrupt("the preflight is over");
    await run.catch(() => {});
  }
}

/** Whether a device may open connections by itself: it was told to whom. */
export function initiates({ peers }: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(peers) && peers.length > 0;
}
