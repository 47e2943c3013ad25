/**
 * Whether a device began anew: the Control Sequence Numbers of an aggregated tunnel rise with every
 * message (catalogue D0-13), so that one which has fallen was sent by a device without a memory. One
 * that was restarted and waits to be asked says nothing: it knows its tunnels no longer, and leaves
 * KEEPALIVEs in them unanswered, though it may go on forwarding what it needs no memory for.
 */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { CoreIdentityControlView } from "../../../captures/view/core_identity_control.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { formatAddress } from "../../../captures/wire/address.ts";
import { PacketType, VERSION } from "../../../captures/wire/core_identity.ts";
import { Message } from "../../../captures/wire/core_identity_control.ts";
import { BoundedLog, BoundedTable } from "../../kit/bounds.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { LabView } from "../../kit/lab_view.ts";
import { refTo, timeOf } from "./sighting.ts";
import type { PositiveControl } from "../../kit/positive_control.ts";
import { inconclusive } from "../../kit/verdict.ts";

const CONTROL = VERSION << 4 | PacketType.control;
const SENDERS = 4096;
/** What was sent last in an aggregated tunnel: its number and its octets. */
interface Latest {
  sequence: number;
  octets: string;
}

/** What was asked of a device to see whether it lives. */
interface Asked {
  /** Seconds. */
  time: number;
  frame: FrameRef;
}

/** By node the message from which on it was another device, or none. */
export interface Restarts {
  /** The first message whose number had fallen. */
  fallen: ReadonlyMap<string, FrameRef>;
  /** The first KEEPALIVE since when it answered none. */
  silent: ReadonlyMap<string, FrameRef>;
}

/** Seconds of silence from which on a device is taken to be gone. */
const PATIENCE = 0.5;

/** The collector of restarts. */
export const restartFacts: FactCollector<Restarts> = {
  name: "core_identity/restarts",
  begin: (evidence) => new RestartCollector(evidence),
};

class RestartCollector extends Collector<Restarts> {
  readonly #isLab: boolean;
  readonly #lab: LabView;
  readonly #own = new Map<string, ReadonlySet<string>>();
  readonly #view = new CoreIdentityControlView();
  readonly #latest = new BoundedTable<string, Latest>(
    this.bound("aggregated tunnels at taps", SENDERS),
  );
  readonly #fallen = new Map<string, FrameRef>();
  /** When a node answered a KEEPALIVE last, and all of them that reached it. */
  readonly #answered = new Map<string, number>();
  readonly #asked = new BoundedTable<string, BoundedLog<Asked>>(this.bound("nodes asked", SENDERS));
  readonly #keepalives = this.bound("KEEPALIVEs to a node", 1 << 16);

  constructor(evidence: Evidence) {
    super();
    this.#isLab = evidence.world !== "captures";
    this.#lab = new LabView(evidence);
  }

  override wants({ side }: Tap): boolean {
    return this.#isLab && side === "wan";
  }

  override frame(frame: Frame, walk: HeaderWalker, tap: Tap): void {
    const { bytes, number } = frame, at = walk.udpPayload, view = this.#view;
    if (at < 0 || walk.moreFragments || bytes[at] !== CONTROL) return;
    if (!view.at(bytes, at, walk.end)) return;
    const { l3, ipVersion } = walk;
    const source = ipVersion === 4
      ? formatAddress(bytes, l3 + 12, l3 + 16)
      : formatAddress(bytes, l3 + 8, l3 + 24);
    if (!this.#addressesOf(tap.node).has(source)) return this.#asks(frame, tap);
    if (view.message === Message.keepaliveAck) {
      const last = this.#answered.get(tap.node) ?? -Infinity;
      this.#answered.set(tap.node, Math.max(last, timeOf(frame)));
    }
    if (this.#fallen.has(tap.node)) return;
    const { aggregateId, sequence } = view;
    const none = (): Latest => ({ sequence: 0, octets: "" });
    const latest = this.#latest.obtain(`${tap.name}|${aggregateId}`, none);
    if (latest === undefined) return;
    const octets = bytes.subarray(at, walk.end).toHex();
    // The same message twice in succession is a repetition: UDP may lose what is sent once. Whoever
    // begins anew may say again what it said earlier.
    // The numbers wrap (RFC 1982).
    if (latest.octets !== "" && (sequence - latest.sequence | 0) <= 0 && octets !== latest.octets) {
      this.#fallen.set(tap.node, { capture: tap.name, number });
    }
    Object.assign(latest, { sequence, octets });
  }

  #asks(frame: Frame, tap: Tap) {
    if (this.#view.message !== Message.keepalive) return;
    this.#asked.obtain(tap.node, () => new BoundedLog(this.#keepalives))
      ?.push({ time: timeOf(frame), frame: refTo(frame, tap) });
  }

  facts(): Restarts {
    const silent = new Map<string, FrameRef>();
    for (const [node, { items }] of this.#asked.entries()) {
      const answered = this.#answered.get(node) ?? -Infinity;
      const since = items.filter(({ time }) => time > answered).sort((a, b) => a.time - b.time);
      const [first] = since, last = since.at(-1);
      if (last !== undefined && last.time - first.time > PATIENCE) silent.set(node, first.frame);
    }
    return { fallen: this.#fallen, silent };
  }

  #addressesOf(node: string): ReadonlySet<string> {
    let own = this.#own.get(node);
    if (own === undefined) this.#own.set(node, own = new Set(this.#lab.addressesOf(node)));
    return own;
  }
}

/** No check passes a device that began anew, or fell silent. */
export const restartControl: PositiveControl<Restarts> = {
  facts: restartFacts,
  objection(restarts, evidence, role) {
    for (const node of new LabView(evidence).nodesOf(role)) {
      const fallen = restarts.fallen.get(node), silent = restarts.silent.get(node);
      if (fallen !== undefined) {
        return inconclusive(
          `the Control Sequence Number of the ${role} falls in frame ${fallen.number} of ${fallen.capture}, as if it had been restarted`,
        );
      }
      if (silent !== undefined) {
        return inconclusive(
          `the ${role} answers no KEEPALIVE from frame ${silent.number} of ${silent.capture} on, as if it had died or been restarted`,
        );
      }
    }
    return undefined;
  },
};
