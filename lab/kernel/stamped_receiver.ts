import { c, plain } from "./libc.ts";
import { Option } from "./options.ts";

const MSG_DONTWAIT = 0x40;
/** Octets of a `sockaddr_in6`, the longest address that is asked for. */
const LONGEST_ADDRESS = 28;
/** Octets of one control message that holds a `timespec`. */
const CONTROL = 32;
const [LEVEL, STAMP] = Option.TIMESTAMPNS;

/**
 * Takes messages off a socket together with the time at which the kernel got each of them; the socket
 * has the option TIMESTAMPNS.
 *
 * A `msghdr` is `name u64, name length u32, padding u32, iov u64, iov count u64, control u64, control
 * length u64, flags i32, padding u32`; an `iovec` is `base u64, length u64`; a control message is
 * `length u64, level i32, type i32, data`, the data of a stamp being `seconds i64, nanoseconds i64`.
 */
export class StampedReceiver {
  /** `sockaddr` of the sender of the last message; overwritten by the next one. */
  readonly from = new Uint8Array(LONGEST_ADDRESS);
  readonly #header = new Uint8Array(56);
  readonly #headerView = new DataView(this.#header.buffer);
  readonly #vector = new BigUint64Array(2);
  readonly #control = new Uint8Array(CONTROL);
  readonly #controlView = new DataView(this.#control.buffer);
  #into: Uint8Array | undefined;

  constructor(readonly fd: number) {
    const view = this.#headerView;
    view.setBigUint64(0, addressOf(this.from), true);
    view.setBigUint64(16, addressOf(this.#vector), true);
    view.setBigUint64(24, 1n, true);
    view.setBigUint64(32, addressOf(this.#control), true);
  }

  /** Takes one message if there is one: its length, or -1. */
  receive(into: Uint8Array): number {
    if (into !== this.#into) {
      this.#into = into;
      this.#vector[0] = addressOf(into);
      this.#vector[1] = BigInt(into.length);
    }
    // The kernel writes back how much of either it used.
    this.#headerView.setUint32(8, LONGEST_ADDRESS, true);
    this.#headerView.setUint32(40, CONTROL, true);
    return Number(c.recvmsg(this.fd, this.#header, MSG_DONTWAIT));
  }

  /**
   * Milliseconds that the last message lay in the socket before it was taken, to about one; 0 where the
   * kernel did not say when it came.
   */
  waited(): number {
    const view = this.#controlView;
    const stamped = this.#headerView.getUint32(40, true) >= CONTROL &&
      view.getInt32(8, true) === LEVEL && view.getInt32(12, true) === STAMP;
    if (!stamped) return 0;
    const seconds = view.getUint32(16, true) + view.getUint32(20, true) * 2 ** 32;
    // The kernel's clock is that of `Date`; others start with it and drift away.
    return Math.max(0, Date.now() - seconds * 1000 - view.getUint32(24, true) / 1e6);
  }
}

function addressOf(bytes: Uint8Array | BigUint64Array): bigint {
  return Deno.UnsafePointer.value(Deno.UnsafePointer.of(plain(bytes as Uint8Array)));
}
