/** What one end of a PPP link sent through a session of L2TP, as far as it is kept. */
import type { FrameRef } from "../../../captures/frame.ts";

/** A packet by which PPP negotiates. */
export class PppPacket {
  /** Seconds since 1970. */
  readonly time: number;
  readonly protocol: number;
  /** -1 where it is cut short. */
  readonly code: number;
  readonly identifier: number;
  readonly #capture: string;
  readonly #number: number;
  readonly #room: Uint8Array;
  readonly #start: number;
  readonly #length: number;

  constructor(
    { capture, number, time }: FrameRef & { time: number },
    { protocol, code, identifier }: { protocol: number; code: number; identifier: number },
    { room, start, length }: { room: Uint8Array; start: number; length: number },
  ) {
    this.time = time;
    this.protocol = protocol;
    this.code = code;
    this.identifier = identifier;
    this.#capture = capture;
    this.#number = number;
    this.#room = room;
    this.#start = start;
    this.#length = length;
  }

  get frame(): FrameRef {
    return { capture: this.#capture, number: this.#number };
  }

  /** What follows code, identifier and length: at the most 252 octets. */
  get data(): Uint8Array {
    return this.#room.subarray(this.#start, this.#start + this.#length);
  }
}

/** Packets and octets of one PPP protocol. */
export interface ProtocolCount {
  protocol: number;
  packets: number;
  octets: number;
}

/** Datagrams of one link among those that a flow carried, one after the other. */
export interface PppDatagrams {
  /** Seconds since 1970 of the first and the last datagram. */
  firstTime: number;
  lastTime: number;
  /** Packets and octets by PPP protocol number, in the order in which these came; -1 for those of too many. */
  counts: ProtocolCount[];
}

/** Where a flow goes from and to: the identifiers are those of the receiver. */
export interface PppPath {
  place: string;
  /** Addresses of sender and receiver. */
  from: string;
  to: string;
  sourcePort: number;
  destinationPort: number;
  tunnelId: number;
  sessionId: number;
}

/** What one end of a PPP link sent through a session. */
export class PppFlow implements PppPath {
  readonly place: string;
  readonly from: string;
  readonly to: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly tunnelId: number;
  readonly sessionId: number;
  packets: PppPacket[] = [];
  /** Negotiating packets that found no room. */
  left = 0;
  /** The last LCP Echo-Requests, and seconds since 1970 of the last Echo-Reply; 0 without any. */
  echoRequests: readonly { time: number; frame: FrameRef }[] = NONE;
  lastEchoReply = 0;
  /** Datagrams, by the links whose LCP began anew between them; never empty. */
  links: PppDatagrams[] = [noDatagrams()];
  /** Frames without a PPP protocol that can be read. */
  unreadable = 0;
  /** Data messages that came twice at once. */
  doubled = 0;
  readonly first: FrameRef;
  readonly firstTime: number;
  lastTime: number;

  constructor(path: PppPath, first: FrameRef, time: number) {
    this.place = path.place;
    this.from = path.from;
    this.to = path.to;
    this.sourcePort = path.sourcePort;
    this.destinationPort = path.destinationPort;
    this.tunnelId = path.tunnelId;
    this.sessionId = path.sessionId;
    this.first = first;
    this.firstTime = this.lastTime = time;
  }
}

/** What stands for the Echo-Requests of a flow that has none. */
const NONE: PppFlow["echoRequests"] = [];

/** Datagrams of a link that has carried none yet. */
export function noDatagrams(): PppDatagrams {
  return { firstTime: 0, lastTime: 0, counts: NO_COUNTS };
}

const NO_COUNTS: ProtocolCount[] = [];
