/** What is known of the device that a pair of captures shows. */
import type { OpaqueFormat } from "../../../captures/wire/opaque.ts";
import type { PairImplementation } from "./implementations.ts";

/** What a device does to packets between both sides. */
export type PairDirection = "segmentation" | "coalescing";
/** How identifications of segments go on. */
export type IdRule = "increment" | "increment15" | "fixed";

/** What a device declares; what is absent is not assumed. */
export interface PairDeclaration {
  /** Where nothing says it, which side has the larger packets tells. */
  readonly direction?: PairDirection;
  /** Tunnels of its presets; plain segments are always known. */
  readonly formats: readonly OpaqueFormat[];
  /** Those of them whose UDP length and checksum may be kept or adjusted. */
  readonly openFormats?: readonly OpaqueFormat[];
  readonly implementation?: PairImplementation;
  /** Octets of an IP datagram on the wire. */
  readonly mtu?: number;
  /** Octets of payload of each segment but the last. */
  readonly mss?: number;
  /** Octets of the largest datagram that coalescing makes; 65,535 unless told. */
  readonly sizeLimit?: number;
  /** Milliseconds for which it holds a segment at most; judged where both sides have one clock. */
  readonly timer?: number;
  readonly outerId?: IdRule;
  readonly innerId?: IdRule;
  /** What TCP checksums of large packets are at the host's side; whole or partial unless told. */
  readonly checksums?: "full" | "partial" | "unverified";
  /** Whether outer addresses belong to the key of a flow; so unless told. */
  readonly outerKey?: boolean;
  /**
   * Set where both sides were captured by one clock, from before the first packet until the device held
   * nothing any more: milliseconds by which times may be wrong.
   */
  readonly wholeWithin?: number;
  /** Whether the device may have begun later than the captures: its first packets show when it was there. */
  readonly mayBeginLate?: boolean;
}
