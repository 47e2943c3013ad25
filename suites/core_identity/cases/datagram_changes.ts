/** What mutants do to datagrams that they carry. */
import { mendChecksum } from "../../../captures/wire/checksum.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import * as ipv4 from "../../../captures/wire/ipv4.ts";
import { get16, put16 } from "../../../captures/wire/octets.ts";

/** Kind of an option of TCP. */
const MAXIMUM_SEGMENT_SIZE = 2;

/** With one octet of the IPv4 header replaced and the header checksum mended; IPv6 as it was. */
function withOctet(datagram: Uint8Array, at: number, value: number): Uint8Array {
  if (datagram[0] >> 4 !== 4) return datagram;
  const changed = datagram.slice();
  const word = at & ~1, before = get16(changed, word);
  changed[at] = value;
  mendChecksum(changed, ipv4.OFFSET.checksum, before, get16(changed, word));
  return changed;
}

/** With DSCP 0. */
export function withoutDscp(datagram: Uint8Array): Uint8Array {
  return withOctet(datagram, 1, datagram[1] & 3);
}

/** With another Time to Live. */
export function withTtl(datagram: Uint8Array, ttl: number): Uint8Array {
  return withOctet(datagram, ipv4.OFFSET.ttl, ttl);
}

/** With an IPv4 header checksum that is wrong. */
export function withWrongChecksum(datagram: Uint8Array): Uint8Array {
  if (datagram[0] >> 4 !== 4) return datagram;
  const changed = datagram.slice();
  changed[ipv4.OFFSET.checksum] ^= 0x55;
  return changed;
}

/** With another last octet. */
export function withWrongOctet(datagram: Uint8Array): Uint8Array {
  const changed = datagram.slice();
  changed[changed.length - 1] ^= 0xff;
  return changed;
}

/** With four octets behind the end that its header tells. */
export function padded(datagram: Uint8Array): Uint8Array {
  const longer = new Uint8Array(datagram.length + 4);
  longer.set(datagram);
  return longer;
}

/** With ECN Not-ECT. */
export function withoutEcn(datagram: Uint8Array): Uint8Array {
  if (datagram[0] >> 4 === 4) return withOctet(datagram, 1, datagram[1] & 0xfc);
  const changed = datagram.slice();
  changed[1] &= 0xcf;
  return changed;
}

/** Without Don't Fragment; IPv6 as it was. */
export function withoutDf(datagram: Uint8Array): Uint8Array {
  return withOctet(datagram, 6, datagram[6] & 0xbf);
}

/** With flow label 0; IPv4 as it was. */
export function withoutFlowLabel(datagram: Uint8Array): Uint8Array {
  if (datagram[0] >> 4 !== 6) return datagram;
  const changed = datagram.slice();
  changed[1] &= 0xf0;
  changed.fill(0, 2, 4);
  return changed;
}

/** The number of its protocol, or in IPv6 of the header that comes next. */
export function protocolOf(datagram: Uint8Array): number {
  return datagram[datagram[0] >> 4 === 4 ? 9 : 6];
}

/** Whether an IPv4 header has options. */
export function hasIpOptions(datagram: Uint8Array): boolean {
  return datagram[0] >> 4 === 4 && (datagram[0] & 15) > 5;
}

/** With a Maximum Segment Size of 1200 in a SYN that begins its options by one; all else as it was. */
export function withClampedSegments(datagram: Uint8Array): Uint8Array {
  const at = datagram[0] >> 4 === 4 ? (datagram[0] & 15) * 4 : 40;
  const isSyn = protocolOf(datagram) === IP_PROTOCOL.TCP && (datagram[at + 13] & 2) !== 0;
  if (!isSyn || datagram[at + 20] !== MAXIMUM_SEGMENT_SIZE) return datagram;
  const changed = datagram.slice(), size = at + 22;
  mendChecksum(changed, at + 16, get16(changed, size), 1200);
  put16(changed, size, 1200);
  return changed;
}
