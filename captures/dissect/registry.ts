/**
 * Which dissector understands what: a new header is one line here.
 *
 * A UDP or TCP port leads to a dissector whichever side uses it, the destination being tried first.
 */
import type { Dissector, TableName } from "./layer.ts";

/** Dissectors by the number that announces them. */
export const DISSECTORS: Record<TableName, Record<number, Dissector>> = {
  /** LINKTYPE_ values. */
  linkType: {},
  /** EtherTypes. */
  etherType: {},
  /** PPP protocol numbers. */
  pppProtocol: {},
  /** IP protocol numbers, IPv6 extension headers included. */
  ipProtocol: {},
  /** UDP ports. */
  udp: {},
  /** TCP ports. */
  tcp: {},
};
