/** Data messages as they were captured: counted by flow, and the first octets of each. */
import type { FrameRef } from "../../../captures/frame.ts";
import type { FlowFaults } from "./flow_faults.ts";
import type { Arrival } from "./message.ts";

/** Data messages of one session in one direction, from one address and port. */
export interface DataFlow {
  /** Where it was captured: the tap, or all of those whose files follow one another. */
  place: string;
  /** Node or address of the sender and of the receiver. */
  from: string;
  to: string;
  source: string;
  sourcePort: number;
  tunnelId: number;
  sessionId: number;
  packets: number;
  /** Those with sequence numbers. */
  sequenced: number;
  /** Those without a UDP checksum, the IPv4 header having one. */
  withoutChecksum: number;
  /** The first that lacks one. */
  bare?: FrameRef;
  first: FrameRef;
  last: FrameRef;
  /** Seconds since 1970. */
  firstTime: number;
  lastTime: number;
  /** What is wrong with its messages. */
  conduct: FlowFaults;
}

/** The first octets of a data message. */
export interface DataMessage extends Arrival {
  /** First two octets of the header. */
  word: number;
  tunnelId: number;
  sessionId: number;
  /** Ns and Nr; -1 where there are no sequence numbers. */
  ns: number;
  nr: number;
  /** Octets behind the header and its offset pad, at the most 64. */
  payload: Uint8Array;
  /** Internet checksum over all of these. */
  checksum: number;
  /** Whether Offset Size points past the packet; the payload is then shown without it. */
  pastEnd: boolean;
}

/** Control Protocol packets of PPP: LCP, and the code that asks. */
const LCP = 0xc021, CONFIGURE_REQUEST = 1;
/** Codes that answer a Configure-Request: Ack, Nak and Reject (RFC 1661 §5.2 to §5.4). */
const ANSWERS: readonly number[] = [2, 3, 4];

/** The packet of a PPP frame, address and control octets present or not. */
export function pppOf(
  { payload }: DataMessage,
): { protocol: number; code: number; identifier: number; packet: Uint8Array } {
  const at = payload[0] === 0xff && payload[1] === 3 ? 2 : 0;
  const packet = payload.subarray(at + 2);
  const protocol = payload.length < at + 2 ? -1 : payload[at] << 8 | payload[at + 1];
  return { protocol, code: packet[0] ?? -1, identifier: packet[1] ?? -1, packet };
}

/** IPCP, and IPv4 with the protocol and the type of an answer to a ping. */
const IPCP = 0x8021, IPV4 = 0x0021, ICMP = 1, ECHO_REPLY = 0;

/** The identifier of an answer to a ping over IPv4 without options; -1 for anything else. */
export function pingedBy({ payload }: DataMessage): number {
  const from = payload[0] === 0xff && payload[1] === 3 ? 2 : 0, isShort = payload[from] & 1;
  const at = from + (isShort ? 1 : 2);
  const protocol = isShort ? payload[from] : payload[from] << 8 | payload[from + 1];
  if (payload.length < at + 28 || protocol !== IPV4 || payload[at] !== 0x45) return -1;
  if (payload[at + 9] !== ICMP || payload[at + 20] !== ECHO_REPLY) return -1;
  return payload[at + 24] << 8 | payload[at + 25];
}

/** Checksum of FF 03 00 21 alone: what is behind adds nothing where its own checksums are right. */
const OF_HEADER = 0x00db;

/** Whether an IPv4 datagram behind FF 03 00 21 has whole checksums, its own and that of ICMP. */
export function isIntact({ payload, checksum }: DataMessage): boolean {
  const isPlain = payload[0] === 0xff && payload[2] === 0 && payload[3] === IPV4;
  return !isPlain || checksum === OF_HEADER;
}

/** Whether a data message is a packet of IPCP with one of these codes. */
export function isIpcp(message: DataMessage, ...codes: readonly number[]): boolean {
  const { protocol, code } = pppOf(message);
  return protocol === IPCP && codes.includes(code);
}

/** Whether a data message asks by LCP for a configuration, under this identifier. */
export function isLcpRequest(message: DataMessage, identifier: number): boolean {
  const found = pppOf(message);
  return found.protocol === LCP && found.code === CONFIGURE_REQUEST &&
    found.identifier === identifier;
}

/** Whether a data message answers such a request, by whatever it thinks of the options. */
export function isLcpAnswer(message: DataMessage, identifier: number): boolean {
  const found = pppOf(message);
  return found.protocol === LCP && ANSWERS.includes(found.code) && found.identifier === identifier;
}
