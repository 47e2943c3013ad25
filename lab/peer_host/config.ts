import type { MachineOrder, NullOrder } from "../devices/machine.ts";
import type { PeerEnvironment, TraceSink, Transmission } from "../../peers/machine.ts";
import { peersOf as peersByWord, type SuiteModule, suiteOf } from "../../suites/registry.ts";
import type { ReferencePeers } from "../../suites/kit/suite.ts";
import { seededRandom } from "../../captures/random.ts";

/** What a peer host is told to be: its configuration file. */
export interface PeerHostConfig {
  /** Word of the system, such as `core_identity`. */
  suite: string;
  role: string;
  /** Configuration of the machine; `wan` names its WAN ports. */
  config: Record<string, unknown>;
  /** Mutant to be, by its id. */
  variant?: string;
  /** Deliberate faults, by name of a stimulusFault of the suite. */
  stimulusFault?: string;
  /** A null device instead of the machine. */
  null?: NullDeviceConfig;
  /** Node of the topology, which the trace names. */
  node: string;
  /** Where `NODE.jsonl` and `NODE.coreN.jsonl` go. */
  traceDirectory: string;
  seed: number;
  /** Network namespace to enter first; the present one when absent. */
  namespace?: string;
  /** Module that exports `SUITES`; that of the project when absent. */
  suites?: string;
}

/** What a null device is told to be, as JSON can say it: packets in hexadecimal. */
export interface NullDeviceConfig extends Omit<NullOrder, "recording"> {
  recording?: {
    received: number;
    delay: number;
    transmission: Omit<Transmission, "packet"> & { packet: string };
  }[];
}

/** One WAN port in a machine's configuration. */
export interface WanPort {
  port: string;
  address: string;
  /** UDP port of our end. */
  udp: number;
}

/** The WAN ports that a machine's configuration names, at the suite's port where it names none. */
export function wanPorts(config: Record<string, unknown>, udpPort: number): WanPort[] {
  const ports = Array.isArray(config.wan) ? config.wan as Partial<WanPort>[] : [];
  return ports.map(({ port, address, udp = udpPort }, i) => {
    if (typeof address !== "string") {
      throw new TypeError(`Cannot open WAN port ${i} as it must have an address: got ${address}`);
    }
    return { port: port ?? `wan${i}`, address, udp };
  });
}

/** The peers that a configuration names; with the whole suite where it asks for a variant of one. */
export async function peersOf(config: PeerHostConfig): Promise<ReferencePeers> {
  const module = config.suites ?? new URL("../../suites/registry.ts", import.meta.url).href;
  const suites = await import(module) as SuiteModule;
  const load = config.variant === undefined ? peersByWord : suiteOf;
  const peers = await load(suites, config.suite);
  if (peers === undefined) {
    const known = Object.keys(suites.SUITES).join(", ") || "none";
    throw new RangeError(
      `Cannot host a peer as its suite must be one of ${known}: got ${config.suite}`,
    );
  }
  // A suite that was loaded whole has its peers' machines still to load.
  await peers.load?.();
  return peers;
}

/** What surrounds a machine, or one core of it: every one draws a random sequence of its own. */
export function environmentOf(
  config: PeerHostConfig,
  trace: TraceSink,
  core = -1,
): PeerEnvironment {
  let hash = (0x811c9dc5 ^ config.seed) >>> 0;
  for (const letter of `${config.node}/${core}`) {
    hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  }
  return { random: seededRandom(hash), trace };
}

/** Which machine a host is told to be. */
export function orderOf({ variant, null: device }: PeerHostConfig): MachineOrder {
  if (device === undefined) return { variant };
  const { recording = [], ...rest } = device;
  return {
    variant,
    null: {
      ...rest,
      recording: recording.map(({ transmission: { packet, ...about }, ...line }) => ({
        ...line,
        transmission: { ...about, packet: Uint8Array.fromHex(packet) },
      })),
    },
  };
}

/** The same as JSON can say it. */
export function configOfOrder(
  { variant, null: device }: MachineOrder,
): Pick<PeerHostConfig, "variant" | "null"> {
  const { recording = [], ...rest } = device ?? {};
  const lines = recording.map(({ transmission: { packet, ...about }, ...line }) => ({
    ...line,
    transmission: { ...about, packet: packet.toHex() },
  }));
  return {
    ...(variant === undefined ? {} : { variant }),
    ...(device === undefined ? {} : {
      null: {
        conduct: device.conduct,
        ...rest,
        ...(lines.length === 0 ? {} : { recording: lines }),
      },
    }),
  };
}
