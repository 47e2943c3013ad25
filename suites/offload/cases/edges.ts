/** Seed 002 L56-L66, L74, L84: encapsulation and decapsulation at the edge of a cloud. */
import type { EdgeConfig } from "../../../peers/offload/edge_config.ts";
import type { Check } from "../../kit/check.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { LabView } from "../../kit/lab_view.ts";
import type { Scenario } from "../../kit/scenario.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import { type Carried, type EdgeFacts, edgeFacts, type Tunnelled } from "../facts/edges.ts";
import { EDGE, ELSEWHERE } from "../scenarios/edge.ts";
import { kit, type OffloadId } from "../vocabulary.ts";
import { EDGE_MUTANTS } from "./edge_mutants.ts";

/** What the lab asks of an edge. */
type Asked = Pick<EdgeConfig, "tenants" | "remotes" | "cloud">;

function askedOf(evidence: Evidence, role: "encapsulator" | "decapsulator"): Asked {
  const [node] = new LabView(evidence).nodesOf(role);
  const { tenants = [], remotes = [], cloud } = (evidence.nodes[node]?.config ?? {}) as Asked;
  return { tenants, remotes, cloud };
}

/** What a datagram is judged by: what it is, and what was asked. */
type Judge = (carried: Carried, asked: Asked, facts: EdgeFacts) => PartialVerdict;

/** A case about each datagram of which something is true. */
function each(
  role: "encapsulator" | "decapsulator",
  name: string,
  title: string,
  covers: readonly [OffloadId, ...OffloadId[]],
  on: readonly [Scenario, ...Scenario[]],
  concerns: (carried: Carried, asked: Asked, facts: EdgeFacts) => boolean,
  judge: Judge,
): Check<OffloadId> {
  return kit.testCase({
    name: `${role}/${name}`,
    title,
    covers,
    judges: [role],
    on,
    needs: { edges: edgeFacts },
    stimulus({ edges }, evidence) {
      if (edges.format === undefined) return inconclusive("the lab has no edge of a cloud");
      const asked = askedOf(evidence, role);
      const datagrams = edges.datagrams.filter((carried) =>
        carried.heard[role] && concerns(carried, asked, edges)
      );
      if (datagrams.length === 0) return inconclusive("no such datagram of a tenant was captured");
      const isAlive = role === "decapsulator"
        ? edges.decapsulated
        : edges.strange.length > 0 || edges.datagrams.some(({ cloud }) => cloud);
      return isAlive ? datagrams : inconclusive(`the ${role} sent nothing`);
    },
    judge: ({ edges }, datagrams, evidence) => {
      const asked = askedOf(evidence, role);
      return gravestOf(datagrams, "datagram", (carried) => judge(carried, asked, edges));
    },
  });
}

/** The mapping of a datagram; undefined where the lab gives none. */
function remoteOf({ tenant, destination }: Carried, { tenants, remotes }: Asked) {
  const network = tenants.find(({ port }) => port === tenant)?.network;
  return remotes.find((remote) => remote.network === network && remote.address === destination);
}

const isMapped = (carried: Carried, asked: Asked) =>
  carried.sent !== undefined && remoteOf(carried, asked) !== undefined;
const inCloud = (carried: Carried, asked: Asked) =>
  carried.cloud !== undefined && isMapped(carried, asked);
const streamOf = ({ tenant, stream }: Carried) => `${tenant} ${stream}`;

/** The opaque field without what is each packet's own: length and checksum of UDP. */
function lasting({ protocol, opaque }: Tunnelled): string {
  return protocol === 17 ? `${opaque.slice(0, 8)}${opaque.slice(16)}` : opaque;
}

const ALL = [EDGE.udp_slots, EDGE.gre_key] as const;

const CHECKS = [
  each(
    "encapsulator",
    "layout",
    "Each datagram leaves behind an outer header and the opaque field, octet for octet",
    ["OFL-001", "OFL-002", "OFL-006"],
    ALL,
    isMapped,
    ({ sent, cloud }, _asked, { format, strange }) =>
      cloud !== undefined ? undefined : fail(
        `outer header, opaque field of ${format}, and the datagram as it came`,
        strange.length > 0
          ? "what left holds other octets, or holds them elsewhere"
          : "nothing left for it",
        frameRefs(...strange.slice(0, 1), sent),
      ),
  ),
  each(
    "encapsulator",
    "routed_by_outer",
    "What an encapsulator sends arrives by its outer destination alone",
    ["OFL-004"],
    ALL,
    (carried, asked) => inCloud(carried, asked) && remoteOf(carried, asked)!.address !== ELSEWHERE,
    ({ sent, cloud, far }) =>
      far !== undefined ? undefined : fail(
        "the packet at the host that it is for",
        `it was sent to ${cloud!.destination}, and did not arrive`,
        frameRefs(cloud, sent),
      ),
  ),
  each(
    "encapsulator",
    "mapping",
    "The outer destination is that of the mapping",
    ["OFL-005"],
    ALL,
    inCloud,
    (carried, asked) => {
      const { outer } = remoteOf(carried, asked)!, { cloud, sent } = carried;
      return cloud!.destination === outer ? undefined : fail(
        `outer destination ${outer} for ${carried.destination} of ${carried.tenant}`,
        cloud!.destination,
        frameRefs(cloud, sent),
      );
    },
  ),
  each(
    "encapsulator",
    "steady_opaque",
    "All packets of a stream have one opaque field",
    ["OFL-009"],
    ALL,
    inCloud,
    (carried, _asked, { datagrams }) => {
      const stream = streamOf(carried);
      const first = datagrams.find((other) =>
        other.cloud !== undefined && streamOf(other) === stream
      );
      const own = lasting(carried.cloud!), due = lasting(first!.cloud!);
      return own === due ? undefined : fail(
        `${due} in all packets of ${carried.stream}`,
        own,
        frameRefs(carried.cloud, first?.cloud),
      );
    },
  ),
  each(
    "encapsulator",
    "telling_opaque",
    "The opaque field tells networks and machines apart",
    ["OFL-010"],
    ALL,
    inCloud,
    (carried, _asked, { datagrams }) => {
      const other = datagrams.find(({ cloud, tenant, stream }) =>
        cloud !== undefined && tenant !== carried.tenant && stream === carried.stream &&
        lasting(cloud) === lasting(carried.cloud!)
      );
      return other === undefined ? undefined : fail(
        `other opaque fields for ${carried.tenant} and ${other.tenant}`,
        lasting(carried.cloud!),
        frameRefs(carried.cloud, other.cloud),
      );
    },
  ),
  each(
    "encapsulator",
    "slots_written",
    "Source slot and target slot stand at 12 and 14",
    ["OFL-079"],
    [EDGE.udp_slots],
    (carried, asked, { format }) => format === "udp_slots" && inCloud(carried, asked),
    (carried, asked) => {
      const own = asked.tenants.find(({ port }) => port === carried.tenant)?.members
        .find(({ address }) => address === carried.source);
      const remote = remoteOf(carried, asked)!;
      if (own === undefined) return undefined;
      const due = [own.slot, remote.slot].map((slot) => slot.toString(16).padStart(4, "0")).join(
        "",
      );
      const found = carried.cloud!.opaque.slice(24, 32);
      return found === due
        ? undefined
        : fail(`slots ${due} at 12 to 15`, found, frameRefs(carried.cloud, carried.sent));
    },
  ),
  each(
    "encapsulator",
    "gre_announced",
    "Checksum, key and sequence number of the GRE preset are announced",
    ["OFL-072"],
    [EDGE.gre],
    (carried, asked, { format }) => format === "gre" && inCloud(carried, asked),
    ({ cloud, sent }) =>
      cloud!.opaque.length === 32 && cloud!.opaque.startsWith("b000") ? undefined : fail(
        "16 octets that begin with the flags C, K and S, b000",
        `${cloud!.opaque.length / 2} octets: ${cloud!.opaque}`,
        frameRefs(cloud, sent),
      ),
  ),
  each(
    "decapsulator",
    "removed",
    "Outer header and opaque field are removed, and nothing else is changed",
    ["OFL-003"],
    ALL,
    ({ far, destination }, { tenants, cloud }) =>
      far !== undefined && far.destination === cloud?.address &&
      tenants.some(({ members }) => members.some(({ address }) => address === destination)),
    ({ far, arrived, tenant, receiver, sent }) =>
      arrived !== undefined && receiver === tenant ? undefined : fail(
        `the datagram on ${tenant}, octet for octet`,
        arrived === undefined ? "no such datagram left the cloud" : `it left on ${receiver}`,
        frameRefs(far, arrived, sent),
      ),
  ),
];

/** The section. */
export const EDGES_SECTION: Section = {
  title: "Seed 002 L56-L66, L74, L84: edges of the cloud",
  scenarios: Object.values(EDGE),
  checks: CHECKS,
  mutants: EDGE_MUTANTS,
};
