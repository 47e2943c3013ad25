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

/** A TCP segment that the kernel is to cut as a card would. */
export interface SuperPacket {
  ipVersion: 4 | 6;
  /** Octets from the beginning of the frame to the TCP header, and to its payload. */
  tcp: number;
  payload: number;
  /** Octets of payload in each segment. */
  segmentSize: number;
  /** Whether CWR is set, which only the first segment may keep. */
  cwr: boolean;
}

/** Where TCP has its checksum; kinds of segmentation, and the bit for CWR. */
const TCP_CHECKSUM = 16, TCP_4 = 1, TCP_6 = 4, ECN = 0x80;

/**
 * Writes the header that lets a kernel, or whoever takes the frame from it, segment it. The sum of the
 * pseudo header must stand in the place of its TCP checksum.
 */
export function putSuperPacket(header: DataView, packet: SuperPacket): void {
  header.setUint8(0, NEEDS_CHECKSUM);
  header.setUint8(1, (packet.ipVersion === 4 ? TCP_4 : TCP_6) | (packet.cwr ? ECN : 0));
  header.setUint16(2, packet.payload, true);
  header.setUint16(4, packet.segmentSize, true);
  header.setUint16(6, packet.tcp, true);
  header.setUint16(8, TCP_CHECKSUM, true);
}
