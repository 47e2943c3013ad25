/** All tunnels of a LAC or an LNS, by each of the ways in which they are looked for. */
import type { Endpoint } from "../machine.ts";
import type { CallConfig } from "./config.ts";
import type { Tunnel } from "./tunnel.ts";

/** The tunnels of one endpoint. */
export class TunnelTable {
  /** By own Tunnel ID. */
  readonly byId = new Map<number, Tunnel>();
  /** Those that others began, by `sccrqKey`. */
  readonly begun = new Map<string, Tunnel>();
  /** Those that this end began, by peer and index. */
  readonly dialled = new Map<string, Tunnel>();
  /** Those that others began and that are not established. */
  readonly halfOpen = new Set<Tunnel>();
  /** How often a peer was not to be had in a row, by peer and index. */
  readonly attempts = new Map<string, number>();
  /** Calls whose tunnel lost a tie. */
  readonly orphans: (CallConfig | undefined)[] = [];

  /** The tunnel of this peer that the peer gave this identifier; for StopCCN on tunnel 0. */
  named(from: Endpoint, assigned: number): Tunnel | undefined {
    for (const tunnel of this.byId.values()) {
      if (tunnel.peerId === assigned && tunnel.accepts(from) && assigned !== 0) return tunnel;
    }
    return undefined;
  }

  /** The tunnel to this address whose SCCRQ has not been answered. */
  waitingFor(address: string): Tunnel | undefined {
    for (const tunnel of this.dialled.values()) {
      if (tunnel.state === "wait_ctl_reply" && tunnel.remote.address === address) return tunnel;
    }
    return undefined;
  }

  /** Makes a tunnel unknown to everything but its own identifier. */
  unlist(tunnel: Tunnel): void {
    const { key } = tunnel;
    if (this.begun.get(key) === tunnel) this.begun.delete(key);
    if (this.dialled.get(key) === tunnel) this.dialled.delete(key);
  }
}
