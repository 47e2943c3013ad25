/**
 * Control messages that name no tunnel of this end: an SCCRQ, which may collide with an own one, and what
 * names an unknown tunnel (RFC 2661 §4.4.3, §5.3, §7.2.1). A refusal for want of room keeps no state, so that a flood finds nothing to fill.
 */
import * as l2tp from "../../captures/wire/l2tp.ts";
import { viewAvps } from "../../captures/wire/l2tp_avp.ts";
import type { Endpoint } from "../machine.ts";
import type { L2tpContext } from "./context.ts";
import { type Fault, resultCode } from "./fault.ts";
import { readMessage, type ReceivedMessage } from "./read_message.ts";
import type { Tunnel } from "./tunnel.ts";
import type { TunnelPeer } from "./tunnel_peer.ts";
import type { TunnelTable } from "./tunnel_table.ts";
import { writeMessage } from "./write_message.ts";

/** What is asked of the LAC or LNS that a message came to. */
export interface TunnelRegistry {
  readonly context: L2tpContext;
  readonly tunnels: TunnelTable;
  /** The administrator shuts this end down: nothing is begun any more. */
  readonly shuttingDown: boolean;
  /** A new tunnel, in no table yet that peers look into. */
  newTunnel(initiator: boolean, peer: TunnelPeer): Tunnel;
  /** Makes a call within a tunnel. */
  dial(overrides: Record<string, unknown>, now: number, within: Tunnel): void;
}

/** A control message as it arrived; its AVPs stand in `packet[start..end)`. */
export interface ArrivedControl {
  header: l2tp.L2tp;
  /** Own port. */
  port: string;
  packet: Uint8Array;
  start: number;
  end: number;
  from: Endpoint;
}

/** Takes a control message with Tunnel ID 0. */
export function handleTunnelZero(
  registry: TunnelRegistry,
  arrived: ArrivedControl,
  now: number,
): void {
  const { header, packet, start, end, from } = arrived;
  const { context, tunnels } = registry;
  const { rules } = context;
  if (start === end) return context.discard("no tunnel", from, { tunnelId: 0 });
  const message = readMessage(viewAvps(packet, start, end), context.secret, rules);
  const assigned = message.values.assignedTunnelId ?? 0;
  const key = rules.sccrqKey(from, assigned);
  const known = tunnels.begun.get(key);
  if (rules.opensTunnel(message.name)) {
    const tunnel = known ?? requested(registry, message, key, arrived, now);
    tunnel?.control(header, packet, start, end, from, now, message);
    if (known !== undefined || tunnel === undefined) return;
    // One whose SCCRQ is not the first message of its sender never begins.
    if (tunnel.state === "idle" && tunnel.phase === "open") return tunnel.discard();
    return adopt(registry, tunnel, now);
  }
  if (message.name === "StopCCN" && rules.findsByAssignedTunnelId) {
    const tunnel = known ?? tunnels.named(from, assigned);
    if (tunnel !== undefined) return tunnel.control(header, packet, start, end, from, now);
  }
  context.discard("no tunnel", from, { tunnelId: 0, message: message.name });
}

/** Takes a control message for a tunnel that does not exist: row `idle` of RFC 2661 §7.2.1. */
export function handleUnknownTunnel(
  context: L2tpContext,
  tunnels: TunnelTable,
  arrived: ArrivedControl,
): void {
  const { header: { tunnelId }, packet, start, end, from, port } = arrived;
  const { rules, secret } = context;
  const message = readMessage(viewAvps(packet, start, end), secret, rules);
  context.discard("no tunnel", from, { tunnelId, message: message.name });
  if (message.name !== "SCCRP" || !rules.answersStraySccrp) return;
  refuse(context, tunnels, message, port, from, rules.strayFault, tunnelId);
}

/** A tunnel for an SCCRQ that is not a repetition; undefined when it gets none. */
function requested(
  registry: TunnelRegistry,
  message: ReceivedMessage,
  key: string,
  { port: arrived, from }: ArrivedControl,
  now: number,
): Tunnel | undefined {
  const { context, tunnels } = registry;
  const { rules, config } = context;
  const port = rules.replyPort(arrived, config.reply);
  const room = tunnels.byId.size < config.tunnelLimit && hasRoom(registry);
  if (registry.shuttingDown) {
    refuse(context, tunnels, message, port, from, rules.shutdownFault);
    return undefined;
  }
  if (!room) {
    refuse(context, tunnels, message, port, from, rules.resourceFault);
    return undefined;
  }
  if (message.fault === undefined && !winsTie(registry, message, from, now)) return undefined;
  const tunnel = registry.newTunnel(false, { port, remote: rules.replyTo(from), source: from });
  tunnel.key = key;
  tunnels.begun.set(key, tunnel);
  tunnels.halfOpen.add(tunnel);
  tunnel.setUp(now);
  return tunnel;
}

/** Whether another half-open tunnel may be, after making room for it where that is configured. */
function hasRoom({ context, tunnels, shuttingDown }: TunnelRegistry): boolean {
  const { rules, config } = context;
  const { halfOpenLimit: limit, halfOpenFull } = config;
  if (rules.mayOpenHalf(tunnels.halfOpen.size, limit)) return true;
  if (halfOpenFull === "refuse" || shuttingDown) return false;
  const [oldest] = tunnels.halfOpen;
  oldest?.discard();
  return rules.mayOpenHalf(tunnels.halfOpen.size, limit);
}

/** What a tunnel that lost a tie was for goes into the winner's. */
function adopt(registry: TunnelRegistry, tunnel: Tunnel, now: number): void {
  if (tunnel.phase !== "open") return;
  for (const call of registry.tunnels.orphans.splice(0)) {
    if (call !== undefined) registry.dial({ ...call, tunnel: undefined }, now, tunnel);
  }
}

/** Settles a collision with an own SCCRQ to the same peer; false: the peer's is discarded. */
function winsTie(
  { context, tunnels }: TunnelRegistry,
  message: ReceivedMessage,
  from: Endpoint,
  now: number,
): boolean {
  const { rules } = context;
  const ownTunnel = tunnels.waitingFor(from.address);
  if (ownTunnel === undefined) return true;
  const tie = rules.tie(ownTunnel.tieBreaker, message.values.tieBreaker);
  if (tie === "two_tunnels") return true;
  if (tie !== "win") {
    if (rules.announcesLostTie) ownTunnel.close({ result: 3 }, now);
    else ownTunnel.loseTie(now);
    // Where both lose there is no winner whose tunnel the calls could go into.
    if (tie === "both_lose") tunnels.orphans.length = 0;
  }
  if (tie !== "lose") context.discard("tie", from, { tie });
  return tie === "lose";
}

/**
 * Sends a StopCCN once, for a tunnel that there is no memory of.
 * @param addressed Tunnel ID by which the peer addressed it, which is then the one that this end
 * assigned (RFC 2661 §4.4.3); 0 for none.
 */
function refuse(
  context: L2tpContext,
  tunnels: TunnelTable,
  message: ReceivedMessage,
  port: string,
  to: Endpoint,
  fault: Fault,
  addressed = 0,
): void {
  const { rules, hiding, random } = context;
  const assignedTunnelId = addressed || rules.assignsId(random, (id) => tunnels.byId.has(id));
  const peer = message.values.assignedTunnelId ?? 0;
  const values = { assignedTunnelId, resultCode: resultCode(fault) };
  const body = writeMessage("StopCCN", values, hiding, rules);
  context.trace("stop_ccn", { direction: "sent", tunnel: 0, peer_tunnel: peer, ...fault });
  const tunnelId = rules.headerTunnelId(peer, assignedTunnelId);
  const numbers = { tunnelId, sessionId: 0, ns: 0, nr: 1 };
  context.sendControl(port, rules.replyTo(to), "StopCCN", numbers, body);
}
