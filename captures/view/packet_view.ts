/**
 * What all views have in common.
 *
 * A view reads and writes the fields of a packet where it lies. One object is pointed at packet after
 * packet with `at`, which copies nothing and allocates nothing:
 *
 * ```ts
 * const l2tp = new L2tpView();
 * for (const { bytes, start, end } of payloads) {
 *   if (l2tp.at(bytes, start, end) && l2tp.messageType === MessageType.SCCRQ) requests++;
 * }
 * ```
 *
 * A packet may have any bits, legal or not: a view shows what stands there and judges nothing. The
 * length is looked at first: where `at` says true every field lies before the end that was given, and
 * no getter reads at or beyond it. After `at` said false the fields mean nothing.
 *
 * Setters write in place, with the low bits of a number; a copy is made with `copy`:
 *
 * ```ts
 * if (!l2tp.at(packet)) return packet;
 * const changed = l2tp.copy();
 * l2tp.tunnelId = 7;
 * return changed;
 * ```
 *
 * Offsets (`start`, `end` and all others) are octets into `bytes`; numbers are in network byte order.
 */

const NOTHING = new Uint8Array(0);

/** A packet in place: base of the views. */
export abstract class PacketView {
  /** The octets that the packet lies among. */
  bytes: Uint8Array = NOTHING;
  /** First octet of the packet. */
  start = 0;
  /** One past the last octet of the packet, as it says of itself; never beyond `limit`. */
  end = 0;
  /** One past the last octet that may be looked at: the end that `at` was given. */
  limit = 0;

  /**
   * Points the view at the packet at `start`.
   * @param end One past the last octet that belongs to it; what lies there or beyond is not read.
   * @returns Whether such a packet lies there, with its whole header. Never throws.
   */
  abstract at(bytes: Uint8Array, start?: number, end?: number): boolean;

  /** Notes where the packet lies; gives how many octets there are, -1 for an impossible place. */
  protected point(bytes: Uint8Array, start: number, end: number): number {
    this.bytes = bytes;
    this.start = start;
    this.end = this.limit = Math.min(end, bytes.length);
    return start >= 0 && start <= this.limit ? this.limit - start : -1;
  }

  /**
   * Points the view at a copy of all octets that `at` was given, and returns this copy. A cursor of
   * the view, such as `avp`, stands on the old octets until it is put anew.
   */
  copy(): Uint8Array {
    const { start, limit } = this;
    const copied = this.bytes.slice(start, limit);
    this.at(copied);
    return copied;
  }
}
