/** What a tap shows of the messages within the cluster, see `captures/wire/tunnel_cluster.ts`. */
import { ClusterView } from "../../../captures/view/tunnel_cluster.ts";
import { formatAddress } from "../../../captures/wire/address.ts";
import { ClusterAttribute } from "../../../captures/wire/tunnel_cluster.ts";
import type { Sighting } from "./l2tp_packets.ts";

/** Hundredths of a per cent: no load can be more. */
export const FULL_LOAD = 10_000;

/** One message at one tap. */
export interface ClusterPacket extends Sighting {
  /** See `ClusterMessage`. */
  message: number;
  member: number;
  term: number;
  /** Load in hundredths of a per cent, or -1. */
  load: number;
  /** Tunnels that a registration counts as full load, or that a report says stand; -1 for none. */
  tunnels: number;
  /** Address that requests are to be forwarded to, of a registration. */
  localAddress?: string;
  draining: boolean;
  inactive: boolean;
}

const view = new ClusterView();

/** Reads the message in `bytes[at..end)`; undefined for one that is malformed or of another version. */
export function clusterPacket(
  bytes: Uint8Array,
  at: number,
  end: number,
  where: Sighting,
): ClusterPacket | undefined {
  if (!view.at(bytes, at, end) || !view.isWellFormed) return undefined;
  return {
    ...where,
    ...{ message: view.message, member: view.member, term: view.term, load: view.load },
    ...{ tunnels: view.value32Of(ClusterAttribute.tunnels), localAddress: localAddress() },
    ...{ draining: view.draining, inactive: view.inactive },
  };
}

function localAddress(): string | undefined {
  const octets = view.octetsOf(ClusterAttribute.localAddress, 4) ??
    view.octetsOf(ClusterAttribute.localAddress, 16);
  return octets && formatAddress(octets);
}
