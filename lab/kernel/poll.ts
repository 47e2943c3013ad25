import { c } from "./libc.ts";

const POLLIN = 1;
const POLLOUT = 4;

/**
 * Waits until one of a set of file descriptors is ready. Errors and hang-ups count as ready, so that
 * the reader finds out. Interrupted waits end early, as any wait may.
 */
export class Poller {
  #fds = new Uint8Array(0);
  #view = new DataView(this.#fds.buffer);
  #count = 0;
  #timeout = new BigInt64Array(2);

  /** @param descriptors What to wait for; `write` adds readiness to be written. */
  constructor(descriptors: readonly (number | { fd: number; write: boolean })[] = []) {
    this.watch(descriptors);
  }

  /** Replaces the set. */
  watch(descriptors: readonly (number | { fd: number; write: boolean })[]): void {
    this.#count = descriptors.length;
    this.#fds = new Uint8Array(Math.max(1, descriptors.length) * 8);
    this.#view = new DataView(this.#fds.buffer);
    descriptors.forEach((entry, i) => {
      const { fd, write } = typeof entry === "number" ? { fd: entry, write: false } : entry;
      this.#view.setInt32(i * 8, fd, true);
      this.#view.setInt16(i * 8 + 4, POLLIN | (write ? POLLOUT : 0), true);
    });
  }

  /**
   * Blocks this thread.
   * @param timeout Milliseconds, fractions allowed; `Infinity` for ever.
   * @returns How many descriptors are ready.
   */
  wait(timeout: number): number {
    return Math.max(0, c.ppoll(this.#fds, BigInt(this.#count), this.#until(timeout), null));
  }

  /** As `wait`, leaving this thread free meanwhile. */
  async waitAsync(timeout: number): Promise<number> {
    const fds = this.#fds;
    return Math.max(0, await c.ppoll_async(fds, BigInt(this.#count), this.#until(timeout), null));
  }

  /** Whether the descriptor at this position was ready in the last wait. */
  ready(position: number): boolean {
    return this.#view.getInt16(position * 8 + 6, true) !== 0;
  }

  #until(timeout: number): BigInt64Array<ArrayBuffer> | null {
    if (timeout === Infinity) return null;
    const nanoseconds = Math.max(0, Math.ceil(timeout * 1e6));
    this.#timeout[0] = BigInt(Math.floor(nanoseconds / 1e9));
    this.#timeout[1] = BigInt(nanoseconds % 1e9);
    return this.#timeout;
  }
}
