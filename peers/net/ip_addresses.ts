/** Source and destination of an IP datagram, as views into it; undefined for octets that are none. */
export function addressesOf(
  datagram: Uint8Array,
): { source: Uint8Array; destination: Uint8Array } | undefined {
  const version = datagram.length > 0 ? datagram[0] >> 4 : 0;
  if (version === 4 && datagram.length >= 20) {
    return { source: datagram.subarray(12, 16), destination: datagram.subarray(16, 20) };
  }
  if (version === 6 && datagram.length >= 40) {
    return { source: datagram.subarray(8, 24), destination: datagram.subarray(24, 40) };
  }
  return undefined;
}
