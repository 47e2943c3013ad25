/** The AVPs of control messages as they were captured: messages with the same octets share them. */
import { AvpView } from "../../../captures/view/l2tp_avp.ts";
import { ATTRIBUTES } from "../../../captures/wire/l2tp_attributes.ts";
import { AVP_LENGTH } from "../../../captures/wire/l2tp_avp.ts";
import { unhide } from "../../../captures/wire/l2tp_hiding.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { Arena } from "../../kit/arena.ts";

/** An AVP as it stands in a message: fields are read where they lie, as captures hold many. */
export class CapturedAvp {
  readonly #octets: Uint8Array;
  readonly #start: number;
  readonly #recovered?: Uint8Array;

  /** @param recovered The value in clear, of a hidden one that can be recovered. */
  constructor(octets: Uint8Array, start: number, recovered?: Uint8Array) {
    this.#octets = octets;
    this.#start = start;
    this.#recovered = recovered;
  }

  get mandatory(): boolean {
    return (this.#octets[this.#start] & 0x80) !== 0;
  }

  get hidden(): boolean {
    return (this.#octets[this.#start] & 0x40) !== 0;
  }

  /** Four bits that must be zero. */
  get reserved(): number {
    return this.#octets[this.#start] >> 2 & 15;
  }

  /** Octets of the whole AVP, as it says. */
  get length(): number {
    return get16(this.#octets, this.#start) & 0x3ff;
  }

  get vendor(): number {
    return get16(this.#octets, this.#start + 2);
  }

  get type(): number {
    return get16(this.#octets, this.#start + 4);
  }

  /** Octets as they stand on the wire. */
  get value(): Uint8Array {
    return this.#octets.subarray(this.#start + AVP_LENGTH, this.#start + this.length);
  }

  /** The value in clear: recovered where it is hidden, undefined where it cannot be. */
  get clear(): Uint8Array | undefined {
    return this.hidden ? this.#recovered : this.value;
  }
}

/** Whether an AVP is one of an attribute of RFC 2661: any reserved bit makes it another (§4.1). */
export function isOf({ type, vendor, reserved }: CapturedAvp, wanted: number): boolean {
  return type === wanted && vendor === 0 && reserved === 0;
}

/** Bits of the first two octets of an AVP: hidden, reserved, and its length. */
const HIDDEN = 0x4000, RESERVED = 0x3c00, LENGTH = 0x3ff;
/** What `#find` gives for an attribute that is missing, and for one that is hidden. */
const MISSING = -1, IS_HIDDEN = -2;

/** What a message carries behind its header, up to its Length. */
export class MessageBody {
  /** Octets among which its own lie, and where. */
  readonly #room: Uint8Array;
  readonly #start: number;
  readonly #end: number;
  readonly #secret?: Uint8Array;
  #avps?: readonly CapturedAvp[];
  #problem?: string;

  /** @param secret Octets of the shared secret, where the evidence tells it. */
  constructor(room: Uint8Array, start: number, end: number, secret: Uint8Array | undefined) {
    this.#room = room;
    this.#start = start;
    this.#end = end;
    this.#secret = secret;
  }

  /** The AVPs in order, up to one that cannot be read. */
  get avps(): readonly CapturedAvp[] {
    return this.#avps ??= this.#read();
  }

  /** Why the AVPs cannot be read to their end; undefined when they can. */
  get problem(): string | undefined {
    this.#avps ??= this.#read();
    return this.#problem;
  }

  /** Whether the evidence tells the secret that its hidden values were hidden with. */
  get isSecretKnown(): boolean {
    return this.#secret !== undefined;
  }

  /** Whether another body has the same octets. */
  equals(other: MessageBody): boolean {
    return this === other || this.has(other.#room, other.#start, other.#end);
  }

  /** Whether its octets are those of `bytes[start..end)`. */
  has(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (this.#end - this.#start !== length) return false;
    let i = 0;
    while (i < length && this.#room[this.#start + i] === bytes[start + i]) i++;
    return i === length;
  }

  /** The value of the first AVP of an attribute of RFC 2661 that is in clear or was recovered. */
  valueOf(type: number): Uint8Array | undefined {
    const at = this.#find(type);
    if (at === MISSING) return undefined;
    if (at === IS_HIDDEN) {
      return this.avps.find((avp) => isOf(avp, type) && avp.clear !== undefined)?.clear;
    }
    return this.#room.subarray(at + AVP_LENGTH, at + (get16(this.#room, at) & LENGTH));
  }

  /** Likewise a number; -1 when it is missing or has not two octets. */
  number16(type: number): number {
    const at = this.#find(type);
    if (at === MISSING) return -1;
    if (at >= 0) {
      const length = get16(this.#room, at) & LENGTH;
      return length === AVP_LENGTH + 2 ? get16(this.#room, at + AVP_LENGTH) : -1;
    }
    const value = this.valueOf(type);
    return value?.length === 2 ? get16(value, 0) : -1;
  }

  /** The first octet of the first AVP of an attribute of RFC 2661. */
  #find(type: number): number {
    const room = this.#room, end = this.#end;
    for (let at = this.#start; at + AVP_LENGTH <= end;) {
      const word = get16(room, at), length = word & LENGTH;
      if (length < AVP_LENGTH || at + length > end) break;
      const isWanted = get16(room, at + 4) === type && get16(room, at + 2) === 0 &&
        (word & RESERVED) === 0;
      if (isWanted) return (word & HIDDEN) === 0 ? at : IS_HIDDEN;
      at += length;
    }
    return MISSING;
  }

  #read(): CapturedAvp[] {
    const avps: CapturedAvp[] = [], room = this.#room, view = new AvpView();
    let vector: Uint8Array | undefined, at = this.#start;
    for (; at < this.#end && view.at(room, at, this.#end); at = view.end) {
      const { hidden, vendor, type } = view;
      const recovered = hidden ? this.#recover(type, view.value, vector) : undefined;
      avps.push(new CapturedAvp(room, view.start, recovered));
      if (type === ATTRIBUTES.randomVector.type && vendor === 0 && !hidden) vector = view.value;
    }
    if (at < this.#end) {
      this.#problem = `no AVP can be read ${at - this.#start} octets behind the header`;
    }
    return avps.slice();
  }

  #recover(type: number, value: Uint8Array, vector?: Uint8Array): Uint8Array | undefined {
    if (this.#secret === undefined || vector === undefined) return undefined;
    return unhide(type, value, this.#secret, vector).record;
  }
}

/** Bodies that are looked through for the same octets. */
const SHARED = 4096;

/** Keeps the bodies of messages. */
export class MessageBodies {
  readonly #arena = new Arena();
  readonly #secret?: Uint8Array;
  /** By a digest of the octets. Nobody can make messages whose bodies all meet in one place. */
  readonly #known: (MessageBody | undefined)[] = new Array(SHARED).fill(undefined);
  readonly #seed = crypto.getRandomValues(new Int32Array(1))[0];

  /** @param secret Octets of the shared secret, where the evidence tells it. */
  constructor(secret: Uint8Array | undefined) {
    this.#secret = secret;
  }

  /** A body of the octets `bytes[start..end)`: one of late that has the same, or a copy. */
  keep(bytes: Uint8Array, start: number, end: number): MessageBody {
    let digest = this.#seed;
    for (let i = start; i < end; i++) digest = Math.imul(digest ^ bytes[i], 0x01000193);
    const place = (digest ^ digest >>> 15) & (SHARED - 1), known = this.#known[place];
    if (known?.has(bytes, start, end)) return known;
    const at = this.#arena.put(bytes, start, end);
    const body = new MessageBody(this.#arena.room, at, at + end - start, this.#secret);
    this.#known[place] = body;
    return body;
  }
}
