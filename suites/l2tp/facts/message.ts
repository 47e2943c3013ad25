/** One control message as it was captured, and what is to be read from it. */
import type { FrameRef } from "../../../captures/frame.ts";
import { AvpView } from "../../../captures/view/l2tp_avp.ts";
import { AVP_LENGTH } from "../../../captures/wire/l2tp_avp.ts";
import { ATTRIBUTES } from "../../../captures/wire/l2tp_attributes.ts";
import { unhide } from "../../../captures/wire/l2tp_hiding.ts";
import { messageName } from "../../../captures/wire/l2tp_message.ts";
import { get16, get32 } from "../../../captures/wire/octets.ts";

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

/** Where a datagram was seen, and between whom. */
export interface Arrival {
  /** Seconds since 1970. */
  time: number;
  /** Node that sent it; the source address where no topology says whose that is. */
  from: string;
  /** Likewise the node or the address that it goes to. */
  to: string;
  source: string;
  sourcePort: number;
  destination: string;
  destinationPort: number;
  frame: FrameRef;
}

/** An arrival among others. */
export interface OrderedArrival extends Arrival {
  /** Where it was captured: the tap, or all of those whose files follow one another. */
  place: string;
  /** Its position among what was captured at its place: frames are numbered for each file anew. */
  order: number;
}

/** The header's fields; -1 for one that the header does not have. */
export interface ControlHeader {
  /** First two octets. */
  word: number;
  length: number;
  /** Whether Length leaves room for the header and ends within the datagram. */
  whole: boolean;
  /** Octets from the header to the end of the datagram. */
  octets: number;
  tunnelId: number;
  sessionId: number;
  ns: number;
  nr: number;
  /** Message Type; 0 for a zero-length body, -1 when the first AVP names none. */
  type: number;
}

/** What a message consists of besides its header. */
interface Body {
  /** AVPs, up to the Length of the message. */
  octets: Uint8Array;
  /** Octets of the shared secret, where the evidence tells it. */
  secret?: Uint8Array;
  /** UDP checksum field. */
  checksum: number;
  /** Whether the IPv4 header has no checksum either: it was captured before the hardware wrote them. */
  offloaded: boolean;
}

/** A control message. */
export class ControlMessage implements OrderedArrival, ControlHeader {
  readonly time: number;
  readonly from: string;
  readonly to: string;
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  readonly frame: FrameRef;
  readonly place: string;
  readonly order: number;
  readonly word: number;
  readonly length: number;
  readonly whole: boolean;
  readonly octets: number;
  readonly tunnelId: number;
  readonly sessionId: number;
  readonly ns: number;
  readonly nr: number;
  readonly type: number;
  readonly checksum: number;
  readonly offloaded: boolean;
  readonly #octets: Uint8Array;
  readonly #secret?: Uint8Array;
  #avps?: readonly CapturedAvp[];
  #problem?: string;

  constructor(arrival: OrderedArrival, header: ControlHeader, body: Body) {
    this.time = arrival.time;
    this.from = arrival.from;
    this.to = arrival.to;
    this.source = arrival.source;
    this.sourcePort = arrival.sourcePort;
    this.destination = arrival.destination;
    this.destinationPort = arrival.destinationPort;
    this.frame = arrival.frame;
    this.place = arrival.place;
    this.order = arrival.order;
    this.word = header.word;
    this.length = header.length;
    this.whole = header.whole;
    this.octets = header.octets;
    this.tunnelId = header.tunnelId;
    this.sessionId = header.sessionId;
    this.ns = header.ns;
    this.nr = header.nr;
    this.type = header.type;
    this.checksum = body.checksum;
    this.offloaded = body.offloaded;
    this.#octets = body.octets;
    this.#secret = body.secret;
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

  /** Whether another message has the same header and AVPs, whatever its Nr. */
  repeats(other: ControlMessage): boolean {
    return this.ns === other.ns && this.word === other.word &&
      this.tunnelId === other.tunnelId && this.sessionId === other.sessionId &&
      this.hasBodyOf(other);
  }

  /** Whether another message has the same AVPs, whatever its header. */
  hasBodyOf(other: ControlMessage): boolean {
    return this.type === other.type && this.#octets.length === other.#octets.length &&
      this.#octets.every((octet, i) => octet === other.#octets[i]);
  }

  #read(): CapturedAvp[] {
    const avps: CapturedAvp[] = [], octets = this.#octets, view = new AvpView();
    let vector: Uint8Array | undefined, at = 0;
    for (; at < octets.length && view.at(octets, at); at = view.end) {
      const { hidden, vendor, type } = view;
      const recovered = hidden ? this.#recover(type, view.value, vector) : undefined;
      avps.push(new CapturedAvp(octets, view.start, recovered));
      if (type === ATTRIBUTES.randomVector.type && vendor === 0 && !hidden) vector = view.value;
    }
    if (at < octets.length) this.#problem = `no AVP can be read ${at} octets behind the header`;
    return avps;
  }

  #recover(type: number, value: Uint8Array, vector?: Uint8Array): Uint8Array | undefined {
    if (this.#secret === undefined || vector === undefined) return undefined;
    return unhide(type, value, this.#secret, vector).record;
  }
}

/** Picks messages out. */
export type MessageTest = (message: ControlMessage) => boolean;

/** Attribute types that judgements look at. */
export const Attribute = {
  ...{ result: 1, protocolVersion: 2, framingCapabilities: 3, bearerCapabilities: 4 },
  ...{ tieBreaker: 5, firmwareRevision: 6, hostName: 7, vendorName: 8, assignedTunnel: 9 },
  ...{ window: 10, challenge: 11, causeCode: 12, response: 13, assignedSession: 14 },
  ...{
    serialNumber: 15,
    bearerType: 18,
    framing: 19,
    proxyAuthenType: 29,
    proxyAuthenId: 32,
    callErrors: 34,
    accm: 35,
  },
  ...{ randomVector: 36, sequencingRequired: 39 },
} as const;

/** Whether an AVP is one of an attribute of RFC 2661: any reserved bit makes it another (§4.1). */
const isOf = ({ type, vendor, reserved }: CapturedAvp, wanted: number) =>
  type === wanted && vendor === 0 && reserved === 0;

/** The first AVP of an attribute of RFC 2661. */
export function avpOf(message: ControlMessage, type: number): CapturedAvp | undefined {
  return message.avps.find((avp) => isOf(avp, type));
}

/** The value of an attribute of RFC 2661, in clear or recovered. */
export function valueOf(message: ControlMessage, type: number): Uint8Array | undefined {
  return message.avps.find((avp) => isOf(avp, type) && avp.clear !== undefined)?.clear;
}

/** The value of an attribute of 16 bits; -1 when it is missing or of another length. */
export function number16(message: ControlMessage, type: number): number {
  const value = valueOf(message, type);
  return value?.length === 2 ? get16(value, 0) : -1;
}

/** The value of an attribute of 32 bits; -1 when it is missing or of another length. */
export function number32(message: ControlMessage, type: number): number {
  const value = valueOf(message, type);
  return value?.length === 4 ? get32(value, 0) : -1;
}

/** Whether a message carries an AVP of this type and vendor, hidden or not. */
export const carries = (type: number, vendor = 0): MessageTest => ({ avps }) =>
  avps.some((a) => a.type === type && a.vendor === vendor);

/** Result and error of a StopCCN or CDN; -1 for what it does not tell. */
export function resultOf(message: ControlMessage): { result: number; error: number } {
  const value = valueOf(message, Attribute.result) ?? new Uint8Array();
  return {
    result: value.length >= 2 ? get16(value, 0) : -1,
    error: value.length >= 4 ? get16(value, 2) : -1,
  };
}

/** Whether the result, and the error where one is asked for, are these. */
export const hasResult = (code: number, error?: number): MessageTest => (message) => {
  const found = resultOf(message);
  return found.result === code && (error === undefined || found.error === error);
};

/** A message in words, for reports. */
export function formatMessage(message: ControlMessage): string {
  const name = message.type === 0 ? "ZLB" : messageName(message.type) ?? `type ${message.type}`;
  const { result, error } = resultOf(message);
  const code = result >= 0 ? ` result ${result}` : "", detail = error >= 0 ? ` error ${error}` : "";
  return `${name}${code}${detail} (Ns ${message.ns}, Nr ${message.nr})`;
}

/** Whether Nr acknowledges Ns, modulo 65536. */
export function isAck(nr: number, ns: number): boolean {
  return ((nr - ns - 1) & 0xffff) < 0x8000;
}
