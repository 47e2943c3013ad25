/**
 * Every choice that the devices of a cluster make, by name. A mutant replaces one of them; nothing
 * else in this folder decides anything that a requirement is about.
 */
import { MessageType } from "../../captures/wire/l2tp_message.ts";
import type { EndpointConfig, ForwardingConfig, NatConfig } from "./config.ts";
import { withDestination } from "./readdress.ts";
import type { Member } from "./registry.ts";
import type { MappingTunnels } from "./mapping_tunnels.ts";

/** A request on its way through the master. */
export interface Request {
  /** Address and port of the initiator, such as `198.51.100.1:1701`. */
  source: string;
  address: string;
  port: number;
  /** Tunnel ID that the initiator assigned, or -1 when the AVP could not be read. */
  tunnelId: number;
  /** A hash of the message, which is the same each time that it is sent. */
  digest: number;
  /** Host Name of the initiator, empty when it could not be read. */
  hostName: string;
}

/** Rules of a device that forwards requests. */
export const MASTER_RULES = {
  /** What a device makes of its configuration: what it cannot be set to stays as it is built. */
  configured: <C extends ForwardingConfig>(config: C): C => config,

  /** L47: whether a datagram for this destination is the master's business. */
  isForMaster: (destination: string, masterAddress: string): boolean =>
    destination === masterAddress,

  /** L98, D4-02: whether a message of this type (-1: no control message) is forwarded. */
  forwards: (messageType: number, headerTunnelId: number): boolean =>
    messageType === MessageType.SCCRQ && headerTunnelId === 0,

  /** L98: whether an initiator is served, `known` others having been served before it. */
  serves: (_request: Request, _known: number): boolean => true,

  /** D4-03: the key under which the choice for a request is kept. A Tunnel ID may be hidden. */
  stickyKey: ({ source, tunnelId, digest }: Request): string =>
    tunnelId < 0 ? `${source}#${digest}` : `${source}/${tunnelId}`,

  /**
   * D4-12: the key by which connections of several origins end at one endpoint. An SCCRQ names no
   * user; what initiators of one site can share is their Host Name, or an address.
   */
  deterministicKey: ({ address, hostName }: Request, key: ForwardingConfig["key"]): string =>
    key === "host_name" && hostName !== "" ? hostName : address,

  /** D4-14: whether an endpoint is in service. */
  inService: (member: Member, now: number, silence: number): boolean =>
    member.registered && (member.standing || now - member.reportedAt <= silence),

  /** L104: whether an endpoint that is in service takes new tunnels. */
  takesTunnels: ({ draining, inactive, deactivated }: Member): boolean =>
    !draining && !inactive && !deactivated,

  /** L104: whether one of so many endpoints that take tunnels may be inactivated. */
  maySpare: (active: number): boolean => active > 1,

  /** L102, D4-09: the load that counts: as reported, and what was forwarded since. */
  loadOf: ({ load, forwarded, capacity }: Member): number => load + forwarded * 10_000 / capacity,

  /** L102: of two loads, whether the first is to be preferred. */
  prefers: (load: number, other: number): boolean => load < other,

  /** D4-09: of endpoints of equal load, ordered by their numbers, the one that is chosen. */
  amongEquals: (equal: readonly Member[], tie: ForwardingConfig["tie"]): Member =>
    tie === "lowest_member" ? equal[0] : equal[equal.length - 1],

  /** D4-10: the position of the bucket that is tried after so many others; `turn` moves on. */
  nextBucket: (turn: number, tried: number, count: number): number => (turn + tried) % count,

  /** L102: the position of the next endpoint by round-robin among so many. */
  nextInTurn: (turn: number, count: number): number => turn % count,

  /** D4-10: what is in a bucket after so many milliseconds. */
  leaked: (level: number, elapsed: number, drain: number): number =>
    Math.max(0, level - elapsed / drain),

  /** L47: how many of the endpoints, the selected one first, get a request. */
  recipients: (selected: Member, _all: readonly Member[]): readonly Member[] => [selected],

  /** L109: the request with the endpoint's local address for destination. */
  forwarded: withDestination,

  /** Fragments of one request: the key that they share. */
  fragmentKey: (source: string, identification: number): string => `${source}#${identification}`,

  /** D4-13: whether a master forwards: it has not given way, and holds its lease. */
  mayForward: (yielded: boolean, leased: boolean): boolean => !yielded && leased,

  /** D4-13: whether a master gives way to a message of this term. */
  yieldsTo: (ownTerm: number, otherTerm: number): boolean => otherTerm > ownTerm,
};

/** Rules of an endpoint, as far as the cluster is concerned. */
export const ENDPOINT_RULES = {
  /** What a device makes of its configuration: what it cannot be set to stays as it is built. */
  configured: (config: EndpointConfig): EndpointConfig => config,

  /** D4-09: milliseconds until it reports again, within the declared period. */
  reportsAfter: (period: number): number => period,

  /** D4-09: whether it reports its load now. */
  reports: (_sequence: number): boolean => true,

  /** D4-09: the load that it reports, in hundredths of a per cent. */
  reportedLoad: (tunnels: number, capacity: number, background: number): number =>
    Math.min(10_000, Math.round(tunnels * 10_000 / capacity) + background),

  /** FIG. 4: the port that a packet which arrived on `local` is answered by. */
  answersBy: (hasGlobal: boolean): "local" | "global" => hasGlobal ? "global" : "local",

  /** The source address and port of a packet that the LNS sees. */
  cameFrom: (from: { address: string; port: number }) => from,

  /**
   * D4-13: milliseconds of silence after which an endpoint takes its master for failed. Longer than the lease:
   * by then what the endpoint confirmed keeps no master forwarding.
   */
  patience: (lease: number): number => lease * 1.25,

  /** D4-13: whether it claims to be master after so much silence; the lower the priority, the sooner. */
  claims: (silent: number, patience: number, priority: number): boolean =>
    silent > patience + 100 + priority * 200,

  /**
   * D4-13: milliseconds until it claims again where nobody was elected, by chance: endpoints of equal
   * priority claim at the same moment and vote for themselves, and must not do so for ever.
   */
  claimsAgainAfter: (period: number, chance: number): number => period * (0.5 + chance),

  /** D4-13: whether it votes for a claim. */
  votes: (claimed: number, knownTerm: number, silent: number, patience: number): boolean =>
    claimed > knownTerm && silent > patience,

  /** D4-13: whether so many votes, its own among them, make it master. */
  isElected: (votes: number, members: number): boolean => votes > members / 2,

  /** L161: tunnels go on when the master fails. */
  keepsTunnels: (_silent: number, _silence: number): boolean => true,

  /** What it does with a packet of L2TP, both ways: a wrong endpoint changes it. */
  sends: (packet: Uint8Array): Uint8Array | undefined => packet,
  receives: (packet: Uint8Array): Uint8Array | undefined => packet,
};

/** A mapping (RFC 4787 §2), one row of Table 1: two ends, and the port of the NAT between them. */
export interface NatMapping {
  farAddress: string;
  farPort: number;
  localAddress: string;
  localPort: number;
  /** Its two ends, as one text. */
  key: string;
  /** Port name and UDP port at the NAT's global address. */
  port: string;
  natPort: number;
  usedAt: number;
  /** The tunnels that share it, and when the last of them ended. */
  tunnels: MappingTunnels;
  closedAt: number;
}

/** Rules of the NAT. */
export const NAT_RULES = {
  /** What a device makes of its configuration: what it cannot be set to stays as it is built. */
  configured: (config: NatConfig): NatConfig => config,

  /** L117: whether a message of this type creates a mapping when it leaves. */
  createsMapping: (messageType: number): boolean => messageType === MessageType.SCCRP,

  /** Table 1, columns 1 to 4. */
  farAddress: (to: { address: string; port: number }): string => to.address,
  farPort: (to: { address: string; port: number }): number => to.port,
  localAddress: (from: { address: string; port: number }): string => from.address,
  localPort: (from: { address: string; port: number }): number => from.port,

  /** L137: the port that a packet leaves by: that of its mapping. */
  leavesBy: (mapping: NatMapping): NatMapping => mapping,

  /** D4-06: of the pool, the UDP port of a new mapping: the endpoint's own if it is free. */
  natPort: (free: readonly number[], localPort: number): number | undefined =>
    free.includes(localPort) ? localPort : free[0],

  /** D4-06: whether two mappings may have one port; asked about those of one far address only. */
  sharesPort: (a: NatMapping, b: { farAddress: string; farPort: number }): boolean =>
    a.farAddress !== b.farAddress || a.farPort !== b.farPort,

  /** L133: whether a packet from outside belongs to a mapping; asked about those of its address only. */
  matches: (
    mapping: NatMapping,
    from: { address: string; port: number },
    natPort: number,
  ): boolean =>
    mapping.farAddress === from.address && mapping.farPort === from.port &&
    mapping.natPort === natPort,

  /** L133: the mapping for a packet from outside, out of those that match; `_all` gives every one. */
  mappingFor: (
    matching: readonly NatMapping[],
    _all: () => readonly NatMapping[],
    _payload: Uint8Array,
  ): NatMapping | undefined => matching[0],

  /** Whether datagrams that come in fragments are put together. */
  assembles: true as boolean,

  /** Translation leaves L2TP alone. */
  translated: (payload: Uint8Array): Uint8Array => payload,

  /** The differentiated services codepoint of what leaves outside, for that with which it came. */
  codepoint: (dscp: number): number => dscp,

  /** D4-07: whether a mapping is closed when a tunnel of it ends and so many others stand. */
  closes: (standing: number): boolean => standing === 0,

  /** D4-07: whether a mapping has expired. */
  expires: (mapping: NatMapping, now: number, closing: number, idle: number): boolean =>
    now - mapping.closedAt > closing || now - mapping.usedAt > idle,
};

/** Rules of a device that is master and NAT behind one address. */
export const SHARED_ADDRESS_RULES = {
  /** D4-05: whether a message to the shared address is the master's; the NAT gets all others. */
  isRequest: (messageType: number, headerTunnelId: number): boolean =>
    messageType === MessageType.SCCRQ && headerTunnelId === 0,
};

/** The types of the rules; a mutant is a partial one. */
export type MasterRules = typeof MASTER_RULES;
export type EndpointRules = typeof ENDPOINT_RULES;
export type NatRules = typeof NAT_RULES;
export type SharedAddressRules = typeof SHARED_ADDRESS_RULES;
