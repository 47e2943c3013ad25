/**
 * One captured frame, seen through fields that the reader overwrites for the next frame.
 *
 * A sink must copy whatever it wants to keep: neither this object nor `bytes` outlives the call.
 * Offsets are octets into `bytes` (and `view`, which spans the same octets).
 */
export interface Frame {
  /** Position in its file, counted from 1, as Wireshark shows it. */
  number: number;
  /** The buffer that holds the captured octets among others. */
  bytes: Uint8Array;
  /** A view of the same octets: `view.getUint16(i)` reads `bytes[i]`, `bytes[i + 1]`. */
  view: DataView;
  /** First captured octet. */
  start: number;
  /** One past the last captured octet. */
  end: number;
  /** Octets on the wire, at least `end - start`; larger when the capture cut the frame short. */
  originalLength: number;
  /** Seconds since 1970-01-01 UTC. */
  seconds: number;
  /** Nanoseconds within the second, 0 to 999,999,999. */
  nanoseconds: number;
  /**
   * True for a frame that was captured without a time, such as one of a simple packet block: `seconds`
   * and `nanoseconds` are then those of the frame before it in its file, or 0, which keeps its place
   * in any order, and must not be shown.
   */
  untimed?: boolean;
  /** True for what is no frame of the file, but a datagram that was put together from several. */
  reassembled?: boolean;
  /** LINKTYPE_ value of the interface, such as 1 for Ethernet or 101 for raw IP. */
  linkType: number;
  /** Index of the interface within its section; 0 in a pcap file. */
  interfaceId: number;
}

/** Where a frame lies: what a verdict cites. */
export interface FrameRef {
  /** Name of the tap, which is the name of its file without the ending. */
  capture: string;
  /** Frame number within that file, from 1. */
  number: number;
}
