/** One control message as it was captured, and what is to be read from it. */
import type { FrameRef } from "../../../captures/frame.ts";
import type { L2tpView } from "../../../captures/view/l2tp.ts";
import { messageName } from "../../../captures/wire/l2tp_message.ts";
import { get16, get32 } from "../../../captures/wire/octets.ts";
import { type CapturedAvp, isOf, type MessageBody } from "./message_body.ts";
import type { Route } from "./parties.ts";

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

/** Where and when a message was seen, as it is kept. */
export interface MessageArrival extends Pick<OrderedArrival, "time" | "place" | "order"> {
  route: Route;
  sourcePort: number;
  destinationPort: number;
  /** Capture and number of its frame. */
  capture: string;
  number: number;
  bare: boolean;
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

/** A control message: there are many, so what several share is kept once. */
export class ControlMessage implements OrderedArrival, ControlHeader {
  readonly time: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
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
  /** Whether it has no UDP checksum, though it was captured behind whatever writes them. */
  readonly bare: boolean;
  readonly #route: Route;
  readonly #capture: string;
  readonly #number: number;
  readonly #body: MessageBody;

  /** @param header A view that stands on it. */
  constructor(arrival: MessageArrival, header: L2tpView, body: MessageBody) {
    this.time = arrival.time;
    this.sourcePort = arrival.sourcePort;
    this.destinationPort = arrival.destinationPort;
    this.place = arrival.place;
    this.order = arrival.order;
    this.word = header.word;
    this.length = header.length;
    this.whole = header.isWhole;
    this.octets = header.limit - header.start;
    this.tunnelId = header.tunnelId;
    this.sessionId = header.sessionId;
    this.ns = header.ns;
    this.nr = header.nr;
    this.type = header.messageType;
    this.bare = arrival.bare;
    this.#route = arrival.route;
    this.#capture = arrival.capture;
    this.#number = arrival.number;
    this.#body = body;
  }

  get from(): string {
    return this.#route.from;
  }

  get to(): string {
    return this.#route.to;
  }

  get source(): string {
    return this.#route.source;
  }

  get destination(): string {
    return this.#route.destination;
  }

  get frame(): FrameRef {
    return { capture: this.#capture, number: this.#number };
  }

  /** The AVPs in order, up to one that cannot be read. */
  get avps(): readonly CapturedAvp[] {
    return this.#body.avps;
  }

  /** Why the AVPs cannot be read to their end; undefined when they can. */
  get problem(): string | undefined {
    return this.#body.problem;
  }

  /** Whether the evidence tells the secret that its hidden values were hidden with. */
  get isSecretKnown(): boolean {
    return this.#body.isSecretKnown;
  }

  /** Whether another message has the same header and AVPs, whatever its Nr. */
  repeats(other: ControlMessage): boolean {
    return this.ns === other.ns && this.word === other.word &&
      this.tunnelId === other.tunnelId && this.sessionId === other.sessionId &&
      this.hasBodyOf(other);
  }

  /** Whether another message has the same AVPs, whatever its header. */
  hasBodyOf(other: ControlMessage): boolean {
    return this.type === other.type && this.#body.equals(other.#body);
  }

  /** What it carries: messages that carry the same share it. */
  get body(): MessageBody {
    return this.#body;
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

/** The first AVP of an attribute of RFC 2661. */
export function avpOf(message: ControlMessage, type: number): CapturedAvp | undefined {
  return message.avps.find((avp) => isOf(avp, type));
}

/** The value of an attribute of RFC 2661, in clear or recovered. */
export function valueOf(message: ControlMessage, type: number): Uint8Array | undefined {
  return message.body.valueOf(type);
}

/** The value of an attribute of 16 bits; -1 when it is missing or of another length. */
export function number16(message: ControlMessage, type: number): number {
  return message.body.number16(type);
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
