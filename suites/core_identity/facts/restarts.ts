/**
 * Whether a device began anew: the Control Sequence Numbers of an aggregated tunnel rise with every
 * message (catalogue D0-13), so that one which has fallen was sent by a device without a memory.
 */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { CoreIdentityControlView } from "../../../captures/view/core_identity_control.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { formatAddress } from "../../../captures/wire/address.ts";
import { PacketType, VERSION } from "../../../captures/wire/core_identity.ts";
import { BoundedTable } from "../../kit/bounds.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { LabView } from "../../kit/lab_view.ts";
import type { PositiveControl } from "../../kit/positive_control.ts";
import { inconclusive } from "../../kit/verdict.ts";

const CONTROL = VERSION << 4 | PacketType.control;
const SENDERS = 4096;
/** What was sent last in an aggregated tunnel: its number and its octets. */
interface Latest {
  sequence: number;
  octets: string;
}

/** By node the first message whose number had fallen. */
export type Restarts = ReadonlyMap<string, FrameRef>;

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
  readonly #found = new Map<string, FrameRef>();

  constructor(evidence: Evidence) {
    super();
    this.#isLab = evidence.world !== "captures";
    this.#lab = new LabView(evidence);
  }

  override wants({ side }: Tap): boolean {
    return this.#isLab && side === "wan";
  }

  override frame({ bytes, number }: Frame, walk: HeaderWalker, tap: Tap): void {
    const at = walk.udpPayload, view = this.#view;
    if (at < 0 || walk.moreFragments || bytes[at] !== CONTROL) return;
    if (!view.at(bytes, at, walk.end) || this.#found.has(tap.node)) return;
    const { l3, ipVersion } = walk;
    const source = ipVersion === 4
      ? formatAddress(bytes, l3 + 12, l3 + 16)
      : formatAddress(bytes, l3 + 8, l3 + 24);
    if (!this.#addressesOf(tap.node).has(source)) return;
    const { aggregateId, sequence } = view;
    const none = (): Latest => ({ sequence: 0, octets: "" });
    const latest = this.#latest.obtain(`${tap.name}|${aggregateId}`, none);
    if (latest === undefined) return;
    const octets = bytes.subarray(at, walk.end).toHex();
    // The same message twice in succession is a repetition: UDP may lose what is sent once. Whoever
    // begins anew may say again what it said earlier.
    if (sequence <= latest.sequence && octets !== latest.octets) {
      this.#found.set(tap.node, { capture: tap.name, number });
    }
    Object.assign(latest, { sequence, octets });
  }

  facts(): Restarts {
    return this.#found;
  }

  #addressesOf(node: string): ReadonlySet<string> {
    let own = this.#own.get(node);
    if (own === undefined) this.#own.set(node, own = new Set(this.#lab.addressesOf(node)));
    return own;
  }
}

/** No check passes a device that began anew. */
export const restartControl: PositiveControl<Restarts> = {
  facts: restartFacts,
  objection(restarts, evidence, role) {
    for (const node of new LabView(evidence).nodesOf(role)) {
      const frame = restarts.get(node);
      if (frame !== undefined) {
        return inconclusive(
          `the Control Sequence Number of the ${role} falls in frame ${frame.number} of ${frame.capture}, as if it had been restarted`,
        );
      }
    }
    return undefined;
  },
};
