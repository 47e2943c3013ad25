/** What a tap shows of the messages within the cluster, see `captures/wire/tunnel_cluster.ts`. */
import type { FrameRef } from "../../../captures/frame.ts";
import {
  ClusterAttribute,
  ClusterFlag,
  decode,
  isWellFormed,
  numberOf,
} from "../../../captures/wire/tunnel_cluster.ts";

/** One message at one tap. */
export interface ClusterPacket {
  tap: string;
  /** Seconds since 1970. */
  time: number;
  source: string;
  destination: string;
  /** See `ClusterMessage`. */
  message: number;
  member: number;
  term: number;
  /** Load in hundredths of a per cent, or -1. */
  load: number;
  draining: boolean;
  inactive: boolean;
  frame: FrameRef;
}

/** Reads the message in `bytes[at..end)`; undefined for one that is malformed or of another version. */
export function clusterPacket(
  bytes: Uint8Array,
  at: number,
  end: number,
  where: Pick<ClusterPacket, "tap" | "time" | "source" | "destination" | "frame">,
): ClusterPacket | undefined {
  const { record } = decode(bytes, at, end);
  if (record === undefined || !isWellFormed(record)) return undefined;
  const { message, member, term, flags } = record;
  return {
    ...where,
    ...{ message, member, term, load: numberOf(record, ClusterAttribute.load, 2) ?? -1 },
    draining: (flags & ClusterFlag.draining) !== 0,
    inactive: (flags & ClusterFlag.inactive) !== 0,
  };
}
