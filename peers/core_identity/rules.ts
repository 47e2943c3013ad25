/**
 * Every choice that a node of source 000 makes, by name. A mutant replaces one of them; nothing else
 * in this folder decides anything that a requirement is about.
 */
import type { ProcessorInformation } from "../../captures/wire/core_identity_information.ts";
import { CHOICE_RULES } from "./choices.ts";
import type { NodeConfig } from "./config.ts";
import { FIGURE_RULES } from "./figure_rules.ts";
import { type Core, identityOfName } from "./processor_information.ts";
import { type Classification, hashOf, sessionKey } from "./session.ts";

/** A tunnel as the selector of tunnels sees it. */
export interface TunnelView {
  id: number;
  /** Which pair of networks it joins, counted from 1; 0 at the end that does not open tunnels. */
  pair: number;
  /** Milliseconds, as keepalives measured it; Infinity before the first. */
  roundTrip: number;
  bandwidth: number;
  tariff: number;
  /** Octets sent so far. */
  sent: number;
}

/** What a selector of cores works with. */
export interface Selection {
  /** What was asked for; undefined where the choice is the sender's own. */
  policy: NodeConfig["selection"];
  /** How many selections came before on this table. */
  count: number;
  sessionKey: string;
  datagram: Classification;
  random(): number;
}

/** What a selector of tunnels works with. */
export interface TunnelChoice {
  /** Packets sent before. */
  packets: number;
  sessionKey: string;
  /** The datagram that the packet carries, or a piece of it. */
  datagramNumber: number;
  /** The pair of networks that was asked for. */
  pinned?: number;
  random(): number;
}

/** What a receiver binds a session to a core with. */
export interface Binding {
  /** What was asked for; undefined where the choice is the receiver's own. */
  policy: NodeConfig["binding"];
  /** How many sessions were bound before. */
  count: number;
  sessionKey: string;
  load(core: number): number;
  random(): number;
}

/** What the receiver knows when it steers one packet. */
export interface Arrival {
  /** Port it arrived on, such as `wan0`. */
  port: string;
  tunnelId: number;
}

/** Positions that a datagram may be given, in order of preference. */
function candidates(information: ProcessorInformation, datagram: Classification): number[] {
  const rule = information.reserved.find((r) => datagram[r.field] === r.value);
  if (rule !== undefined && rule.cores.length > 0) return rule.cores;
  const kept = new Set([
    ...information.excluded,
    ...information.reserved.flatMap((r) => r.cores),
  ]);
  const open = information.identities.map((_, i) => i).filter((i) => !kept.has(i));
  const preferred = open.filter((i) => information.preferred.includes(i));
  return preferred.length > 0 ? preferred : open.length > 0 ? open : [0];
}

/** The rules of a sender, steps 701 to 705 and 901 to 905. */
export const SENDER_RULES = {
  /** Steps 702, 902: the datagrams that travel for the one that came `number`th from the LAN. */
  carries: (datagram: Uint8Array, _number: number): readonly Uint8Array[] => [datagram],

  /** Steps 702, 902: what a session is. */
  sessionKey: (
    c: Classification,
    criteria: NodeConfig["criteria"],
    _datagramNumber: number,
  ): string => sessionKey(c, criteria),

  /** Which session table a peer's sessions are kept in: one for each peer ([0029]). */
  tableOf: (peer: string): string => peer,

  /** Step 701, claims 44 and 53: datagrams wait for a tunnel, and for the peer's cores to be known. */
  mayLeave: (information: ProcessorInformation | undefined, tunnelsUp: number): boolean =>
    information !== undefined && tunnelsUp > 0,

  /** [0070]: whether processor information that comes after the first is taken up. */
  takesUpdates: true,

  /** Which processor information the selection follows: the peer's, not one's own. */
  informationUsed: (
    peer: ProcessorInformation | undefined,
    _own: ProcessorInformation,
  ): ProcessorInformation | undefined => peer,

  /** Step 703: a core of the peer for a new session, as a position in its identities. */
  selectCore(information: ProcessorInformation, selection: Selection): number {
    const open = candidates(information, selection.datagram);
    switch (selection.policy ?? "sequential") {
      case "sequential":
        return open[selection.count % open.length];
      case "random":
        return open[Math.floor(selection.random() * open.length)];
      case "hash":
        return open[hashOf(selection.sessionKey) % open.length];
      case "least_load": {
        const load = (i: number) => information.loads[i] ?? 0;
        const least = Math.min(...open.map(load));
        const idle = open.filter((i) => load(i) === least);
        return idle[selection.count % idle.length];
      }
    }
  },

  /**
   * Claim 46i: whether a session that is known stays as it is, after so many others, whether the peer
   * announced its cores anew since, and whether it still offers that session's core.
   */
  keepsSession: (
    _sessionsSince: number,
    _isAnnouncedAnew: boolean,
    _isOffered: boolean,
  ): boolean => true,

  /** Step 902: the session-ID of a new session (D0-07); `asked` says how it was to arise. */
  sessionId: (
    candidate: bigint,
    _made: { sessions: number; key: string; asked: NodeConfig["sessionIds"] },
  ): bigint => candidate,

  /** Whether session-IDs are made for each session (true) or for each datagram. */
  sessionIdPerSession: true,

  /** [0036]: whether a tunnel is opened from one of the own networks to one of the peer's. */
  opensTunnel: (_ownNetwork: number, _peerNetwork: number, _isAsked: boolean): boolean => true,

  /** [0053]: whether the identity is masked, when that is configured. */
  masksIdentity: (configured: boolean): boolean => configured,

  /** [0084]: octets of a datagram that stay clear, out of those that the cover leaves clear. */
  clearOctets: (configured: number, _length: number): number => configured,

  /** [0086]: whether the aggregated tunnel header is encrypted. */
  encryptsHeader: (asked: boolean | undefined): boolean => asked ?? false,

  /** D0-16: the 64 bits of a nonce that stand in a packet, from a counter of 64 bits. */
  nonce: (counter: bigint): bigint => counter,

  /** Steps 704, 904: the (sealed) datagram `number` as it goes into encapsulation packets. */
  encapsulated: (payload: Uint8Array, _number: number): Uint8Array => payload,

  /** Steps 704, 904: the identity that piece `index` of a datagram carries, undefined for none. */
  identityOfPiece: (
    identity: bigint,
    _index: number,
    _datagramNumber: number,
  ): bigint | undefined => identity,

  /** [0088], claim 45: the identity as it stands on the wire in the clear profile. */
  clearIdentity: (identity: bigint, _headerEncrypted: boolean, _globalSequence: number): bigint =>
    identity,

  /** Steps 705, 903: the tunnel of one packet. */
  selectTunnel(
    tunnels: readonly TunnelView[],
    policy: NodeConfig["tunnelSelection"],
    choice: TunnelChoice,
  ): number {
    const least = (cost: (t: TunnelView) => number) =>
      tunnels.reduce((best, t) => cost(t) < cost(best) ? t : best).id;
    switch (policy ?? "round_robin") {
      case "round_robin":
        return tunnels[choice.packets % tunnels.length].id;
      case "session_hash":
        return tunnels[hashOf(choice.sessionKey) % tunnels.length].id;
      case "lowest_latency":
        return least((t) => t.roundTrip);
      case "bandwidth":
        return least((t) => t.sent / t.bandwidth);
      case "tariff":
        return least((t) => t.tariff);
      case "pinned":
        return (tunnels.find((t) => t.pair === choice.pinned) ?? tunnels[0]).id;
    }
  },

  /** Step 904: the global sequence number of a packet. */
  globalSequence: (next: number, _tunnelSequence: number): number => next,

  /** Step 904: the tunnel sequence number of a packet. */
  tunnelSequence: (next: number): number => next,
};

/** The rules of a receiver, steps 706 to 708 and 906 to 908, and of what it announces. */
export const RECEIVER_RULES = {
  /** Step 701: whether this end announces its cores while it establishes this tunnel. */
  announces: (_initiator: boolean, _tunnelId: number): boolean => true,

  /** Claims 43, 52: the cores that are offered, out of those that exist. */
  availableCores: (all: readonly Core[], offline: readonly number[]): Core[] =>
    all.filter((core) => !offline.includes(core.index)),

  /** The identity of a core: its name, or its index over all processing units ([0099]). */
  identityOfCore: (core: { index: number; unit: number; within: number }, name?: string): bigint =>
    name === undefined ? BigInt(core.index) : identityOfName(name),

  /** [0031]: whether an aggregate of these numbers of WAN interfaces is accepted. */
  acceptsAggregate: (ownInterfaces: number, peerInterfaces: number): boolean =>
    ownInterfaces + peerInterfaces > 2,

  /** [0030]: whether data is taken in from a peer that this end did, or did not, initiate. */
  receivesFrom: (_initiatedByUs: boolean): boolean => true,

  /** Step 708: the core that an identity names; undefined when it names none of ours. */
  coreOfIdentity: (identity: bigint, offered: readonly Core[]): number | undefined =>
    offered.find((core) => core.identity === identity)?.index,

  /** Step 708: the core that processes a packet whose identity names `named`. */
  coreUsed: (named: number, _arrival: Arrival, _cores: number): number => named,

  /** Step 908: a core for a session that is not known, out of the indices of those that may serve. */
  bindCore(open: readonly number[], binding: Binding): number {
    switch (binding.policy ?? "sequential") {
      case "random":
        return open[Math.floor(binding.random() * open.length)];
      case "least_load": {
        // Read once: cores that are at work meanwhile change what is measured.
        const loads = open.map(binding.load), least = Math.min(...loads);
        const idle = open.filter((_, i) => loads[i] === least);
        return idle[binding.count % idle.length];
      }
      case "hash":
        return open[hashOf(binding.sessionKey) % open.length];
      case "sequential":
        return open[binding.count % open.length];
    }
  },

  /** Step 908: the key under which the pair of session-ID and core is stored. */
  storeKey: (sessionId: bigint): string => sessionId.toString(16),

  /** Step 908: the key under which it is looked up. */
  lookupKey: (sessionId: bigint): string => sessionId.toString(16),

  /** Step 908: the core under which a first packet's pair is stored. */
  storedCore: (selected: number, _cores: number): number => selected,

  /** Step 907: whether the core's work is recorded before the datagram was decrypted. */
  recordsBeforeDecryption: true,

  /** Steps 707, 907: the datagram as it leaves decapsulation. */
  decapsulated: (datagram: Uint8Array): Uint8Array => datagram,

  /** Step 708: whether a whole datagram is forwarded; `number` counts them on this core. */
  forwards: (_number: number): boolean => true,

  /** [0005]: whether datagram `number` of this core waits until the next one has been forwarded. */
  holdsBack: (_number: number): boolean => false,

  /** [0089]: whether a piece may arrive on another tunnel than the first piece of its datagram. */
  acceptsPieceFrom: (_tunnelId: number, _firstTunnelId: number): boolean => true,

  /** Whether losing a tunnel leaves the sessions alone ([0003]). */
  keepsSessionsOnTunnelLoss: true,
};

/** All rules of a node. */
export const NODE_RULES = { ...SENDER_RULES, ...RECEIVER_RULES, ...CHOICE_RULES, ...FIGURE_RULES };
/** The type of a node's rules; a mutant is a partial one. */
export type NodeRules = typeof NODE_RULES;
