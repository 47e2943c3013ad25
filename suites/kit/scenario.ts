import type { Impairment, Topology } from "./topology.ts";

/** A flow of datagrams between two hosts, named by topology node. */
export interface Flow {
  from: string;
  to: string;
  sourcePort: number;
  destinationPort: number;
  /** Inner IP version; 4 unless told. */
  family?: 4 | 6;
  /** Differentiated services codepoint, 0 to 63; 0 unless told. */
  dscp?: number;
}

/** UDP datagrams of several flows, in turn: flow 0, flow 1, …, flow 0, … */
export interface UdpStimulus {
  flows: readonly Flow[];
  /** Datagrams of each flow. */
  count: number;
  /** UDP payload octets; at least 16, as the first 16 carry a stamp (flow, sequence). */
  size: number;
  /** Milliseconds between two datagrams; as fast as the host can when absent. */
  interval?: number;
}

/** One TCP transfer from client to server and back. */
export interface TcpStimulus {
  flow: Flow;
  /** Octets from `from` to `to`. */
  octets: number;
  /** Octets back; 0 unless told. */
  octetsBack?: number;
}

/** What a transfer achieved; recorded in the stimulus log and judged by nobody but checks. */
export interface TransferOutcome {
  sent: number;
  received: number;
  /** True when the received octets equal the sent ones. */
  intact: boolean;
}

/** What a scenario can do: the same in every world. */
export interface Driver {
  /** Milliseconds since the scenario began. */
  now(): number;
  /** Resolves when the node's trace shows `event` (or at once if it has); rejects after `timeout` ms. */
  event(node: string, event: string, timeout: number): Promise<void>;
  /** Sends and waits until the last datagram has left, and the network has fallen silent. */
  udp(stimulus: UdpStimulus): Promise<TransferOutcome>;
  /** Transfers and waits until both ends have closed. */
  tcp(stimulus: TcpStimulus): Promise<TransferOutcome>;
  /** Sends whole IP datagrams from a host as they are, legal or not. */
  datagrams(from: string, packets: readonly Uint8Array[]): Promise<void>;
  /**
   * Sends whole Ethernet frames by a host's first interface as they are, back to back: other addresses,
   * tags and padding than the world would give a datagram.
   */
  frames(from: string, frames: readonly Uint8Array[]): Promise<void>;
  /** Changes a link from now on. */
  link(name: string, impairment: Impairment): Promise<void>;
  /** Gives a device an instruction as its administrator would. */
  instruct(node: string, instruction: Record<string, unknown>): Promise<void>;
  /**
   * Kills a device outright, as when its power fails: it says and answers nothing any more. What it
   * held of floating addresses stays with it until another claims it.
   */
  kill(node: string): Promise<void>;
  /** Lets protocol time pass. */
  advance(milliseconds: number): Promise<void>;
}

/** Arranges and acts; never judges. */
export interface Scenario {
  /** `core_identity/7/two_sessions`. */
  id: string;
  title: string;
  suite: string;
  /** Class of the device that it exercises. */
  class: string;
  /** Options besides the class that a device must declare before it is put through this. */
  needs?: readonly string[];
  /** Takes a second rather than milliseconds: mutants that its checks do not cover are spared it. */
  heavy?: boolean;
  /** Milliseconds in which nothing happens on purpose, about: those that wait longest begin first. */
  waits?: number;
  topology: Topology;
  /** Who plays the topology's devices: a role and the reference configuration for it. */
  nodes: Record<string, NodeSetup>;
  run(driver: Driver): Promise<void>;
}

/** One device node of a scenario. */
export interface NodeSetup {
  role: string;
  /** Configuration of the reference peer, or what a third-party device is asked to configure. */
  config: Record<string, unknown>;
  /** A deliberate fault of the stimulus side, by name of a stimulusFault in the suite. */
  stimulusFault?: string;
}
