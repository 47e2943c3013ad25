/** The choices of RFC 2661 §5.2, §5.6, §6.6 to §6.14, §7.4 and §7.5 about calls, by name. */
import type { AttributeValues } from "../../../captures/wire/l2tp_attributes.ts";
import type { CallAction, CallEvent, CallState, CallTable } from "../call_table.ts";
import type { Fault } from "../fault.ts";
import { LAC_INCOMING_CALL, LNS_INCOMING_CALL } from "../incoming_call.ts";
import { LAC_OUTGOING_CALL, LNS_OUTGOING_CALL } from "../outgoing_call.ts";
import type { Transition } from "../state_table.ts";

/** The four tables of RFC 2661 §7.4 and §7.5. */
export const CALL_TABLES = {
  lac: { incoming: LAC_INCOMING_CALL, outgoing: LAC_OUTGOING_CALL },
  lns: { incoming: LNS_INCOMING_CALL, outgoing: LNS_OUTGOING_CALL },
} as const;

/** Rules about calls. */
export const CALL_RULES = {
  /** §7.4, §7.5: what an event does; undefined when the table does not know it. */
  callTransition: (
    table: CallTable,
    state: CallState,
    event: CallEvent,
  ): Transition<CallState, CallAction> | undefined => table[state][event],
  /** §4.4.2: the result for a message out of order. */
  callSequenceFault: (state: CallState, message: string): Fault => ({
    result: 2,
    error: 5,
    message: `${message} in state ${state}`,
  }),
  /** §7.4.2: no room for another call. */
  callLimitFault: { result: 4 } as Fault,
  /** This side cannot place, or cannot take, calls of that direction. */
  callDirectionFault: { result: 5 } as Fault,
  /** §4.4.2: a call that does not come up although its messages are acknowledged. */
  callTimeoutFault: { result: 10 } as Fault,
  mayOpenSession: (sessions: number, limit: number): boolean => sessions < limit,
  /** §4.4.4: CDN repeats the identifier first assigned. */
  cdnSessionId: (assigned: number): number => assigned,
  /** §5.2.1: the serial number of a call. */
  serialNumber: (next: number): number => next >>> 0,

  /** §4.4.3: framing and bearer must be among what this side advertised. */
  acceptsFraming: (asked: number, advertised: number): boolean => (asked & ~advertised) === 0,
  framingFault: { result: 2, error: 3, message: "framing type was not advertised" } as Fault,
  acceptsBearer: (asked: number, advertised: number): boolean => (asked & ~advertised) === 0,
  bearerFault: { result: 2, error: 3, message: "bearer type was not advertised" } as Fault,
  /** §6.9: an LNS asks only a LAC that sent Bearer Capabilities. */
  mayRequestCall: (bearerCapabilities: number | undefined): boolean =>
    bearerCapabilities !== undefined,
  /** §4.4.3, §4.4.4: a call is asked for with framing and bearer that the peer advertised alone. */
  mayRequestFraming: (wanted: number, advertised: number): boolean => (wanted & ~advertised) === 0,
  mayRequestBearer: (wanted: number, advertised: number): boolean => (wanted & ~advertised) === 0,

  /** §4.1, §7.1: what is wrong with a call's message ends that call, not the tunnel. */
  endsTunnelOnCallFault: (_fault: Fault): boolean => false,
  /** §4.4.4: messages with Session ID 0 name their call in an AVP. */
  findsByAssignedSessionId: true,
  /** §6.12: a CDN ends its call, whatever else is wrong with it, and no other. */
  takesCdn: (_values: Partial<AttributeValues>, _fault?: Fault): boolean => true,
  cdnEndsTunnel: false,
  /** §5.6: a CDN is answered by nothing but its acknowledgement. */
  answersCdn: false,
  /** §4.4.6: whether LAC and LNS keep to a Sequencing Required AVP. */
  keepsToSequencingRequired: true,
  /** §6.13: a WEN is accepted, and §6.14: an SLI; a peer that does not know them clears the tunnel. */
  takesWen: true,
  takesSli: true,
  /** §4.4.5: whether an LNS that trusts the LAC goes on from proxied LCP. */
  honoursProxy: (trusted: boolean): boolean => trusted,
  /** §4.4.5: whether a proxied password or response is taken for a proof. */
  verifiesProxy: (right: boolean): boolean => right,
  /** §4.4.5: the octet that must be zero. */
  proxyAuthenIdReserved: 0,
};

/** The type of these rules; a mutant is a partial one. */
export type CallRules = typeof CALL_RULES;
