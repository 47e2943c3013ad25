import type { Profile } from "./profile.ts";
import type { Topology } from "./topology.ts";
import type { ORIGINS } from "./world.ts";

/** The node of captures of which nobody said where they were taken. */
export const UNPLACED = "tap";

/** One capture of the evidence. */
export interface Tap {
  name: string;
  /** Node whose interface was captured. */
  node: string;
  side: "wan" | "lan";
  /** Path of the file, relative to the evidence directory. */
  file: string;
}

/** One trace file of the evidence; a node may have several. */
export interface TraceRef {
  node: string;
  /** Path of the file, relative to the evidence directory. */
  file: string;
  /** CRC-32 of the file as it was written, eight hexadecimal digits; absent in older records. */
  crc32?: string;
}

/** How much a scenario's captures can be trusted: the kernel's own counters. */
export interface CaptureCounters {
  /** Frames written. */
  captured: number;
  /** Frames that the kernel dropped before we saw them. */
  dropped: number;
  /** CRC-32 of the file as it was written, eight hexadecimal digits; absent in older records. */
  crc32?: string;
}

/** What a link really did, counted where it was applied. */
export interface LinkCounters {
  forwarded: number;
  lost: number;
  delayed: number;
}

/** How late the lab was at its worst while a scenario ran, in milliseconds. */
export interface LatenessRecord {
  /**
   * By node that a peer of ours played: how long a packet lay in its socket, or a deadline was past,
   * before the peer knew, and how long what it decided took to leave. A third party's device is not
   * here, nor one that was killed.
   */
  nodes: Record<string, number>;
  /** By which frames left an emulated link after they were due. */
  wires: number;
  /** By which captured frames were read, beyond what the ring holds them back on purpose. */
  recorder: number;
  /** By which a probe timer woke: what any program on the machine may have suffered. */
  machine: number;
}

/** `scenario.json`: what the evidence of one scenario says of itself. */
export interface EvidenceRecord {
  schema: 2;
  /** Scenario id, or undefined for captures that came from elsewhere. */
  scenario?: string;
  suite: string;
  world: typeof ORIGINS[number];
  seed: number;
  topology?: Topology;
  /** Who played which node: its role, its configuration, its profile. */
  nodes: Record<string, { role: string; config: unknown; profile: Profile }>;
  taps: Tap[];
  /** Trace files by node. */
  traces: TraceRef[];
  /** What the scenario did, in order. */
  stimuli: StimulusRecord[];
  captureCounters: Record<string, CaptureCounters>;
  linkCounters: Record<string, LinkCounters>;
  /** Absent where nobody measured it. */
  lateness?: LatenessRecord;
  /**
   * Set when the scenario was run again by itself: by how many milliseconds the lab was late the first
   * time, beside others, and whether it was for what a device remembered of a conversation before.
   */
  rerun?: { late: number; remembered?: true };
  /** Set when the scenario could not be carried out; every check is then inconclusive. */
  problem?: string;
  /** SHA-256 of everything else in the record, in hexadecimal; absent in older records. */
  seal?: string;
}

/** One thing that a scenario did. */
export interface StimulusRecord {
  /** Milliseconds since the scenario began. */
  at: number;
  kind: string;
  [field: string]: unknown;
}

/** Evidence on disk: the record and the folder that its paths are relative to. */
export interface Evidence extends EvidenceRecord {
  directory: string;
  /** Set when the record was found to differ from what was sealed. */
  altered?: true;
}
