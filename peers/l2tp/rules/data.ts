/** The choices of RFC 2661 §3.1, §5.0, §5.3 and §5.4 about data messages, by name. */
import type { CallState } from "../call_table.ts";

/** Rules about data messages. */
export const DATA_RULES = {
  /** §3.1: every combination of L, S, O and P is understood. */
  acceptsDataFlags: (_flags: number): boolean => true,
  /** §3.1: Nr of data means nothing. */
  acceptsDataNr: (_nr: number | undefined): boolean => true,
  /** §5.0: data without a session is dropped. */
  sessionOfStrayData: <T>(_sessions: () => readonly T[]): T | undefined => undefined,
  /** §8.1: data leaves from the port that control messages leave from. */
  dataPort: (port: string): string => port,
  /** §5.0: data passes through established sessions only. */
  acceptsDataIn: (state: CallState): boolean => state === "established",
  /** §5.4: whether data is numbered now. */
  numbersData: (sequencing: boolean): boolean => sequencing,
  /** §5.4: a LAC numbers its data as the LNS does, unless it must at all times. */
  sequencingAfter: (now: boolean, received: boolean, role: "lac" | "lns", required: boolean) =>
    required || (role === "lac" ? received : now),
  /** §5.4: the state of numbering outlives its being switched off. */
  firstNsWhenResumed: (left: number): number => left,
  /** §3.1: Ns behind another; Nr of data is reserved. */
  nextDataNs: (ns: number): number => (ns + 1) & 0xffff,
  dataNr: 0,
  /** §5.4: whether a message that others overtook is delivered. */
  deliversLate: false,
  /** §3.1: Offset Size octets are skipped. */
  skipsOffset: true,
  /** §3.1: P of a data message. */
  prioritises: (configured: "none" | "keepalive" | "all", keepalive: boolean): boolean =>
    configured === "all" || configured === "keepalive" && keepalive,
  /** The PPP frame of a data message as it leaves, by its running number. */
  leavingFrame: (frame: Uint8Array, _number: number): Uint8Array => frame,
  /** Whether a datagram goes on between session and LAN. */
  forwards: (_direction: "to_lan" | "to_session", _number: number): boolean => true,
};

/** The type of these rules; a mutant is a partial one. */
export type DataRules = typeof DATA_RULES;
