import type { Profile } from "./profile.ts";
import type { Topology } from "./topology.ts";

/** One capture of the evidence. */
export interface Tap {
  name: string;
  /** Node whose interface was captured. */
  node: string;
  side: "wan" | "lan";
  /** Path of the file, relative to the evidence directory. */
  file: string;
}

/** How much a scenario's captures can be trusted: the kernel's own counters. */
export interface CaptureCounters {
  /** Frames written. */
  captured: number;
  /** Frames that the kernel dropped before we saw them. */
  dropped: number;
}

/** What a link really did, counted where it was applied. */
export interface LinkCounters {
  forwarded: number;
  lost: number;
  delayed: number;
}

/** `scenario.json`: what the evidence of one scenario says of itself. */
export interface EvidenceRecord {
  schema: 2;
  /** Scenario id, or undefined for captures that came from elsewhere. */
  scenario?: string;
  suite: string;
  world: "memory" | "netns" | "compose" | "captures";
  seed: number;
  topology?: Topology;
  /** Who played which node: its role, its configuration, its profile. */
  nodes: Record<string, { role: string; config: unknown; profile: Profile }>;
  taps: Tap[];
  /** Trace files by node. */
  traces: { node: string; file: string }[];
  /** What the scenario did, in order. */
  stimuli: StimulusRecord[];
  captureCounters: Record<string, CaptureCounters>;
  linkCounters: Record<string, LinkCounters>;
  /** Set when the scenario could not be carried out; every check is then inconclusive. */
  problem?: string;
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
}

export type { FactCollector, FactCollectors, Facts } from "./collector.ts";
export type { Accumulator } from "./legacy.ts";
