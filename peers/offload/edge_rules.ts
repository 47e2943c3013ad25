/**
 * Every choice that an edge makes, by name. A mutant replaces one of them; nothing else in the files of
 * the edge decides anything that a requirement is about.
 */
import type { IpParameters } from "../../captures/wire/build.ts";
import type { OpaqueValues } from "../../captures/wire/build_opaque.ts";
import type { EdgeConfig, EdgeMember, EdgeRemote, EdgeTenant } from "./edge_config.ts";
import type { Named } from "./opaque_contents.ts";

/** A virtual machine that is attached, and where. */
export interface Attached {
  tenant: EdgeTenant;
  member: EdgeMember;
}

/** Rules of the way into the cloud. */
export const ENCAPSULATOR_RULES = {
  /** What a device makes of its configuration: what it cannot be set to stays as it is built. */
  configured: (config: EdgeConfig): EdgeConfig => config,

  /** Whether a datagram of so many octets is taken: one that is not is dropped, never fragmented. */
  fits: (octets: number, mtu: number): boolean => octets <= mtu,

  /** OFL-005: the host of a destination, out of all: that of its mapping, undefined where there is none. */
  mappingFor: (
    mapped: EdgeRemote | undefined,
    _all: readonly EdgeRemote[],
  ): EdgeRemote | undefined => mapped,

  /** Who sends: undefined where the source is no machine of the network, so that it is refused. */
  senderOf: (sender: EdgeMember | undefined, _tenant: EdgeTenant): EdgeMember | undefined => sender,

  /** OFL-010, OFL-079: what the opaque field holds. */
  opaqueValues: (values: OpaqueValues): OpaqueValues => values,

  /** UDP source port: of the range that is free for all, and the same for all packets of a stream (RFC 7348 §5). */
  sourcePort: (hash: number): number => 0xc000 | hash & 0x3fff,

  /** OFL-009, OFL-068, OFL-072, OFL-075: the field of the `count`th datagram, but for lengths and checksums. */
  opaque: (field: Uint8Array, _count: number): Uint8Array => field,

  /** What UDP needs in order that its receiver takes it, whatever the format has adjusted. */
  udpLength: (octets: number): number => octets,

  /** OFL-002, OFL-006: the datagram of the tenant, which is not changed in any octet. */
  inner: (datagram: Uint8Array): Uint8Array => datagram,

  /** OFL-069, OFL-076: the protocol of the outer header. */
  protocol: (protocol: number): number => protocol,

  /**
   * The outer header: DSCP and ECN of the inner one (RFC 6040 §4.1, RFC 2983 §3), DF as it has (set for
   * IPv6), and IDs that count the datagrams between two machines.
   */
  outerHeader: (header: IpParameters): IpParameters => header,

  /** OFL-001: what is behind the outer header, in order. */
  arranged: (opaque: Uint8Array, inner: Uint8Array): readonly Uint8Array[] => [opaque, inner],

  /** OFL-008: the frames that leave for one of a tenant. */
  leaves: (frame: Uint8Array): readonly Uint8Array[] => [frame],
};

/** Rules of the way out of the cloud. */
export const DECAPSULATOR_RULES = {
  /** Whether a datagram is for this edge, going by its outer destination. */
  isMine: (mine: boolean): boolean => mine,

  /** Whether one is taken, going by the checksums of what is around the inner datagram. */
  takesChecksum: (right: boolean): boolean => right,

  /** OFL-003: where the inner datagram begins. */
  innerStart: (inner: number, _opaque: number, _outer: number): number => inner,

  /**
   * OFL-080: who gets it: a machine of the network that the field names, with the slot that it names, at
   * the inner destination; undefined where there is none, so that it is refused.
   */
  receiverOf: (
    { network, targetSlot }: Named,
    withAddress: readonly Attached[],
  ): Attached | undefined =>
    withAddress.find(({ tenant, member }) =>
      (network === undefined || tenant.network === network) &&
      (targetSlot === undefined || member.slot === targetSlot)
    ),

  /** OFL-003: the datagram as the tenant gets it, not changed in any octet. */
  inner: (datagram: Uint8Array): Uint8Array => datagram,

  /** The frames that a tenant gets for one from the cloud. */
  arrives: (frame: Uint8Array): readonly Uint8Array[] => [frame],
};

/** The types of the rules; a mutant is a partial one. */
export type EncapsulatorRules = typeof ENCAPSULATOR_RULES;
export type DecapsulatorRules = typeof DECAPSULATOR_RULES;
