/** Looks whether a device is alive and takes part, before anything is judged. */
import type { Driver } from "../../../suites/kit/scenario.ts";
import type { Topology } from "../../../suites/kit/topology.ts";
import { kindOf } from "../../devices/kinds/registry.ts";
import type { ScenarioRun } from "../world.ts";
import type { Interruption } from "./interruptible.ts";
import { formatAddress } from "../../../captures/wire/address.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { LINK_TYPE } from "../../../captures/link.ts";
import { viewOf } from "../../../captures/wire/octets.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { PacketSocket } from "../../kernel/packet_socket.ts";
import { inNamespace, namespacePath } from "../../kernel/thread.ts";

/** Milliseconds between two looks, and that a device has to say something. */
const LOOK = 20, SILENT = 3000;
/** The same where it is not opposite the peer that speaks first, or speaks first itself. */
const SILENT_FROM_AFAR = 10_000;
/** Frames that are looked at in one look, and payloads that are remembered. */
const BATCH = 256, REMEMBERED = 512;
/** Milliseconds of our own lateness after which silence may be ours. */
const LATE = 500;
const LARGEST = 65_536 + 18;

/** What passes between a device and its neighbours: opened before the device starts. */
export class Preflight {
  readonly #toDevice: PacketSocket[] = [];
  readonly #fromDevice: PacketSocket[] = [];
  readonly #addresses = new Set<string>();
  readonly #received = new Set<string>();
  readonly #buffer = new Uint8Array(LARGEST);
  readonly #walker = new HeaderWalker();
  readonly #limit: number;
  #repeats = 0;
  #refusals = 0;

  /** @param initiates Whether the device opens connections by itself. */
  constructor(topology: Topology, readonly node: string, initiates: boolean) {
    let isOpposite = false;
    for (const { ends: [a, b] } of topology.links) {
      for (const [own, other] of [[a, b], [b, a]]) {
        if (own.node !== node) continue;
        const open = (node: string, name: string) =>
          inNamespace(namespacePath(node), () => PacketSocket.open(name, 1 << 20));
        this.#toDevice.push(open(node, own.interface));
        this.#fromDevice.push(open(other.node, other.interface));
        own.addresses.forEach((address) => this.#addresses.add(address.split("/")[0]));
        isOpposite ||= topology.nodes[other.node].kind === "device";
      }
    }
    this.#limit = initiates || !isOpposite ? SILENT_FROM_AFAR : SILENT;
  }

  /**
   * Waits until the device says something of its own.
   * @throws {Error} When it does not: nothing at all, or nothing but what it is sent.
   */
  async pass(): Promise<void> {
    const begin = performance.now();
    let last = begin, late = 0;
    while (last - begin < this.#limit + late) {
      if (this.#look()) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK));
      const now = performance.now();
      // Where we were late, our peers were as well.
      if (now - last > LATE) late += now - last;
      last = now;
    }
    const within = `within ${this.#limit} ms`;
    if (this.#repeats > 0) {
      throw new Error(`"${this.node}" says nothing but what it is sent: ${this.#repeats} packets`);
    }
    if (this.#refusals > 0) {
      throw new Error(`"${this.node}" does not listen: it answers with ICMP unreachable ${within}`);
    }
    throw new Error(`"${this.node}" does not answer its role: it sent nothing ${within}`);
  }

  close(): void {
    for (const socket of [...this.#toDevice, ...this.#fromDevice]) socket.close();
  }

  /** Whether a packet of the device's own has come. */
  #look(): boolean {
    this.#each(this.#toDevice, (payload) => {
      if (this.#received.size < REMEMBERED) this.#received.add(payload);
      return false;
    });
    return this.#each(this.#fromDevice, (payload, source, refused) => {
      if (!this.#addresses.has(source)) return false;
      if (refused) this.#refusals++;
      else if (this.#received.has(payload)) this.#repeats++;
      else return true;
      return false;
    });
  }

  #each(
    sockets: readonly PacketSocket[],
    take: (payload: string, source: string, refused: boolean) => boolean,
  ): boolean {
    const bytes = this.#buffer, view = viewOf(bytes), w = this.#walker;
    for (const socket of sockets) {
      for (let n = 0; n < BATCH; n++) {
        const end = socket.receive(bytes);
        if (end < 0) break;
        const frame = { bytes, view, start: 0, end, linkType: LINK_TYPE.ETHERNET };
        if (!w.walk(frame as Parameters<HeaderWalker["walk"]>[0]) || w.l4 < 0) continue;
        const v4 = w.ipVersion === 4, from = w.l3 + (v4 ? 12 : 8);
        const source = formatAddress(bytes, from, from + (v4 ? 4 : 16));
        const type = bytes[w.l4];
        const refused = w.protocol === IP_PROTOCOL.ICMP && type === 3 ||
          w.protocol === IP_PROTOCOL.ICMPV6 && type === 1;
        // What the kernel says of itself is no answer.
        if (!refused && w.protocol === IP_PROTOCOL.ICMPV6 && type >= 130) continue;
        const payload = w.udpPayload >= 0 ? w.udpPayload : w.l4;
        if (take(bytes.subarray(payload, w.end).toHex(), source, refused)) return true;
      }
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
