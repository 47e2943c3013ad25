/**
 * The least that a network card must do for the tests of the worlds: cuts TCP segments that are larger
 * than the wire takes, and joins those that follow one another. No model of any card: see peers/offload.
 */
import { LINK_TYPE } from "../../captures/link.ts";
import { HeaderWalker } from "../../captures/walk.ts";
import {
  addSums,
  complement,
  sumAddresses4,
  sumAddresses6,
  sumOctets,
  sumPseudoHeader,
} from "../../captures/wire/checksum.ts";
import { put16, viewOf } from "../../captures/wire/octets.ts";
import { TcpFlag } from "../../captures/wire/tcp.ts";
import type { Machine, Transmission } from "../../peers/machine.ts";

const TCP = 6, ETHERNET = 14;
/** Milliseconds that a unit is held, and octets of the largest. */
const HELD = 0.5, LARGEST = 65_535;

/** Where TCP lies in a frame. */
interface Place {
  l3: number;
  l4: number;
  payload: number;
  end: number;
  v4: boolean;
  sequence: number;
}

/** Cuts what comes at `host`, and joins what comes at `wire`. */
export class TrivialCard implements Machine {
  readonly #out: Transmission[] = [];
  readonly #walker = new HeaderWalker();
  readonly #mtu: number;
  #held: { frame: Uint8Array; place: Place; until: number } | undefined;

  constructor({ mtu }: Record<string, unknown>) {
    this.#mtu = Number(mtu);
  }

  receive(port: string, frame: Uint8Array, now: number) {
    const place = this.#find(frame);
    if (port === "host") this.#cut(frame, place);
    else this.#join(frame, place, now);
  }

  transmit(now: number) {
    if (this.#held !== undefined && now >= this.#held.until) this.#release();
    return this.#out.shift();
  }

  deadline() {
    return this.#held?.until ?? Infinity;
  }

  #cut(frame: Uint8Array, place: Place | undefined) {
    const wide = frame.length - ETHERNET > this.#mtu;
    if (place === undefined || !wide) return void this.#out.push(packetFor("wire", frame.slice()));
    const { payload, end, l3, l4 } = place, size = this.#mtu - (payload - l3);
    for (let at = payload, i = 0; at < end; at += size, i++) {
      const last = at + size >= end, piece = frame.subarray(at, Math.min(end, at + size));
      const out = new Uint8Array(payload + piece.length);
      out.set(frame.subarray(0, payload));
      out.set(piece, payload);
      if (!last) out[l4 + 13] &= ~(TcpFlag.fin | TcpFlag.psh);
      if (i > 0) out[l4 + 13] &= ~TcpFlag.cwr;
      viewOf(out).setUint32(l4 + 4, place.sequence + at - payload);
      if (place.v4) put16(out, l3 + 4, viewOf(frame).getUint16(l3 + 4) + i);
      finish(out, place);
      this.#out.push(packetFor("wire", out));
    }
  }

  #join(frame: Uint8Array, place: Place | undefined, now: number) {
    const plain = place !== undefined && frame[place.l4 + 13] === TcpFlag.ack &&
      place.end > place.payload;
    const held = this.#held;
    if (held !== undefined && plain && follows(held, frame, place)) {
      const piece = frame.subarray(place.payload, place.end);
      const joined = new Uint8Array(held.place.end + piece.length);
      joined.set(held.frame.subarray(0, held.place.end));
      joined.set(piece, held.place.end);
      held.frame = joined;
      held.place.end = joined.length;
      return;
    }
    this.#release();
    if (!plain) return void this.#out.push(packetFor("host", frame.slice()));
    this.#held = { frame: frame.slice(0, place.end), place, until: now + HELD };
  }

  #release() {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    finish(held.frame, held.place);
    this.#out.push(packetFor("host", held.frame));
  }

  #find(bytes: Uint8Array): Place | undefined {
    const view = viewOf(bytes), w = this.#walker;
    const frame = { bytes, view, start: 0, end: bytes.length, linkType: LINK_TYPE.ETHERNET };
    const seen = w.walk(frame as Parameters<HeaderWalker["walk"]>[0]);
    if (!seen || w.l4 < 0 || w.protocol !== TCP || w.end - w.l4 < 20) return undefined;
    const payload = w.l4 + (bytes[w.l4 + 12] >> 4) * 4;
    const { l3, l4, end } = w, sequence = view.getUint32(l4 + 4);
    return { l3, l4, payload, end, v4: w.ipVersion === 4, sequence };
  }
}

const packetFor = (port: string, packet: Uint8Array): Transmission => ({ port, packet });

/** Whether a segment goes on where a unit ends, with the same headers but for what counts on. */
function follows(
  { frame: first, place: { l3, l4, payload, end, sequence } }: { frame: Uint8Array; place: Place },
  frame: Uint8Array,
  place: Place,
): boolean {
  if (place.l4 !== l4 || place.payload !== payload || place.end - place.payload + end > LARGEST) {
    return false;
  }
  if (place.sequence !== (sequence + end - payload) >>> 0) return false;
  for (let i = l3 + (place.v4 ? 12 : 8); i < payload; i++) {
    const counts = i >= l4 + 4 && i < l4 + 8 || i === l4 + 16 || i === l4 + 17;
    if (!counts && frame[i] !== first[i]) return false;
  }
  return true;
}

/** Fills in the lengths and checksums of a frame whose payload was changed. */
function finish(bytes: Uint8Array, { l3, l4, v4 }: Place) {
  const view = viewOf(bytes), length = bytes.length - l4;
  if (v4) {
    put16(bytes, l3 + 2, bytes.length - l3);
    put16(bytes, l3 + 10, 0);
    put16(bytes, l3 + 10, complement(sumOctets(bytes, view, l3, l4)));
  } else put16(bytes, l3 + 4, bytes.length - l3 - 40);
  put16(bytes, l4 + 16, 0);
  const addresses = v4 ? sumAddresses4(bytes, view, l3) : sumAddresses6(bytes, view, l3);
  const sum = sumOctets(bytes, view, l4, bytes.length);
  put16(bytes, l4 + 16, complement(addSums(sum, sumPseudoHeader(addresses, TCP, length))));
}
