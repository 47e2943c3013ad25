/** Sentences about packets that many checks say. */
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, type PartialVerdict } from "../../kit/verdict.ts";
import { packetFacts } from "../facts/cluster_packets.ts";
import { clientDataFacts } from "../facts/client_data.ts";
import type { Test } from "../facts/cluster.ts";
import { formatPacket, type L2tpPacket } from "../facts/l2tp_packets.ts";
import { traceFacts } from "../facts/traces.ts";

/** What most checks need; what those need that ask devices as well; what those of clients' data need. */
export const PACKETS = { packets: packetFacts };
export const PACKETS_AND_TRACES = { packets: packetFacts, traces: traceFacts };
export const CLIENT_DATA = { data: clientDataFacts };

/** Fails at the first packet that breaks a rule. */
export function keepsTo(
  packets: readonly L2tpPacket[],
  expected: string,
  keeps: Test,
): PartialVerdict {
  const bad = packets.find((p) => !keeps(p));
  return bad && fail(expected, formatPacket(bad), frameRefs(bad));
}

/** Fails where there is a packet that must not be. */
export function isEmpty(packets: readonly L2tpPacket[], expected: string): PartialVerdict {
  if (packets.length === 0) return undefined;
  return fail(expected, formatPacket(packets[0]), frameRefs(...packets.slice(0, 4)));
}

/** Fails where nothing came of what provoked it. */
export function isThere(
  packets: readonly unknown[],
  expected: string,
  ...provoked: (L2tpPacket | undefined)[]
): PartialVerdict {
  return packets.length > 0 ? undefined : fail(expected, "none", frameRefs(...provoked));
}
