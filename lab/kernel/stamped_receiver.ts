import { c, plain } from "./libc.ts";
import { Option } from "./options.ts";

const MSG_DONTWAIT = 0x40;
/** Octets of a `sockaddr_in6`, the longest address that is asked for. */
const LONGEST_ADDRESS = 28;
/** Octets of the control messages that hold a `timespec` and a `tpacket_auxdata`. */
const CONTROL = 32 + 40;
const [LEVEL, STAMP] = Option.TIMESTAMPNS;
const [PACKET, AUXILIARY] = Option.PACKET_AUXDATA;
/** Octets in front of the data of a control message, and what its length is rounded up to. */
const CONTROL_HEADER = 16, ALIGNED = 8;
/** Bits of a packet's status: the kernel took a tag out of it, and says of which type. */
const VLAN_VALID = 1 << 4, VLAN_TYPE_VALID = 1 << 6;
const CUSTOMER_TAG = 0x8100;

/**
 * Takes messages off a socket together with the time at which the kernel got each of them, and of
 * frames with the VLAN tag that it took out; the socket has the option TIMESTAMPNS, and PACKET_AUXDATA.
 *
 * A `msghdr` is `name u64, name length u32, padding u32, iov u64, iov count u64, control u64, control
 * length u64, flags i32, padding u32`; an `iovec` is `base u64, length u64`; a control message is
 * `length u64, level i32, type i32, data`, the data of a stamp being `seconds i64, nanoseconds i64`,
 * that of a frame `status u32, length u32, captured u32, mac u16, net u16, tag u16, tag type u16`.
 */
export class StampedReceiver {
  /** `sockaddr` of the sender of the last message; overwritten by the next one. */
  readonly from = new Uint8Array(LONGEST_ADDRESS);
  readonly #header = new Uint8Array(56);
  readonly #headerView = new DataView(this.#header.buffer);
  /** One `iovec`, or that of the header and one. */
  readonly #vector: BigUint64Array<ArrayBuffer>;
  readonly #control = new Uint8Array(CONTROL);
  readonly #controlView = new DataView(this.#control.buffer);
  #into: Uint8Array | undefined;

  /** @param header Takes the octets that the kernel puts in front of every message, if it does. */
  constructor(readonly fd: number, header: Uint8Array = new Uint8Array(0)) {
    this.#vector = new BigUint64Array(header.length === 0 ? 2 : 4);
    if (header.length > 0) this.#vector.set([addressOf(header), BigInt(header.length)]);
    const view = this.#headerView;
    view.setBigUint64(0, addressOf(this.from), true);
    view.setBigUint64(16, addressOf(this.#vector), true);
    view.setBigUint64(24, BigInt(this.#vector.length / 2), true);
    view.setBigUint64(32, addressOf(this.#control), true);
  }

  /** Takes one message if there is one: its length with the header's, or -1. */
  receive(into: Uint8Array): number {
    if (into !== this.#into) {
      this.#into = into;
      this.#vector.set([addressOf(into), BigInt(into.length)], this.#vector.length - 2);
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
    const view = this.#controlView, at = this.#find(LEVEL, STAMP);
    if (at < 0) return 0;
    const seconds = view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
    // The kernel's clock is that of `Date`; others start with it and drift away.
    return Math.max(0, Date.now() - seconds * 1000 - view.getUint32(at + 8, true) / 1e6);
  }

  /**
   * The outer VLAN tag that the kernel took out of the last frame, whole: its type in the upper 16
   * bits, its control information in the lower; 0 where it took none.
   */
  tag(): number {
    const view = this.#controlView, at = this.#find(PACKET, AUXILIARY);
    if (at < 0) return 0;
    const status = view.getUint32(at, true);
    if ((status & VLAN_VALID) === 0) return 0;
    const type = status & VLAN_TYPE_VALID ? view.getUint16(at + 18, true) : CUSTOMER_TAG;
    return (type << 16 | view.getUint16(at + 16, true)) >>> 0;
  }

  /** Where the data of a control message of the last message begins, or -1. */
  #find(level: number, type: number): number {
    const view = this.#controlView, end = this.#headerView.getUint32(40, true);
    for (let at = 0; at + CONTROL_HEADER <= end;) {
      if (view.getInt32(at + 8, true) === level && view.getInt32(at + 12, true) === type) {
        return at + CONTROL_HEADER;
      }
      const length = view.getUint32(at, true);
      if (length < CONTROL_HEADER) return -1;
      at += Math.ceil(length / ALIGNED) * ALIGNED;
    }
    return -1;
  }
}

function addressOf(bytes: Uint8Array | BigUint64Array): bigint {
  return Deno.UnsafePointer.value(Deno.UnsafePointer.of(plain(bytes as Uint8Array)));
}
