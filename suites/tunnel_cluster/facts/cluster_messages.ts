/** What a tap shows of the messages within the cluster, see `captures/wire/tunnel_cluster.ts`. */
import { ClusterView } from "../../../captures/view/tunnel_cluster.ts";
import { formatAddress } from "../../../captures/wire/address.ts";
import {
  ClusterAttribute,
  ClusterFlag,
  ClusterMessage,
} from "../../../captures/wire/tunnel_cluster.ts";
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
  sequence: number;
  /** Sequence number of what it answers, or of the heartbeat that was heard last; 0 for none. */
  acknowledged: number;
  /** Sessions that a report says stand; -1 for none. */
  sessions: number;
  /** The lower, the sooner a member takes over, of a registration; -1 where it does not say. */
  priority: number;
  /** What is wrong with it, though it can be read; undefined for nothing. */
  fault: string | undefined;
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
    ...{ draining: view.draining, inactive: view.inactive, sequence: view.sequence },
    acknowledged: view.acknowledged,
    sessions: view.value32Of(ClusterAttribute.sessions),
    priority: view.value16Of(ClusterAttribute.priority),
    fault: faultOf(view) ?? attributeFault() ?? behindFault(end - at),
  };
}

function localAddress(): string | undefined {
  const octets = view.octetsOf(ClusterAttribute.localAddress, 4) ??
    view.octetsOf(ClusterAttribute.localAddress, 16);
  return octets && formatAddress(octets);
}

const { register, registerAck, report, leave, claim, vote } = ClusterMessage;
/** Messages that endpoints alone send, and answers. */
const OF_ENDPOINTS: readonly number[] = [register, report, leave, claim, vote];
const ANSWERS: readonly number[] = [registerAck, vote];

const { localAddress: LOCAL, globalAddress, load, tunnels, sessions, priority, masterAddress } =
  ClusterAttribute;
/** Octets that the value of an attribute may have, by its type; those of others are free. */
const LENGTHS = new Map<number, readonly number[]>([
  ...[LOCAL, globalAddress, masterAddress].map((type) => [type, [4, 16]] as const),
  ...[load, priority].map((type) => [type, [2]] as const),
  ...[tunnels, sessions].map((type) => [type, [4]] as const),
]);

/** What is wrong with the attributes of a message, each for itself. */
function attributeFault(): string | undefined {
  const seen = new Set<number>();
  for (let more = view.firstAttribute(); more; more = view.nextAttribute()) {
    const { type, valueLength } = view.attribute, lengths = LENGTHS.get(type);
    if (lengths === undefined) continue;
    if (!lengths.includes(valueLength)) return `attribute ${type} has ${valueLength} octets`;
    if (seen.has(type)) return `attribute ${type} stands twice`;
    seen.add(type);
  }
  return undefined;
}

/** @param octets Those of the datagram. */
function behindFault(octets: number): string | undefined {
  return view.length === octets ? undefined : `${octets - view.length} octets are behind its end`;
}

/** What is wrong with a message that is well formed. */
function faultOf({ message, flags, member, acknowledged, load }: ClusterView): string | undefined {
  if (message < register || message > vote) return "the message is none of the nine";
  if ((flags & ~(ClusterFlag.draining | ClusterFlag.inactive)) !== 0) return "unused flags are set";
  if (flags !== 0 && message !== register && message !== report) {
    return "D or I stands in a message that tells no state";
  }
  if (member === 0 && OF_ENDPOINTS.includes(message)) return "Member is that of no endpoint";
  if (ANSWERS.includes(message) && acknowledged === 0) return "an answer does not say to what";
  if (load > FULL_LOAD) return "the load is more than can be";
  if (message === report && load < 0) return "a report tells no load";
  return message === register && localAddress() === undefined
    ? "a registration names no local address"
    : undefined;
}
