/**
 * What a kernel leaves to the network card, by the header that a packet socket with PACKET_VNET_HDR puts
 * in front of a frame: `flags u8, segmentation u8, header length u16, segment size u16, checksum start
 * u16, checksum offset u16`, little-endian on the machines that we run on (`struct virtio_net_hdr`).
 *
 * @see Virtual I/O Device (VIRTIO) 1.2, §5.1.6
 */
import { complement, sumOctets } from "../../captures/wire/checksum.ts";
import { put16 } from "../../captures/wire/octets.ts";

/** Octets of the header. */
export const OFFLOAD_HEADER = 10;
/** The flag by which the transport checksum is the card's to fill in. */
const NEEDS_CHECKSUM = 1;
/** Where UDP has its checksum: the only one that is never transmitted as zero (RFC 768). */
const UDP_CHECKSUM = 6;

/**
 * Fills in the checksum that the kernel left to the card, as a card does: what stands in its place is
 * the sum of the pseudo header, to which that of the rest of the packet is added.
 * @param header Spans the ten octets in front.
 * @param view Spans the same octets as `bytes`.
 * @param start Where the frame begins as the kernel gave it, without the tag that it keeps beside it.
 */
export function fillChecksum(
  header: DataView,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): void {
  if ((header.getUint8(0) & NEEDS_CHECKSUM) === 0) return;
  const from = start + header.getUint16(6, true), offset = header.getUint16(8, true);
  if (from + offset + 2 > end) return;
  const sum = complement(sumOctets(bytes, view, from, end));
  put16(bytes, from + offset, sum === 0 && offset === UDP_CHECKSUM ? 0xffff : sum);
}
