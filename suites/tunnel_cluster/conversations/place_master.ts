/** Learns at which side of a cluster's master captures were taken, where nobody says so. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { ClusterMessage } from "../../../captures/wire/tunnel_cluster.ts";
import { seriesOf } from "../../kit/capture_series.ts";
import type { Evidence } from "../../kit/evidence.ts";
import type { Profile } from "../../kit/profile.ts";
import type { PacketFacts } from "../facts/cluster_packets.ts";

/** Members that must be seen to report before a place is taken for that of the master. */
const MEMBERS = 2;

/**
 * The evidence with the master at its captures: inside where several members report to one address,
 * outside where requests come that leave inside with another destination. Undefined where captures
 * do not show both, each by itself.
 */
export function placeMaster(
  { packets, messages }: PacketFacts,
  evidence: Evidence,
): Evidence | undefined {
  const places = new Map(evidence.taps.map((tap) => [tap.name, seriesOf(tap)]));
  const reports = messages.filter(({ message }) =>
    message === ClusterMessage.register || message === ClusterMessage.report
  );
  const masters = new Set(reports.map(({ destination }) => destination));
  const members = new Set(reports.map(({ member }) => member));
  const inside = new Set(messages.map(({ tap }) => places.get(tap)));
  // A member's own link shows its own messages alone.
  if (masters.size !== 1 || members.size < MEMBERS || inside.size !== 1) return undefined;
  const requests = packets.filter(({ type }) => type === MessageType.SCCRQ);
  const sent = requests.filter(({ tap }) => inside.has(places.get(tap)));
  const came = requests.filter(({ tap }) => !inside.has(places.get(tap)));
  const isForwarded = sent.some((one) =>
    came.some(({ octets, destination }) => octets === one.octets && destination !== one.destination)
  );
  const outside = new Set(came.map(({ tap }) => places.get(tap)));
  if (!isForwarded || outside.size !== 1) return undefined;
  // As the schema of profiles fills it in, which takes its time to load.
  const profile: Profile = {
    ...{ name: "the master", vendor: "", version: "", roles: ["master"], classes: [] },
    ...{ formats: {}, parameters: {}, exceptions: [] },
    attach: { kind: "captures", taps: {} },
    trace: { kind: "none" },
  };
  return {
    ...evidence,
    nodes: { master: { role: "master", config: {}, profile } },
    taps: evidence.taps.map((tap) => {
      const place = places.get(tap.name);
      if (inside.has(place)) return { ...tap, node: "master", side: "lan" as const };
      return outside.has(place) ? { ...tap, node: "master" } : tap;
    }),
  };
}
