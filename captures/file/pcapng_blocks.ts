/**
 * Numbers of the pcapng format that reader and writer share.
 *
 * Every block has the same frame, in the byte order of its section:
 *
 * ```
 * +-------------+--------------+----------------------+--------------+
 * | type (32)   | length (32)  | body, options, pad   | length (32)  |
 * +-------------+--------------+----------------------+--------------+
 * ```
 *
 * Source: draft-ietf-opsawg-pcapng §3 and §4.
 */

/** Block types. */
export const BlockType = {
  section: 0x0a0d0d0a,
  interface: 1,
  /** Obsolete packet block, written by early programs. */
  packet: 2,
  simplePacket: 3,
  nameResolution: 4,
  interfaceStatistics: 5,
  enhancedPacket: 6,
} as const;

/** Option codes. Their meaning depends on the block, except for end and comment. */
export const OptionCode = {
  end: 0,
  comment: 1,
  sectionApplication: 4,
  interfaceName: 2,
  interfaceDescription: 3,
  interfaceResolution: 9,
  interfaceTimeOffset: 14,
  statisticsReceived: 4,
  statisticsDropped: 5,
  statisticsDroppedBySystem: 7,
} as const;

/** The byte-order magic of a section header as its own byte order reads it. */
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Octets of a value with its padding to 32 bits. */
export function padded(octets: number): number {
  return (octets + 3) & ~3;
}
