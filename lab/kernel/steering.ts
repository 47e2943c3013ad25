import { setOption } from "./options.ts";

/** One instruction of classic BPF: `code u16, jt u8, jf u8, k u32`. */
export interface Instruction {
  code: number;
  /** Instructions to skip when a comparison holds, and when it does not. */
  jt?: number;
  jf?: number;
  k: number;
}

/** The most instructions that the kernel takes (BPF_MAXINSNS). */
export const MAXIMUM_INSTRUCTIONS = 4096;

/**
 * Lets a program choose which of the sockets that share a UDP port gets a datagram. It sees the UDP
 * payload from offset 0 and returns the socket's position in the order of binding.
 * @param fd Any socket of the group.
 */
export function steerPort(fd: number, program: readonly Instruction[]): void {
  const code = new Uint8Array(program.length * 8);
  const view = new DataView(code.buffer);
  program.forEach(({ code, jt = 0, jf = 0, k }, i) => {
    view.setUint16(i * 8, code, true);
    view.setUint8(i * 8 + 2, jt);
    view.setUint8(i * 8 + 3, jf);
    view.setUint32(i * 8 + 4, k, true);
  });
  const pointer = Deno.UnsafePointer.value(Deno.UnsafePointer.of(code));
  const description = new DataView(new ArrayBuffer(16));
  description.setUint16(0, program.length, true);
  description.setBigUint64(8, BigInt(pointer), true);
  setOption(fd, "REUSEPORT_PROGRAM", new Uint8Array(description.buffer));
  // The kernel has copied the program; reading its length here keeps the octets alive until then.
  if (code.length === 0) throw new RangeError("Cannot steer a port as the program is empty");
}
