import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { isStartedAnew } from "../../kit/started_anew.ts";
import { NAMING } from "./control_connection.ts";
import { Attribute, type ControlMessage, number16 } from "./message.ts";

const { SCCRQ, SCCRP, SCCCN } = MessageType;

/** What is known of a Tunnel ID of a peer. */
interface PeerTunnel {
  /** The message type that assigned it in this scenario; undefined before one did. */
  assignedBy?: number;
  /** Whether the device has sent anything there. */
  used: boolean;
}

/**
 * Tells messages of conversations before a scenario: a device that was not started for it goes on with
 * them, as with a StopCCN that nobody acknowledged. They go to Tunnel IDs that its peers had then.
 * Where a peer now assigns one of these anew, the device may take one conversation for the other.
 */
export class Remnants {
  /** How that came to be seen, as a sentence; undefined where it was not. */
  confused?: string;
  /** Nodes of devices that last. */
  readonly #lasting: ReadonlySet<string>;
  /** By place of capture and peer, then by Tunnel ID. */
  readonly #tunnels = new Map<string, Map<number, PeerTunnel>>();
  /** Places of capture and peers of which an identifier could not be read. */
  readonly #unreadable = new Set<string>();

  constructor({ world, nodes }: Pick<Evidence, "world" | "nodes">) {
    const all = world === "captures" ? [] : Object.entries(nodes);
    this.#lasting = new Set(
      all.flatMap(([node, { profile }]) => isStartedAnew(profile) ? [] : node),
    );
  }

  /** Whether a message, the next of its place, is one of a conversation before. */
  has(message: ControlMessage): boolean {
    if (this.#lasting.size === 0) return false;
    const { from, to, place, tunnelId } = message;
    if (!this.#lasting.has(from)) {
      this.#note(message);
      return false;
    }
    const key = `${place}|${to}`;
    if (tunnelId === 0 || this.#unreadable.has(key)) return false;
    const tunnel = this.#tunnel(key, tunnelId), { assignedBy } = tunnel;
    const isFirst = !tunnel.used;
    tunnel.used = true;
    if (assignedBy === undefined) return true;
    if (isFirst && !begins(message, assignedBy)) this.#confuse(tunnelId, from);
    return false;
  }

  #note(message: ControlMessage): void {
    if (!NAMING.includes(message.type)) return;
    const key = `${message.place}|${message.from}`;
    const id = number16(message, Attribute.assignedTunnel);
    if (id < 0) {
      this.#unreadable.add(key);
      return;
    }
    const tunnel = this.#tunnel(key, id);
    // What the device sends there may be meant for either conversation.
    if (tunnel.assignedBy === undefined && tunnel.used) this.#confuse(id, message.to);
    tunnel.assignedBy ??= message.type;
  }

  #tunnel(key: string, id: number): PeerTunnel {
    let tunnels = this.#tunnels.get(key);
    if (tunnels === undefined) this.#tunnels.set(key, tunnels = new Map());
    let tunnel = tunnels.get(id);
    if (tunnel === undefined) tunnels.set(id, tunnel = { used: false });
    return tunnel;
  }

  #confuse(id: number, device: string): void {
    this.confused ??=
      `"${device}" went on with a tunnel of before the scenario, which has Tunnel ID ${id} as well`;
  }
}

/**
 * Whether a device may send a message first in a tunnel that began in this scenario, right or wrong as
 * it is: not where its numbers say that both ends have said more than they have.
 * @param assignedBy The message type by which its peer assigned the Tunnel ID.
 */
function begins({ type, ns, nr }: ControlMessage, assignedBy: number): boolean {
  if (assignedBy === SCCRQ) return type === SCCRP || ns === 0 && nr <= 1;
  return assignedBy !== SCCRP || type === SCCCN || ns <= 1;
}
