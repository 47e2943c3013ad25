/** How the negotiations of one PPP link went: LCP and each network protocol, as both ends spoke. */
import type { FrameRef } from "../../../captures/frame.ts";
import { PppProtocol } from "../../../captures/wire/ppp.ts";
import { ControlCode } from "../../../captures/wire/ppp_control.ts";
import { LcpOption } from "../../../captures/wire/ppp_lcp.ts";
import { optionOf } from "./ppp_options.ts";
import type { PppFlow, PppPacket } from "./ppp_flow.ts";

/** The two ends of a link: the one behind the LAC, and the one at the LNS. */
export type Side = 0 | 1;

/** The ends of a link in words. */
export const ENDS = ["the client", "the LNS"] as const;

/** The other end. */
export const other = (side: Side): Side => side === 0 ? 1 : 0;

/** A packet, and who sent it. */
export class Spoken {
  readonly packet: PppPacket;
  readonly side: Side;
  readonly time: number;
  readonly protocol: number;
  readonly code: number;
  readonly identifier: number;

  constructor(packet: PppPacket, side: Side) {
    this.packet = packet;
    this.side = side;
    this.time = packet.time;
    this.protocol = packet.protocol;
    this.code = packet.code;
    this.identifier = packet.identifier;
  }

  get frame(): FrameRef {
    return this.packet.frame;
  }

  get data(): Uint8Array {
    return this.packet.data;
  }
}

/** One negotiation. */
export interface Negotiation {
  protocol: number;
  /** Configure-Requests by end, and the first and last of them. */
  requests: [number, number];
  firstRequest: [Spoken?, Spoken?];
  lastRequest: [Spoken?, Spoken?];
  /** The request of each end that the other one acknowledged. */
  agreed: [Spoken?, Spoken?];
  /** Configure-Naks and Configure-Rejects by the end that sent them, and the last of each. */
  naks: [number, number];
  lastNak: [Spoken?, Spoken?];
  lastReject: [Spoken?, Spoken?];
  /** The Configure-Ack that made it open; undefined when it never was. */
  opened?: Spoken;
  /** Times that it opened. */
  openings: number;
  /** The first Terminate-Request after it was opened, or asked for. */
  terminated?: Spoken;
  /** The Protocol-Reject of this protocol. */
  rejected?: Spoken;
  /** Requests of an end that came back to it, Magic-Number and all. */
  loopedBack: number;
}

/** What was said of who somebody is. */
export interface Authentication {
  protocol: number;
  packets: Spoken[];
}

/** A PPP link. */
export interface PppLink {
  negotiations: Map<number, Negotiation>;
  authentications: Map<number, Authentication>;
  /** Packets of both ends in the order of time. */
  packets: Spoken[];
}

/** Seconds since 1970 from which on a link has its identifiers, and until when. */
export interface Span {
  since: number;
  until: number;
}

/** All of a capture. */
export const ALWAYS: Span = { since: -Infinity, until: Infinity };

/** Whether a time lies within a span. */
export const isWithin = ({ since, until }: Span, time: number): boolean =>
  time >= since && time < until;

/** Protocols by which ends say who they are. */
export const AUTHENTICATING: readonly number[] = [PppProtocol.pap, PppProtocol.chap, 0xc227];
/** LCP, or a protocol of a network, of compression or of encryption. */
const isNegotiated = (protocol: number) =>
  protocol === PppProtocol.lcp || protocol >= 0x8000 && protocol < 0xc000;

/**
 * Follows the negotiations of a link.
 * @param flows What each end sent, where it was captured.
 * @param span When its packets are its own, as identifiers may be used again.
 */
export function linkOf(flows: readonly [PppFlow?, PppFlow?], span: Span): PppLink {
  const packets = flows.flatMap((flow, side) =>
    (flow?.packets ?? []).filter(({ time }) => isWithin(span, time))
      .map((packet) => new Spoken(packet, side as Side))
  ).sort((a, b) => a.time - b.time || orderOf(a.frame, b.frame));
  const link: PppLink = { negotiations: new Map(), authentications: new Map(), packets };
  for (const packet of packets) {
    if (AUTHENTICATING.includes(packet.protocol)) {
      authenticationOf(link, packet.protocol).packets.push(packet);
    } else if (isNegotiated(packet.protocol)) follow(link, packet);
  }
  return link;
}

/** The order of two frames: numbers count within one file. */
function orderOf(a: FrameRef, b: FrameRef): number {
  return a.capture === b.capture ? a.number - b.number : 0;
}

function authenticationOf({ authentications }: PppLink, protocol: number): Authentication {
  let known = authentications.get(protocol);
  if (known === undefined) authentications.set(protocol, known = { protocol, packets: [] });
  return known;
}

function negotiationOf({ negotiations }: PppLink, protocol: number): Negotiation {
  let known = negotiations.get(protocol);
  if (known === undefined) {
    known = {
      ...{ protocol, requests: [0, 0], firstRequest: [], lastRequest: [], agreed: [] },
      ...{ naks: [0, 0], lastNak: [], lastReject: [], openings: 0, loopedBack: 0 },
    };
    negotiations.set(protocol, known);
  }
  return known;
}

function follow(link: PppLink, packet: Spoken): void {
  const { side, code, protocol } = packet, found = negotiationOf(link, protocol);
  switch (code) {
    case ControlCode.configureRequest:
      // Asked again, an agreement is void (RFC 1661 §4.1: the automaton leaves Opened).
      if (isAgreed(found)) found.agreed = [];
      if (comesBack(packet, found.lastRequest[other(side)])) found.loopedBack++;
      found.requests[side]++;
      found.firstRequest[side] ??= packet;
      found.lastRequest[side] = packet;
      found.agreed[side] = undefined;
      break;
    case ControlCode.configureAck: {
      const asked = found.lastRequest[other(side)];
      // Where the capture lacks the request, the answer still says that there is agreement.
      if (asked !== undefined && asked.identifier !== packet.identifier) break;
      found.agreed[other(side)] = asked ?? packet;
      if (!isAgreed(found)) break;
      found.opened ??= packet;
      found.openings++;
      break;
    }
    case ControlCode.configureNak:
    case ControlCode.configureReject:
      found.naks[side]++;
      if (code === ControlCode.configureNak) found.lastNak[side] = packet;
      else found.lastReject[side] = packet;
      break;
    case ControlCode.terminateRequest:
      found.terminated ??= packet;
      break;
    case ControlCode.protocolReject:
      if (protocol === PppProtocol.lcp && packet.data.length >= 2) {
        const refused = packet.data[0] << 8 | packet.data[1];
        if (isNegotiated(refused)) negotiationOf(link, refused).rejected ??= packet;
      }
      break;
    default:
  }
}

/** Whether a request is the other end's own, which chooses its Magic-Number at random (RFC 1661 §6.4). */
function comesBack(packet: Spoken, theirs: Spoken | undefined): boolean {
  const magic = optionOf(packet.data, LcpOption.magic);
  return packet.protocol === PppProtocol.lcp && theirs !== undefined && magic !== undefined &&
    magic.some((octet) => octet !== 0) && packet.identifier === theirs.identifier &&
    packet.data.length === theirs.data.length &&
    packet.data.every((octet, i) => octet === theirs.data[i]);
}

function isAgreed({ agreed: [a, b] }: Negotiation): boolean {
  return a !== undefined && b !== undefined;
}
