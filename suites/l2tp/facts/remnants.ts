import type { Evidence } from "../../kit/evidence.ts";
import { isStartedAnew } from "../../kit/started_anew.ts";
import { NAMING } from "./control_connection.ts";
import { Attribute, type ControlMessage, number16 } from "./message.ts";

/**
 * Tells messages of conversations before a scenario: a device that was not started for it goes on with
 * them, as with a StopCCN that nobody acknowledged. They go to Tunnel IDs that its peers had then.
 */
export class Remnants {
  /** Nodes of devices that last. */
  readonly #lasting: ReadonlySet<string>;
  /** By place of capture and assigner: the Tunnel IDs assigned so far, or that one could not be read. */
  readonly #assigned = new Map<string, Set<number> | "unreadable">();

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
    const assigned = this.#assigned.get(`${place}|${to}`);
    return tunnelId !== 0 && assigned !== "unreadable" && assigned?.has(tunnelId) !== true;
  }

  #note(message: ControlMessage): void {
    if (!NAMING.includes(message.type)) return;
    const key = `${message.place}|${message.from}`, known = this.#assigned.get(key) ?? new Set();
    const id = number16(message, Attribute.assignedTunnel);
    this.#assigned.set(key, id < 0 || known === "unreadable" ? "unreadable" : known.add(id));
  }
}
