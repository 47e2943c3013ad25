/**
 * A cluster as evidence shows it: who is where by the lab's topology and configuration, or, with
 * captures alone, by what the messages say; and the packets at the taps of each.
 */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { ClusterMessage } from "../../../captures/wire/tunnel_cluster.ts";
import type { Evidence, StimulusRecord, Tap } from "../../kit/evidence.ts";
import { LabView } from "../../kit/lab_view.ts";
import type { ParameterValue } from "../../kit/parameters.ts";
import type { TunnelClusterParameter } from "../parameters.ts";
import { declaredBy } from "./declared.ts";
import type { ClusterPacket } from "./cluster_messages.ts";
import type { PacketFacts } from "./cluster_packets.ts";
import { isSameMessage, type L2tpPacket } from "./l2tp_packets.ts";

/** Whether a packet is one of those that are looked for. */
export type Test = (packet: L2tpPacket) => boolean;
const ANY: Test = () => true;

/** A device of the cluster, or before it. */
export interface Place {
  node: string;
  /** Names of the taps on the cluster's network, and of those on the network before it. */
  inside: readonly string[];
  outside: readonly string[];
  /** Addresses on either side; none are known with captures alone. */
  insideAddresses: readonly string[];
  outsideAddresses: readonly string[];
}

/** A tunnel endpoint. */
export interface EndpointPlace extends Place {
  /** Its number within the cluster; -1 where nothing tells it. */
  member: number;
  /** Names of the taps on its link to the servers. */
  servers: readonly string[];
}

/** An SCCRP as it leaves an endpoint, and the request that it answers where that was seen. */
export interface Reply {
  endpoint: EndpointPlace;
  reply: L2tpPacket;
  request?: L2tpPacket;
}

const known = new WeakMap<PacketFacts, Cluster>();

/** The cluster of evidence; checks of the same evidence share it. */
export function clusterOf({ packets }: { packets: PacketFacts }, evidence: Evidence): Cluster {
  let cluster = known.get(packets);
  if (cluster === undefined) known.set(packets, cluster = new Cluster(packets, evidence));
  return cluster;
}

/** What evidence shows of a cluster. */
export class Cluster {
  readonly facts: PacketFacts;
  readonly evidence: Evidence;
  /** Whether a lab says who is who, and has a tap at every place where packets may pass. */
  readonly isLab: boolean;
  readonly endpoints: readonly EndpointPlace[];
  readonly initiators: readonly Place[];
  readonly master: Place | undefined;
  readonly nat: Place | undefined;
  /** Addresses on the cluster's network by member number, as configured or as told by messages. */
  readonly localAddresses: ReadonlyMap<number, string>;
  /** The address that initiators turn to; undefined where nothing tells it. */
  readonly masterAddress: string | undefined;
  readonly #lab: LabView;
  readonly #byTap: ReadonlyMap<string, L2tpPacket[]>;
  /** By tap and octets; made where it is asked for. */
  readonly #byOctets = new Map<string, Map<string, L2tpPacket[]>>();
  readonly #messagesByTap: ReadonlyMap<string, ClusterPacket[]>;

  constructor(facts: PacketFacts, evidence: Evidence) {
    this.facts = facts;
    this.evidence = evidence;
    this.isLab = evidence.topology !== undefined;
    this.#lab = new LabView(evidence);
    this.#byTap = Map.groupBy(facts.packets, ({ tap }) => tap);
    this.#messagesByTap = Map.groupBy(facts.messages, ({ tap }) => tap);
    this.endpoints = this.#lab.nodesOf("endpoint").map((node) => this.#endpointPlace(node));
    this.initiators = this.#lab.nodesOf("initiator").map((node) => this.place(node));
    const [master] = this.#lab.nodesOf("master"), [nat] = this.#lab.nodesOf("nat");
    this.master = master === undefined ? undefined : this.place(master);
    this.nat = nat === undefined ? undefined : this.place(nat);
    this.localAddresses = this.isLab ? this.#configured() : this.#told();
    this.masterAddress = this.#masterAddress();
  }

  /** A node with its taps and addresses. */
  place(node: string): Place {
    const inside = this.#lab.taps({ node, side: "lan" });
    const outside = this.#lab.taps({ node, side: "wan" });
    return {
      node,
      inside: inside.map(({ name }) => name),
      outside: outside.map(({ name }) => name),
      insideAddresses: inside.flatMap((tap) => this.#lab.addressesAt(tap)),
      outsideAddresses: outside.flatMap((tap) => this.#lab.addressesAt(tap)),
    };
  }

  /** What a device was configured to by the lab; its profile's parameters come first. */
  setting(node: string, field: string): unknown {
    return this.evidence.nodes[node]?.profile.parameters[field] ?? this.#lab.setting(node, field);
  }

  /** A choice that a device declares: see `declaredBy`. */
  declared(node: string, name: TunnelClusterParameter, otherwise?: ParameterValue): unknown {
    return declaredBy(this.evidence, node, name, otherwise);
  }

  /** Likewise a number, such as a time in milliseconds. */
  number(node: string, name: TunnelClusterParameter, otherwise: number): number | undefined {
    const declared = this.declared(node, name, otherwise);
    return declared === undefined ? undefined : Number(declared);
  }

  /** How the master shares load, where that is declared. */
  get policy(): string | undefined {
    const policy = this.master && this.declared(this.master.node, "policy", "lowest_load");
    return policy === undefined ? undefined : String(policy);
  }

  /** What a scenario did of one kind, to one node if given. */
  stimuli(kind: string, node?: string): StimulusRecord[] {
    return this.evidence.stimuli.filter((stimulus) =>
      stimulus.kind === kind && (node === undefined || stimulus.node === node)
    );
  }

  /** Instructions of one kind that nodes were given: `{ kind: "fail" }`, say. */
  instructions(kind: string, node?: string): Record<string, unknown>[] {
    return this.stimuli("instruct", node)
      .map(({ instruction }) => instruction as Record<string, unknown>)
      .filter((instruction) => instruction.kind === kind);
  }

  /** Whether all members were in service throughout, as far as the scenario knows. */
  get isUndisturbed(): boolean {
    const disturbing = ["fail", "leave", "rest", "drain"];
    return this.stimuli("kill").length === 0 && this.stimuli("link").length === 0 &&
      disturbing.every((kind) => this.instructions(kind).length === 0);
  }

  /** Packets at taps. */
  at(taps: readonly string[] | undefined, test: Test = ANY): L2tpPacket[] {
    return (taps ?? []).flatMap((tap) => (this.#byTap.get(tap) ?? []).filter(test));
  }

  /** Messages of a type at taps. */
  of(
    taps: readonly string[] | undefined,
    type: keyof typeof MessageType,
    test: Test = ANY,
  ): L2tpPacket[] {
    return this.at(taps, (p) => p.type === MessageType[type] && test(p));
  }

  /** Packets at taps that have the octets of a packet, whatever their addresses and ports. */
  copies(taps: readonly string[] | undefined, { octets }: L2tpPacket): L2tpPacket[] {
    return (taps ?? []).flatMap((tap) => {
      let index = this.#byOctets.get(tap);
      if (index === undefined) {
        index = Map.groupBy(this.#byTap.get(tap) ?? [], (packet) => packet.octets);
        this.#byOctets.set(tap, index);
      }
      return index.get(octets) ?? [];
    });
  }

  /** Messages within the cluster at taps. */
  messages(
    taps: readonly string[] | undefined,
    type?: keyof typeof ClusterMessage,
  ): ClusterPacket[] {
    return (taps ?? []).flatMap((tap) => this.#messagesByTap.get(tap) ?? [])
      .filter(({ message }) => type === undefined || message === ClusterMessage[type]);
  }

  /** Requests to the master address as they reach the master, and as it sent them on. */
  requests(): L2tpPacket[] {
    return this.of(this.master?.outside, "SCCRQ", (p) => p.destination === this.masterAddress);
  }

  forwarded(): L2tpPacket[] {
    return this.of(this.master?.inside, "SCCRQ");
  }

  /** Reports of load by a member, as they reach the master. */
  reports(member: number): ClusterPacket[] {
    return this.messages(this.master?.inside, "report").filter((m) => m.member === member);
  }

  /** What a member told of its load, by registering or reporting. */
  loads(member: number): ClusterPacket[] {
    return this.messages(this.master?.inside).filter((m) => m.member === member && m.load >= 0);
  }

  /** The taps where an endpoint's tunnels can be seen: its link inside, its own link. */
  tunnelTaps({ inside, outside }: EndpointPlace): string[] {
    return [...inside, ...outside];
  }

  /** The member that a request was forwarded to; undefined where its destination is nobody's. */
  memberAt(address: string): number | undefined {
    return [...this.localAddresses].find(([, local]) => local === address)?.[0];
  }

  /** The endpoint of a member number. */
  endpoint(member: number | undefined): EndpointPlace | undefined {
    return this.endpoints.find((endpoint) => endpoint.member === member);
  }

  /** Requests as they come to an endpoint over the cluster's network. */
  requestsAt({ inside, insideAddresses }: EndpointPlace): L2tpPacket[] {
    return this.of(inside, "SCCRQ", (p) => !this.isLab || insideAddresses.includes(p.destination));
  }

  /** Requests that an endpoint may have served: those that came to it as the master's successor too. */
  requestsServedAt(endpoint: EndpointPlace): L2tpPacket[] {
    const isOwn = (p: L2tpPacket) => p.destination === this.masterAddress;
    return [...this.requestsAt(endpoint), ...this.of(endpoint.outside, "SCCRQ", isOwn)];
  }

  /** SCCRPs as they leave the endpoints, on whichever link. */
  replies(): Reply[] {
    const keyOf = (address: string, tunnelId: number) => `${address}/${tunnelId}`;
    return this.endpoints.flatMap((endpoint) => {
      const replies = this.of(this.tunnelTaps(endpoint), "SCCRP");
      const requests = new Map<string, L2tpPacket>();
      for (const request of this.requestsServedAt(endpoint)) {
        const key = keyOf(request.source, request.assigned);
        if (!requests.has(key)) requests.set(key, request);
      }
      return replies.map((reply) => ({
        ...{ endpoint, reply },
        request: requests.get(keyOf(reply.destination, reply.tunnelId)),
      }));
    });
  }

  /** In a lab the configuration tells the cluster's network from that of the servers. */
  #endpointPlace(node: string): EndpointPlace {
    const place = this.place(node);
    if (!this.isLab) return { ...place, member: -1, servers: [] };
    const ports = this.setting(node, "wan") as { port: string; address: string }[] | undefined;
    const local = ports?.find(({ port }) => port === "local")?.address;
    const taps = this.#lab.taps({ node, side: "lan" });
    const isLocal = (tap: Tap) => local === undefined || this.#lab.addressesAt(tap).includes(local);
    return {
      ...place,
      inside: taps.filter(isLocal).map(({ name }) => name),
      servers: taps.filter((tap) => !isLocal(tap)).map(({ name }) => name),
      insideAddresses: taps.filter(isLocal).flatMap((tap) => this.#lab.addressesAt(tap)),
      member: Number(this.setting(node, "member") ?? -1),
    };
  }

  #configured(): Map<number, string> {
    return new Map(
      this.endpoints.flatMap(({ member, insideAddresses: [address] }) =>
        address === undefined ? [] : [[member, address] as const]
      ),
    );
  }

  /** Where members say that they are: requests go to the address of their registration. */
  #told(): Map<number, string> {
    const out = new Map<number, string>();
    for (const { message, member, source, localAddress } of this.facts.messages) {
      if (message === ClusterMessage.register) out.set(member, localAddress ?? source);
      else if (message === ClusterMessage.report && !out.has(member)) out.set(member, source);
    }
    return out;
  }

  #masterAddress(): string | undefined {
    for (const { node } of [this.master, this.nat].filter((place) => place !== undefined)) {
      const own = this.setting(node, "masterAddress");
      const shared = this.setting(node, "master") as { masterAddress?: string } | undefined;
      const found = own ?? shared?.masterAddress;
      if (found !== undefined) return String(found);
    }
    if (this.isLab) return undefined;
    // A request that is seen inside with another destination was forwarded.
    for (const sent of this.forwarded()) {
      const came = this.copies(this.master?.outside, sent).find((p) =>
        isSameMessage(p, sent) && p.destination !== sent.destination
      );
      if (came !== undefined) return came.destination;
    }
    return undefined;
  }
}

/** Whether an endpoint has a link of its own; others reach initiators by the NAT. */
export const isLinked = ({ outside }: EndpointPlace): boolean => outside.length > 0;
export const isLinkless = (endpoint: EndpointPlace): boolean => !isLinked(endpoint);
