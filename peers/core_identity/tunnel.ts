import type { Endpoint } from "../machine.ts";
import type { AssociationHost } from "./association_host.ts";
import type { NodeConfig } from "./config.ts";
import type { TunnelView } from "./rules.ts";

/** One tunnel of an aggregate: a pair of WAN endpoints ([0031]). */
export interface Tunnel extends TunnelView {
  state: "opening" | "up" | "down";
  /** Own WAN port. */
  port: string;
  remote: Endpoint;
  /** Sequence number that the next data packet takes. */
  nextSequence: number;
  /** When a control message is due next. */
  due: number;
  /** Control messages without an answer in a row. */
  unanswered: number;
  /** Sequence number and time of the last message that awaits an answer. */
  asked: { sequence: number; at: number };
  /** When anything arrived last. */
  heard: number;
}

/** A tunnel before its first message. */
export function newTunnel(
  id: number,
  pair: number,
  port: string,
  remote: Endpoint,
  cost: { bandwidth: number; tariff: number },
  now: number,
  nextSequence: number,
): Tunnel {
  return {
    id,
    pair,
    state: "opening",
    port,
    remote,
    roundTrip: Infinity,
    ...cost,
    sent: 0,
    nextSequence,
    due: now,
    unanswered: 0,
    asked: { sequence: 0, at: now },
    heard: now,
  };
}

type Peer = NodeConfig["peers"][number];

/** The tunnels that an end opens to a peer: one on each pair of networks that its rules choose. */
export function tunnelsToOpen(
  { rules, config }: AssociationHost,
  peer: Peer,
  now: number,
): Tunnel[] {
  const { wan, everyPair, pinnedTunnel } = config, peers = peer.wan.length;
  if (!rules.acceptsAggregate(wan.length, peers)) return [];
  return wan.flatMap((local, i) =>
    peer.wan.flatMap((remote, j) => {
      const pair = i * peers + j + 1, id = rules.tunnelId(i, j, peers);
      if (!rules.opensTunnel(i, j, everyPair || pinnedTunnel === pair)) return [];
      const at = now + rules.opensAfter(pair - 1), first = rules.firstTunnelSequence;
      return newTunnel(id, pair, local.port, remote, local, at, first);
    })
  );
}

/** The tunnel that a peer asks for by a HELLO; undefined where it is not accepted. */
export function tunnelAccepted(
  { config, rules }: AssociationHost,
  peer: Peer,
  id: number,
  { port, from }: { port: string; from: Endpoint },
  now: number,
): Tunnel | undefined {
  if (!peer.wan.some((w) => w.address === from.address)) return undefined;
  if (!rules.acceptsAggregate(config.wan.length, peer.wan.length)) return undefined;
  const wan = config.wan.find((w) => w.port === port);
  return wan && newTunnel(id, 0, port, from, wan, now, rules.firstTunnelSequence);
}
