/**
 * What every reference peer is: a pure state machine. It owns no socket, clock, randomness or file;
 * a world (`lab/`) hands it packets and the time, and carries away what it wants to send.
 */

/** A UDP endpoint in text form. */
export interface Endpoint {
  /** IPv4 in dotted decimal, or IPv6 as RFC 5952 writes it. */
  address: string;
  port: number;
}

/** One packet that a machine wants sent. */
export interface Transmission {
  /**
   * Port of the machine: `lan` carries IP datagrams, `wan0`, `wan1`, … carry UDP payloads, and those that
   * its configuration names among its `frames` carry whole Ethernet frames without their check sequence.
   */
  port: string;
  packet: Uint8Array;
  /** Where a UDP payload goes; absent on ports that carry IP datagrams. */
  to?: Endpoint;
  /** Whether the UDP datagram carries a checksum: true by default; false is possible over IPv4 alone. */
  checksum?: boolean;
  /** Differentiated services codepoint of the UDP datagram, 0 to 63; 0 by default. */
  dscp?: number;
}

/** A machine with ports. All times are milliseconds on one monotonic clock. */
export interface Machine {
  /**
   * Takes one packet that arrived on `port`. The octets belong to the caller again on return.
   * Never throws on any packet.
   */
  receive(port: string, packet: Uint8Array, now: number, from?: Endpoint): void;
  /** Gives the next packet to send at `now`, or undefined when there is none; call until then. */
  transmit(now: number): Transmission | undefined;
  /** When `transmit` must be called next even if nothing arrives; `Infinity` for never. */
  deadline(): number;
  /** Carries out an instruction from outside the protocol, as an administrator would give it. */
  instruct?(instruction: unknown, now: number): void;
  /**
   * Addresses of others that the machine answers for at the moment, as when it has taken over for a
   * device that died; a new array whenever they changed. The world lets the network know.
   */
  claims?(): readonly string[];
  /** Whether its ports are open at `now`; they always are where a machine does not say. */
  listens?(now: number): boolean;
}

/** One line of a trace: the facts of a device that no wire shows. */
export interface TraceRecord {
  /** Nanoseconds since 1970 in a real world, virtual nanoseconds in memory. */
  t: number;
  /** Node that wrote it. */
  node: string;
  /** What happened, such as `process`, `tunnel_up`, `session_new`. */
  event: string;
  [field: string]: unknown;
}

/** Where a machine writes its trace; the world adds `t` and `node`. */
export type TraceSink = (event: string, fields: Record<string, unknown>) => void;

/** What a world injects into every machine. */
export interface PeerEnvironment {
  /** Uniform in [0, 1), seeded in the memory world. */
  random(): number;
  trace: TraceSink;
}

/**
 * A machine whose data path can be spread over cores, each a worker pinned to a processor.
 *
 * The world asks for `steering()` and lets the kernel deliver each matching packet to the worker of
 * its core; what matches no entry comes to the machine itself, which may answer with hand-offs.
 * A world without real cores ignores all this: the machine then runs its cores inside `receive`.
 */
export interface SteeredMachine extends Machine {
  /** Number of cores that process data; core indices are 0-based. */
  readonly cores: number;
  /** Called once, before any packet, by a world that runs every core as a worker of its own. */
  spread(load: (core: number) => number): void;
  /** The table that the kernel follows; a new object whenever it changed. Undefined: steer nothing. */
  steering(): SteeringTable | undefined;
  /** The next packet that the machine gives to a core, or undefined when there is none. */
  handoff(): Handoff | undefined;
}

/** Which core gets which packets: compares eight octets of the UDP payload. */
export interface SteeringTable {
  /** Octets that a packet must have to be steered: value at offset under mask. */
  match: readonly { offset: number; mask: number; value: number }[];
  /** Where the eight compared octets stand, in network byte order. */
  offset: number;
  entries: readonly { value: bigint; core: number }[];
}

/** A packet on its way to a core. */
export interface Handoff {
  core: number;
  port: string;
  packet: Uint8Array;
  from?: Endpoint;
}
