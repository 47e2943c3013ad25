import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { CoreIdentityDataView } from "../../../captures/view/core_identity_data.ts";
import { formatAddress } from "../../../captures/wire/address.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { get32, viewOf } from "../../../captures/wire/octets.ts";
import type { Tap } from "../../kit/evidence.ts";
import type { Secrets } from "./secrets.ts";
import { refTo } from "./sighting.ts";

/** A data packet with all that is known of it; one object, overwritten for every packet. */
export class WanPacket {
  /** Set before anything else is asked. */
  frame!: Frame;
  tap!: Tap;
  /** Name of the interface it was seen at: that of the tap, unless the tap has several files. */
  place = "";
  /** Seconds with a fraction; precise to about a microsecond. */
  time = 0;
  /** Where the outer destination address stands in the frame. */
  destinationStart = 0;
  destinationEnd = 0;
  /** Whether the end that opened the aggregate sent it. */
  initiator = false;
  /** Index of the device that it goes to, or -1. */
  to = -1;
  /** The identity, in clear where it was masked and the key is known. */
  identityHigh = 0;
  identityLow = 0;
  /** Stands on the inner datagram once that was walked. */
  readonly inner = new HeaderWalker();
  /** Spans the octets that `inner` stands in, and one past the last that the datagram travelled with. */
  innerView!: DataView;
  innerEnd = 0;
  readonly #captured = new CoreIdentityDataView();
  readonly #opened = new CoreIdentityDataView();
  readonly #secrets: Secrets | undefined;
  readonly #isMasked: boolean;
  #data = this.#captured;
  /** Spans the octets of `data`. */
  #view!: DataView;

  /**
   * @param secrets What opens packets, when the key is known.
   * @param isMasked Whether identities are masked.
   */
  constructor(secrets: Secrets | undefined, isMasked: boolean) {
    this.#secrets = secrets;
    this.#isMasked = isMasked;
  }

  /** The packet, with a tunnel header in clear. */
  get data(): CoreIdentityDataView {
    return this.#data;
  }

  /** Whether the identity is masked on the wire, and could be unmasked. */
  get isUnmasked(): boolean {
    return this.#isMasked && this.#secrets !== undefined && this.#data.identityStart >= 0;
  }

  /**
   * Reads the UDP payload of the frame from `start` to `end`; false when it is no data packet that can
   * be read. `frame` and `initiator` must be set.
   */
  read(start: number, end: number): boolean {
    const { frame } = this, captured = this.#captured;
    if (!captured.at(frame.bytes, start, end)) return false;
    this.#data = captured;
    this.#view = frame.view;
    if (captured.headerEncrypted) {
      const clear = this.#secrets?.packet(captured, this.initiator);
      if (clear === undefined || !this.#opened.at(clear)) return false;
      this.#data = this.#opened;
      this.#view = viewOf(clear);
    }
    this.identityHigh = this.#data.identityHigh;
    this.identityLow = this.#data.identityLow;
    if (this.isUnmasked) {
      const mask = this.#secrets!.mask(this.#data, this.initiator);
      this.identityHigh = (this.identityHigh ^ get32(mask, 0)) >>> 0;
      this.identityLow = (this.identityLow ^ get32(mask, 4)) >>> 0;
    }
    return true;
  }

  /**
   * Walks the inner datagram of which this packet carries the beginning.
   * @returns the octets that `inner` stands in; undefined when they cannot be read.
   */
  walkInner(): Uint8Array | undefined {
    const data = this.#data, { inner } = this;
    if (!data.sealed) {
      this.innerView = this.#view;
      this.innerEnd = data.pieceEnd;
      return inner.walkIp(data.bytes, this.#view, data.pieceStart, data.pieceEnd)
        ? data.bytes
        : undefined;
    }
    // Only a datagram that is whole can be opened.
    return data.isWholeDatagram ? this.walkJoined(data.piece) : undefined;
  }

  /** Whether the inner datagram is ciphertext, and no key is known. */
  get isClosed(): boolean {
    return this.#data.sealed && this.#secrets === undefined;
  }

  /**
   * Walks a datagram that was put together from this packet's piece and others.
   * @param octets The datagram as it travelled, sealed or not.
   * @returns the octets that `inner` stands in; undefined when they cannot be read.
   */
  walkJoined(octets: Uint8Array): Uint8Array | undefined {
    const { sealed, clearLength, aggregateId, datagramNumber } = this.#data;
    const plain = sealed
      ? this.#secrets?.datagram(
        { piece: octets, clearLength, aggregateId, datagramNumber },
        this.identityHigh,
        this.identityLow,
        this.initiator,
      )
      : octets;
    if (plain === undefined) return undefined;
    this.innerView = viewOf(plain);
    this.innerEnd = plain.length;
    return this.inner.walkIp(plain, this.innerView, 0, plain.length) ? plain : undefined;
  }

  /** The outer destination address as text. */
  destination(): string {
    return formatAddress(this.frame.bytes, this.destinationStart, this.destinationEnd);
  }

  /** Where the packet lies: an object to keep. */
  ref(): FrameRef {
    return refTo(this.frame, this.tap);
  }
}
