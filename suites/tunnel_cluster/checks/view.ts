/** What the checks of this suite share: packets by tap, and sentences about them. */
import type { FrameRef } from "../../../captures/frame.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { ClusterMessage } from "../../../captures/wire/tunnel_cluster.ts";
import type { Check } from "../../kit/check.ts";
import { check } from "../../kit/legacy.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { fail, inconclusive, pass, type Verdict } from "../../kit/verdict.ts";
import type { TraceRecord } from "../../../peers/machine.ts";
import type { ClusterPacket } from "../facts/cluster_messages.ts";
import { type L2tpPacket, type PacketFacts, packetFacts } from "../facts/packets.ts";
import type { TunnelClusterId } from "../requirements.ts";
import { ADDRESS, ENDPOINTS, globalAddress, localAddress } from "../topologies.ts";

/** What one part of a judgement says; undefined lets the judgement go on. */
export type Step = Verdict | undefined;
/** The devices of a cluster. */
export type Role = "initiator" | "master" | "endpoint" | "nat";
type Test = (packet: L2tpPacket) => boolean;

/** A packet in words. */
export const told = (p: L2tpPacket) =>
  `${p.source}:${p.sourcePort} > ${p.destination}:${p.destinationPort} type ${p.type}`;
/** Frames of the packets that there are. */
export const refs = (...all: ({ frame: FrameRef } | undefined)[]) =>
  all.flatMap((p) => p === undefined ? [] : [p.frame]);
/** The configuration that a device of the evidence was given; empty for one that is not in it. */
export const configOf = (evidence: Evidence, node: string) =>
  (evidence.nodes[node]?.config ?? {}) as Record<string, unknown>;
/** Inconclusive for a device that keeps what it does to itself. */
export function tells(evidence: Evidence, node: string): Step {
  const { trace } = evidence.nodes[node]?.profile ?? {};
  return trace?.kind === "jsonl" ? undefined : inconclusive(`${node} tells nothing of itself`);
}

/** The first step that ends the judgement. */
export const all = (...steps: Step[]): Verdict =>
  steps.find((step) => step !== undefined && step.verdict !== "pass") ?? pass;

/** The packets of the evidence. */
export class View {
  readonly #facts: PacketFacts;

  constructor(facts: PacketFacts) {
    this.#facts = facts;
  }

  get facts(): PacketFacts {
    return this.#facts;
  }

  /** Packets at a tap. */
  at(tap: string, test: Test = () => true): L2tpPacket[] {
    return this.#facts.packets.filter((p) => p.tap === tap && test(p));
  }

  /** Messages of a type at a tap. */
  of(tap: string, type: keyof typeof MessageType, test: Test = () => true): L2tpPacket[] {
    return this.at(tap, (p) => p.type === MessageType[type] && test(p));
  }

  /** Requests to the master address as they reach the master, and as it sent them on. */
  requests(): L2tpPacket[] {
    return this.of("ext-m", "SCCRQ", (p) => p.destination === ADDRESS.master);
  }

  forwarded(): L2tpPacket[] {
    return this.of("lan-m", "SCCRQ");
  }

  /** Messages within the cluster at a tap. */
  messages(tap: string, type: keyof typeof ClusterMessage): ClusterPacket[] {
    return this.#facts.messages.filter((m) => m.tap === tap && m.message === ClusterMessage[type]);
  }

  /** Reports of load by a member, as they reach the master. */
  reports(member: number): ClusterPacket[] {
    return this.messages("lan-m", "report").filter((m) => m.member === member);
  }

  /** What a member told of its load, by registering or reporting. */
  loads(member: number): ClusterPacket[] {
    return this.#facts.messages.filter((m) =>
      m.tap === "lan-m" && m.member === member && m.load >= 0
    );
  }

  /** What a node has traced. */
  events(node: string, event: string): TraceRecord[] {
    return this.#facts.traces.filter((t) => t.node === node && t.event === event);
  }

  /** SCCRPs as they leave the endpoints, on whichever link. */
  replies(): { n: number; request?: L2tpPacket; reply: L2tpPacket }[] {
    return ENDPOINTS.flatMap((n) =>
      [`lan-e${n}`, `ext-e${n}`].flatMap((tap) =>
        this.of(tap, "SCCRP").map((reply) => ({
          ...{ n, reply },
          request: this.of(`lan-e${n}`, "SCCRQ").find((r) =>
            r.assigned === reply.tunnelId && r.source === reply.destination
          ),
        }))
      )
    );
  }

  /** Inconclusive unless there is one at least. */
  needs(packets: readonly unknown[], what: string): Step {
    return packets.length > 0 ? undefined : inconclusive(`no ${what} was captured`);
  }

  /** Fails at the first packet that breaks a rule; inconclusive without any. */
  each(packets: readonly L2tpPacket[], what: string, words: string, test: Test): Step {
    const bad = packets.find((p) => !test(p));
    return this.needs(packets, what) ??
      (bad === undefined ? undefined : fail(words, told(bad), refs(bad)));
  }

  /** Fails when there is such a packet. */
  none(packets: readonly L2tpPacket[], words: string): Step {
    return packets.length === 0
      ? undefined
      : fail(words, told(packets[0]), refs(...packets.slice(0, 4)));
  }
}

/** A check of this suite. */
export function clusterCheck(
  name: string,
  title: string,
  covers: readonly [TunnelClusterId, ...TunnelClusterId[]],
  role: Role,
  on: readonly [string, ...string[]],
  judge: (view: View, evidence: Evidence) => Verdict,
): Check<TunnelClusterId> {
  return check<TunnelClusterId, { packets: typeof packetFacts }>({
    ...{ id: `tunnel_cluster/${role}/${name}`, title, covers, judges: [role] },
    on: on.map((id) => `tunnel_cluster/${id}`) as [string, ...string[]],
    needs: { packets: packetFacts },
    judge: ({ packets }, evidence) => judge(new View(packets), evidence),
  });
}

export { ADDRESS, ENDPOINTS, fail, globalAddress, inconclusive, localAddress, pass };
