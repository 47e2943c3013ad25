import { c, checked, cString, Errno, errno, plain, SystemError } from "./libc.ts";

const O_RDONLY = 0;
const O_WRONLY = 1;
const O_RDWR = 2;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const SOCK_NONBLOCK = O_NONBLOCK;
const SOCK_SEQPACKET = 5;
const AF_UNIX = 1;
const MSG_NOSIGNAL = 0x4000;

const MODES = { read: O_RDONLY, write: O_WRONLY, both: O_RDWR } as const;

/** Opens a file to read it unless told otherwise. Descriptors do not wait. */
export function openDescriptor(path: string, mode: keyof typeof MODES = "read"): number {
  return checked(c.open(cString(path), MODES[mode] | O_NONBLOCK | O_CLOEXEC, 0), `open ${path}`);
}

/** Closes a descriptor; closing twice is the caller's defect and is not noticed here. */
export function closeDescriptor(fd: number): void {
  c.close(fd);
}

/** Reads at most `into.length` octets; -1 when there is nothing to read at present. */
export function readDescriptor(fd: number, into: Uint8Array): number {
  return Number(c.read(fd, plain(into), BigInt(into.length)));
}

/** Writes; false when the descriptor cannot take it (at present or at all), as a wire loses it. */
export function writeDescriptor(fd: number, bytes: Uint8Array): boolean {
  return Number(c.write(fd, plain(bytes), BigInt(bytes.length))) === bytes.length;
}

/** A wakeup between threads: `wake` makes the descriptor readable until `clear`. */
export class WakeupFd {
  readonly fd: number;
  #eight = new BigUint64Array(1);

  /** @param fd A wakeup of another thread; a new one when absent. */
  constructor(fd?: number) {
    this.fd = fd ?? checked(c.eventfd(0, O_NONBLOCK | O_CLOEXEC), "make an eventfd");
  }

  wake(): void {
    this.#eight[0] = 1n;
    c.write(this.fd, this.#eight, 8n);
  }

  clear(): void {
    c.read(this.fd, this.#eight, 8n);
  }

  close(): void {
    closeDescriptor(this.fd);
  }
}

/** Two ends that keep message boundaries: what one writes the other reads, in order, without loss. */
export function messagePair(): [number, number] {
  const pair = new Int32Array(2);
  const type = SOCK_SEQPACKET | O_CLOEXEC;
  checked(c.socketpair(AF_UNIX, type, 0, pair), "make a socket pair");
  return [pair[0], pair[1]];
}

/** Sends one message, waiting while the other end is behind. */
export function sendMessage(fd: number, message: Uint8Array): void {
  for (;;) {
    if (Number(c.send(fd, plain(message), BigInt(message.length), MSG_NOSIGNAL)) >= 0) return;
    const number = errno();
    if (number !== Errno.EINTR) throw new SystemError("send to a worker", number);
  }
}

/** Takes one message if there is one; its length, or -1. */
export function takeMessage(fd: number, into: Uint8Array): number {
  const MSG_DONTWAIT = 0x40;
  return Number(c.recv(fd, plain(into), BigInt(into.length), MSG_DONTWAIT));
}

/** The flag that makes a new socket not wait. */
export const NONBLOCKING = SOCK_NONBLOCK | O_CLOEXEC;
