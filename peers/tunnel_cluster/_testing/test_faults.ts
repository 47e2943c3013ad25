/** What is wrong with a UDP datagram in IPv4, for tests: undefined when its checksum is right. */
import { sumAddresses4, sumOctets, sumPseudoHeader } from "../../../captures/wire/checksum.ts";
import { addSums, complement } from "../../../captures/wire/checksum.ts";
import { viewOf } from "../../../captures/wire/octets.ts";

/** A problem with the UDP checksum, or undefined. */
export function checksumFault(datagram: Uint8Array): string | undefined {
  const view = viewOf(datagram);
  const pseudo = sumPseudoHeader(sumAddresses4(datagram, view, 0), 17, datagram.length - 20);
  const sum = addSums(pseudo, sumOctets(datagram, view, 20, datagram.length));
  return complement(sum) === 0 ? undefined : `UDP checksum is off by ${complement(sum)}`;
}
