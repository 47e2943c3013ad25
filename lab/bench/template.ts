/** Frames that are written again and again with a few numbers changed, their checksums kept right. */
import { mendChecksum } from "../../captures/wire/checksum.ts";
import { get16, put16, put32 } from "../../captures/wire/octets.ts";

/** Writes a 16-bit number and corrects the checksum at `checksum` for it. */
export function patch16(bytes: Uint8Array, at: number, value: number, checksum: number): void {
  mendChecksum(bytes, checksum, get16(bytes, at), value);
  put16(bytes, at, value);
}

/** Writes a 32-bit number and corrects the checksum at `checksum` for it. */
export function patch32(bytes: Uint8Array, at: number, value: number, checksum: number): void {
  patch16(bytes, at, value >>> 16, checksum);
  patch16(bytes, at + 2, value & 0xffff, checksum);
}

/** Writes an address into an IPv4 header, correcting its checksum and that of the transport. */
export function patchAddress(
  bytes: Uint8Array,
  at: number,
  address: number,
  headerChecksum: number,
  transportChecksum: number,
): void {
  const before = new Uint8Array(bytes.subarray(at, at + 4));
  patch32(bytes, at, address, headerChecksum);
  bytes.set(before, at);
  patch32(bytes, at, address, transportChecksum);
  put32(bytes, at, address);
}
