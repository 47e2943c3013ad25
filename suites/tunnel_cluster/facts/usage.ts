/** How many tunnels and sessions stood at an endpoint, as its own taps show it. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Cluster, EndpointPlace } from "./cluster.ts";
import { isData, type L2tpPacket } from "./l2tp_packets.ts";
import { type Tunnel, tunnelsOfEndpoints } from "./tunnels.ts";

const { SCCRQ, SCCCN, StopCCN, ICRQ, OCRQ } = MessageType;

/** The least and the most that may be told. */
export interface Range {
  low: number;
  high: number;
}

/** What an endpoint's taps show of its tunnels and sessions. */
export class Usage {
  readonly #tunnels: readonly Tunnel[];
  readonly #packets: readonly L2tpPacket[];
  readonly #own: readonly string[];

  constructor(cluster: Cluster, endpoint: EndpointPlace) {
    this.#tunnels = tunnelsOfEndpoints(cluster).filter(({ place }) => place === endpoint);
    this.#packets = cluster.at(cluster.tunnelTaps(endpoint));
    this.#own = [...endpoint.insideAddresses, ...endpoint.outsideAddresses];
  }

  /**
   * Tunnels that may be told at a moment: at the least those that were established and go on, at the
   * most one for each request that came. @param late Seconds of lateness.
   */
  tunnels(time: number, late: number): Range {
    const standing = this.#tunnels.filter(({ reply, toEndpoint, toInitiator }) =>
      reply.assigned > 0 && toEndpoint.some((p) => p.type === SCCCN && p.time < time - late) &&
      toInitiator.some((p) => p.time > time + late && p.type !== StopCCN) &&
      ![...toEndpoint, ...toInitiator].some((p) => p.type === StopCCN && p.time <= time + late)
    );
    const asked = this.#packets.filter((p) =>
      p.type === SCCRQ && !this.#own.includes(p.source) && p.time <= time + late
    );
    return {
      low: new Set(standing.map(({ reply }) => reply.assigned)).size,
      high: new Set(asked.map((p) => `${p.source}:${p.sourcePort} ${p.octets}`)).size,
    };
  }

  /** Likewise sessions: those with data of the endpoint before and after, and one for each request. */
  sessions(time: number, late: number): Range {
    // Two initiators may assign the same: then there are more than are counted.
    const keyOf = (p: L2tpPacket) => `${p.tunnelId}/${p.sessionId}`;
    const data = this.#packets.filter((p) => isData(p) && this.#own.includes(p.source));
    const before = new Set(data.filter((p) => p.time < time - late).map(keyOf));
    const after = new Set(data.filter((p) => p.time > time + late).map(keyOf));
    const asked = this.#packets.filter((p) =>
      (p.type === ICRQ || p.type === OCRQ) && p.time <= time + late
    );
    return {
      low: [...before].filter((key) => after.has(key)).length,
      high: new Set(asked.map((p) => `${p.source}:${p.sourcePort} ${p.octets}`)).size,
    };
  }
}
