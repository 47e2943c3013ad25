/** What LAC and LNS decide about calls, each in its own way. */
import type { AttributeValues } from "../../captures/wire/l2tp_attributes.ts";
import type { CallMessage, Direction } from "./call_table.ts";
import type { AnswerConfig, CallConfig } from "./config.ts";
import type { Fault } from "./fault.ts";
import type { PppConfig } from "./ppp/config.ts";
import type { PppSession } from "./ppp/ppp_session.ts";

/** A session as the policy sees it. */
export interface ActiveCall {
  /** Session ID that this end assigned. */
  readonly localId: number;
  readonly direction: Direction;
  /** Call Serial Number. */
  readonly serial: number;
  /** What the LAC knows of the call, or what the LNS asks for. */
  readonly call: CallConfig | undefined;
  /** What becomes of a call that the LNS asked for. */
  readonly answer: AnswerConfig | undefined;
  /** What the messages of this call carried so far. */
  readonly heard: Partial<AttributeValues>;
  /** The PPP link, while the session is established. */
  readonly ppp: PppSession | undefined;
  /** Sends a PPP frame in two parts; `keepalive` marks LCP echoes. */
  sendFrame(header: Uint8Array, information: Uint8Array, keepalive: boolean): void;
  /** Sends an SLI with the async control character maps of both directions. */
  sendSli(send: number, receive: number): void;
  /** Ends the call with a CDN. */
  close(fault: Fault, now: number): void;
  /** Writes a line of the trace about this session. */
  trace(event: string, fields?: Record<string, unknown>): void;
}

/** The decisions that a LAC and an LNS take otherwise. */
export interface CallPolicy {
  /** What the AVPs of a call's message hold. */
  callValues(call: ActiveCall, name: Uppercase<CallMessage>): Partial<AttributeValues>;
  /** What becomes of a call that the peer asks for; undefined for one that cannot be placed. */
  answerTo(call: ActiveCall): AnswerConfig | undefined;
  /** What is known of that call. */
  callFor(call: ActiveCall): CallConfig;
  /** Opens PPP for a session that is established. */
  startLink(call: ActiveCall, link: PppSession, now: number): void;
  /** A session is over. */
  callEnded(call: ActiveCall, fault: Fault, now: number): void;
  /** How this end of the PPP link behaves. */
  pppConfig(call: ActiveCall): PppConfig;
  /** The password of a user; undefined for one that may not come in. */
  passwordOf(name: string): string | undefined;
  /** The IPv4 address for a user that asks for one; undefined when it gets none. */
  addressFor(call: ActiveCall, user: string, requested: string): string | undefined;
  /** LCP is open: the peer's async control character map. */
  linkUp(call: ActiveCall, accm: number, now: number): void;
  /** A network protocol is open, with addresses as text. */
  networkUp(call: ActiveCall, family: 4 | 6, local: string, remote: string, now: number): void;
  /** A network protocol is open no more. */
  networkDown(call: ActiveCall, family: 4 | 6, now: number): void;
}
