import type { Endpoint } from "../machine.ts";
import type { L2tpContext } from "./context.ts";
import { type DeliveryHost, ReliableDelivery } from "./reliable_delivery.ts";

/** Where the control messages of a tunnel go, as far as is known at the time. */
export interface ControlAddress {
  /** Tunnel IDs of both ends. */
  readonly localId: number;
  readonly peerId: number;
  /** Own port, and the peer's address. */
  readonly port: string;
  readonly remote: Endpoint;
}

/** The transport of a tunnel's control messages (RFC 2661 §5.8), over the port of its context. */
export function controlChannel(
  context: L2tpContext,
  address: ControlAddress,
  host: Pick<DeliveryHost, "lost" | "flushed">,
): ReliableDelivery {
  const { config, rules, timers } = context;
  const { outOfOrder, receiveWindow: window, retransmission } = config;
  const emit = (name: string, sessionId: number, body: Uint8Array, ns: number, nr: number) => {
    const tunnelId = rules.headerTunnelId(address.peerId, address.localId);
    const numbers = { tunnelId, sessionId, ns, nr };
    context.sendControl(address.port, address.remote, name, numbers, body);
  };
  return new ReliableDelivery({ ...retransmission, outOfOrder, window }, rules, {
    timers,
    transmit: ({ sessionId, body, name }, ns, nr) => emit(name, sessionId, body, ns, nr),
    acknowledge: (ns, nr) => emit("ZLB", 0, new Uint8Array(), ns, nr),
    ...host,
  });
}
