/** Reading and writing numbers in network byte order, and octets as text. Nothing here checks bounds. */

/** Two lower-case hexadecimal digits for each octet value. */
export const HEX: readonly string[] = Array.from(
  { length: 256 },
  (_, octet) => octet.toString(16).padStart(2, "0"),
);

/** Octets in lower-case hexadecimal without separators. */
export function hex(bytes: Uint8Array, start = 0, end = bytes.length): string {
  // A text that grows by pieces would be kept as these, at twenty times its size.
  return bytes.subarray(start, end).toHex();
}

/** A view of the octets of an array, and of no others. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The unsigned 16-bit number at `at`. */
export function get16(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

/** The unsigned 32-bit number at `at`. */
export function get32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}

/** The unsigned 64-bit number at `at`: an object. */
export function get64(bytes: Uint8Array, at: number): bigint {
  return BigInt(get32(bytes, at)) << 32n | BigInt(get32(bytes, at + 4));
}

/** Writes the low 16 bits of a number at `at`. */
export function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

/** Writes the low 32 bits of a number at `at`. */
export function put32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/** Writes the low 64 bits of a number at `at`. */
export function put64(bytes: Uint8Array, at: number, value: bigint): void {
  put32(bytes, at, Number(value >> 32n & 0xffffffffn));
  put32(bytes, at + 4, Number(value & 0xffffffffn));
}
