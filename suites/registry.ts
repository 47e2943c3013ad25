/** The suites by their word, each loaded when it is asked for: adding a system adds one line here. */
import type { Recogniser } from "./kit/collector.ts";
import type { Evidence } from "./kit/evidence.ts";
import type { ReferencePeers, Suite } from "./kit/suite.ts";

/** A module of suites: processes that host peers or labs are told where theirs is. */
export type SuiteModule = {
  SUITES: Readonly<Record<string, Suite | (() => Promise<Suite>)>>;
  /** The peers of suites whose peers can be loaded by themselves. */
  PEERS?: Readonly<Record<string, () => Promise<ReferencePeers>>>;
};

/** Every suite of the project. */
export const SUITES = {
  core_identity: async () => (await import("./core_identity/suite.ts")).CORE_IDENTITY,
  l2tp: async () => (await import("./l2tp/suite.ts")).L2TP,
  offload: async () => (await import("./offload/suite.ts")).OFFLOAD,
  tunnel_cluster: async () => (await import("./tunnel_cluster/suite.ts")).TUNNEL_CLUSTER,
} satisfies SuiteModule["SUITES"];

/** The peers of suites, for processes that play one: a suite without a line here is loaded whole. */
export const PEERS = {
  core_identity: async () => (await import("./core_identity/peers.ts")).CORE_IDENTITY_PEERS,
  l2tp: async () => (await import("./l2tp/peers.ts")).L2TP_PEERS,
  offload: async () => (await import("./offload/peers.ts")).OFFLOAD_PEERS,
  tunnel_cluster: async () => (await import("./tunnel_cluster/peers.ts")).CLUSTER_PEERS,
} satisfies SuiteModule["PEERS"];

/** Loads the reference peers of a suite by its word; undefined when there is none. */
export async function peersOf(
  module: SuiteModule,
  word: string,
): Promise<ReferencePeers | undefined> {
  const { PEERS = {} } = module;
  return Object.hasOwn(PEERS, word) ? await PEERS[word]() : await suiteOf(module, word);
}

/** Loads a suite of a module by its word; undefined when there is none. */
export async function suiteOf({ SUITES }: SuiteModule, word: string): Promise<Suite | undefined> {
  if (!Object.hasOwn(SUITES, word)) return undefined;
  const suite = SUITES[word];
  return typeof suite === "function" ? await suite() : suite;
}

/** Loads a suite of the project by its word; undefined when there is none. */
export function projectSuite(word: string): Promise<Suite | undefined> {
  return suiteOf({ SUITES }, word);
}

/** Loads every suite of the project. */
export function allSuites(): Promise<Suite[]> {
  return Promise.all(Object.values(SUITES).map((load) => load()));
}

/**
 * What says of which frames a suite has something to tell, without the suite itself: one that is
 * named here is loaded for captures only where they hold such frames.
 */
export const RECOGNISERS: {
  readonly [Word in keyof typeof SUITES]?: () => Promise<(evidence: Evidence) => Recogniser>;
} = {
  core_identity: async () => (await import("./core_identity/facts/recogniser.ts")).recogniser,
  l2tp: async () => (await import("./l2tp/facts/recogniser.ts")).recogniserOf,
  offload: async () => (await import("./offload/facts/recogniser.ts")).recogniser,
  tunnel_cluster: async () =>
    (await import("./tunnel_cluster/facts/recogniser.ts")).recogniserOfCluster,
};
