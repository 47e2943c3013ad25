/** The choices of RFC 2661 §5.8 and Appendix A, by name. Numbers are modulo 65536. */
export const RELIABLE_DELIVERY_RULES = {
  /** §5.8: the Ns behind another. */
  nextNs: (ns: number): number => (ns + 1) & 0xffff,

  /** §4.4.3: messages that may be outstanding at the peer; 4 when it did not say. */
  sendWindow: (advertised: number | undefined): number => advertised ?? 4,

  /** Appendix A: the congestion window to begin with; without slow start as much as the peer takes. */
  firstCwnd: 1,
  /** §5.8, Appendix A: messages that may be outstanding now. */
  inFlightLimit: (cwnd: number, window: number): number => Math.min(Math.floor(cwnd), window),

  /** Whether a message that is not the expected one is handed up all the same. */
  delivers: (_ns: number, _expected: number): boolean => false,

  /** §5.8: whether Ns is among the last 32768 numbers before the expected one. */
  isDuplicate: (ns: number, expected: number): boolean => ((expected - 1 - ns) & 0xffff) < 0x8000,

  /** §5.8: a duplicate must be acknowledged, as the acknowledgement may have been lost. */
  acknowledgesDuplicate: true,
  /** §5.8: a duplicate must not be processed again. */
  processesDuplicate: false,

  /** §5.8: messages out of order are held or dropped, as configured. */
  queuesEarly: (configured: "queue" | "drop"): boolean => configured === "queue",

  /** §5.8: the Ns of a ZLB does not move Nr. */
  zlbMovesNr: false,
  /** A ZLB is not a message and is never acknowledged. */
  answersZlb: false,

  /** §5.8: whether an Nr that acknowledges `count` messages is believed when `sent` were sent. */
  acceptsNr: (count: number, sent: number): boolean => count > 0 && count <= sent,

  /** §5.8: a message that is sent anyway carries the acknowledgement. */
  piggybacks: true,
  /** §5.8: whether what arrives is acknowledged by itself, before what there is to say. */
  acknowledgesFirst: false,
  /** Milliseconds for which an acknowledgement waits for a message to ride on. */
  acknowledgesAfter: 0,
  /** §5.8: acknowledgements must not be withheld. */
  withholdsAcknowledgement: false,

  /** §5.8: a retransmission keeps its Ns. */
  retransmittedNs: (ns: number): number => ns,
  /** §5.8: a retransmission carries the Nr of now. */
  retransmittedNr: (now: number, _first: number): number => now,

  /** §5.8: milliseconds until a retransmission, after so many of them. */
  interval: (retries: number, first: number, cap: number): number =>
    Math.min(first * 2 ** retries, cap),

  /** §5.8: whether the peer is given up after so many retransmissions. */
  givesUp: (retries: number, limit: number): boolean => retries >= limit,

  /** Appendix A: the windows after a retransmission. */
  afterLoss: (cwnd: number, _ssthresh: number): { cwnd: number; ssthresh: number } => ({
    cwnd: 1,
    ssthresh: Math.max(1, Math.floor(cwnd / 2)),
  }),
};

/** The type of these rules; a mutant is a partial one. */
export type ReliableDeliveryRules = typeof RELIABLE_DELIVERY_RULES;
