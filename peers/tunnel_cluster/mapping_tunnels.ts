/**
 * The tunnels that share a mapping, as an initiator may have several from one port to one
 * endpoint: a mapping is closed once the last of them has ended (D4-07).
 */
import type { L2tpView } from "../../captures/view/l2tp.ts";
import { MessageType } from "../../captures/wire/l2tp_message.ts";
import { requestType } from "./request.ts";

/** Tunnels by the identifier that the initiator assigned; -1 where the endpoint's is hidden. */
export class MappingTunnels {
  readonly #standing = new Map<number, number>();

  /** Tunnels that stand. */
  get size(): number {
    return this.#standing.size;
  }

  /**
   * Records a message that passes the NAT.
   * @param outward Whether it goes from the endpoint to the initiator.
   * @returns Whether a tunnel began with it or ended.
   */
  pass(l2tp: L2tpView, outward: boolean): "began" | "ended" | undefined {
    const type = requestType(l2tp);
    if (type !== MessageType.SCCRP && type !== MessageType.StopCCN) return undefined;
    const { tunnelId: header, assignedTunnelId: assigned } = l2tp;
    if (type === MessageType.StopCCN) {
      this.#end(outward ? header : assigned, outward ? assigned : header);
      return "ended";
    }
    if (!outward) return undefined;
    this.#standing.set(header, assigned);
    return "began";
  }

  /** Ends a tunnel by either identifier; a hidden one is taken for the only tunnel, if there is one. */
  #end(initiators: number, endpoints: number) {
    if (this.#standing.delete(initiators)) return;
    for (const [initiatorId, endpointId] of this.#standing) {
      const hidden = endpointId < 0 && this.#standing.size === 1;
      if (hidden || endpointId === endpoints) this.#standing.delete(initiatorId);
    }
  }
}
