/**
 * What the WAN taps show, in one streaming pass: for each sending device its sessions with their
 * identities and tunnels, its sequence numbers, its processor information. State per session.
 */
import type { Frame } from "../../../captures/frame.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { PacketType } from "../../../captures/wire/core_identity.ts";
import type { Accumulator, Evidence, Pass, Tap } from "../../evidence.ts";
import { DataReader } from "./data_reader.ts";
import { configured, type DeviceNode, deviceNodes, labKey, ownerOf } from "./nodes.ts";
import { DirectionState } from "./wan_direction.ts";
import type { WanDirection } from "./wan_types.ts";

const UDP = 17;

/** What the WAN taps show. */
export interface WanFacts {
  directions: WanDirection[];
  taps: number;
  /** The direction of a device; a device that sent nothing has an empty one. */
  of(node: string): WanDirection | undefined;
}

/** The pass over the WAN taps. */
export const wanFacts: Pass<WanFacts> = {
  name: "core_identity/wan",
  begin: (evidence) => new WanAccumulator(evidence),
};

class WanAccumulator implements Accumulator<WanFacts> {
  readonly #nodes: DeviceNode[];
  readonly #walker = new HeaderWalker();
  readonly #inner = new HeaderWalker();
  readonly #reader: DataReader;
  readonly #directions: DirectionState[];
  readonly #taps = new Set<string>();
  readonly #ports: Set<number>;

  constructor(evidence: Evidence) {
    this.#nodes = deviceNodes(evidence);
    this.#reader = new DataReader(labKey(evidence));
    this.#ports = new Set(this.#nodes.flatMap(({ name }) => {
      const wan = configured(evidence, name, "wan") as { udp?: number }[] | undefined;
      return (wan ?? []).map((w) => w?.udp ?? 49600);
    }));
    const names = this.#nodes.map((node) => node.name);
    this.#directions = this.#nodes.map((node) => new DirectionState(node, names));
  }

  wants(tap: Tap): boolean {
    return tap.side === "wan";
  }

  frame(frame: Frame, tap: Tap) {
    this.#taps.add(tap.name);
    const w = this.#walker;
    if (!w.walk(frame) || w.protocol !== UDP || w.l4 < 0 || w.end - w.l4 < 8) return;
    if (w.fragmentOffset > 0 || w.moreFragments || !this.#ports.has(w.destinationPort)) return;
    const v4 = w.ipVersion === 4, length = v4 ? 4 : 16;
    const from = ownerOf(this.#nodes, frame.bytes, w.l3 + (v4 ? 12 : 8), length);
    if (from < 0) return;
    const direction = this.#directions[from];
    const start = w.l4 + 8, type = start < w.end ? frame.bytes[start] & 15 : -1;
    const sent = this.#nodes[from].name === tap.node;
    if (type === PacketType.control) {
      if (sent) direction.control(frame, tap, start, w.end);
    } else if (type === PacketType.data) {
      const initiator = this.#nodes[from].initiator;
      if (!this.#reader.read(frame.bytes, frame.view, start, w.end, initiator)) {
        if (sent) direction.unreadable(frame, tap);
        return;
      }
      const to = ownerOf(this.#nodes, frame.bytes, w.l3 + (v4 ? 16 : 24), length);
      direction.data(frame, tap, this.#reader, this.#inner, sent, initiator, to);
    }
  }

  end(): WanFacts {
    const directions = this.#directions.map((d) => d.facts);
    return {
      directions,
      taps: this.#taps.size,
      of: (node) => directions.find((d) => d.node === node),
    };
  }
}
