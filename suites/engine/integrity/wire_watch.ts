/**
 * Holds the captures of a lab against its wires while they are walked: whose frames are in a capture,
 * whether time rises in it, and whether what came out of a segment had gone into it and the other way
 * round. What a device does between its own interfaces is not looked at: that is for checks.
 */
import type { Frame } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { worstLateness } from "../../kit/lateness.ts";
import { isVirtual } from "../../kit/world.ts";
import { Census } from "./census.ts";
import { conditionsOf } from "./conditions.ts";
import type { Damage } from "./damage.ts";
import { PacketLedger } from "./packet_ledger.ts";
import { segmentDamage } from "./segment_damage.ts";
import { type EdgeTap, edgeTaps, type Segment } from "./segments.ts";
import { stimulusDamage } from "./stimulus_damage.ts";
import { type SegmentWatch, TapWatch } from "./tap_watch.ts";

/** Milliseconds by which frames of a real interface may stand in another order than their times. */
const DISORDER = 20;
/** Milliseconds between the times of a capture and those of the traces that nothing explains. */
const APART = 600_000;

/** The watch over one walk. */
export class WireWatch {
  readonly #evidence: Evidence;
  /** In the order of the evidence's taps. */
  readonly #taps: readonly TapWatch[];

  constructor(evidence: Evidence) {
    const { taps, captureCounters, topology, stimuli, world } = evidence;
    this.#evidence = evidence;
    const edges = topology === undefined ? [] : edgeTaps(topology);
    const places = taps.map(({ name }) => edges.find((edge) => edge?.name === name));
    // Where checksums show that the files are as they were written, numbers suffice.
    const isUnbound = taps.some(({ name }) => captureCounters[name]?.crc32 === undefined);
    const killed = new Set(stimuli.filter(({ kind }) => kind === "kill").map(({ node }) => node));
    const dead = new Set(edges.flatMap((edge) => killed.has(edge?.node) ? edge!.index : []));
    const disorder = isVirtual(world) ? 0 : DISORDER + worstLateness(evidence);
    const watches = segmentWatches(places, edges.length, isUnbound);
    this.#taps = places.map((edge) => {
      const shared = edge === undefined ? undefined : watches.get(edge.segment);
      return new TapWatch({ edge, shared, isUnbound, disorder, dead });
    });
  }

  /** Sees a frame of the tap at this position, whose headers were walked. */
  frame(frame: Frame, walk: HeaderWalker, tap: number): void {
    this.#taps[tap].see(frame, walk);
  }

  /**
   * What the captures show of damage, once all of them were walked.
   * @param spoilt Taps that are damaged otherwise: what they lack is told already.
   * @param traced Seconds since 1970 of the first and last trace record of the peers of ours.
   */
  damages(spoilt: ReadonlySet<string>, traced: readonly [number, number]): Damage[] {
    const { taps } = this.#evidence;
    const own = taps.map(({ name }, i) => this.#damageOf(name, this.#taps[i], spoilt, traced));
    const sound = (i: number) => own[i] === undefined && !spoilt.has(taps[i].name);
    const hosts = this.#taps.flatMap(({ edge, isKnown, first, fromHost, toHost, altered }, i) => {
      // Older labs gave other addresses: without them it is not known who sent what.
      const isOurs = isKnown || first !== first;
      return edge?.host !== undefined && isOurs && sound(i)
        ? { host: edge.host.node, tap: edge.name, fromHost, toHost, altered }
        : [];
    });
    return [
      ...own.filter((damage) => damage !== undefined),
      ...this.#segmentDamages(sound),
      ...stimulusDamage(this.#evidence, hosts),
    ];
  }

  /** What one capture shows of itself. */
  #damageOf(
    name: string,
    { foreign, foreignLink, falls, first, last }: TapWatch,
    spoilt: ReadonlySet<string>,
    [from, to]: readonly [number, number],
  ): Damage | undefined {
    const { topology, captureCounters } = this.#evidence;
    const damage = (kind: Damage["kind"], what: string): Damage => ({
      ...{ kind, what, concerns: { taps: [name] } },
    });
    if (foreign > 0) {
      const link = topology?.links[foreignLink]?.name ?? "none of this lab";
      return damage("changed", `frame ${foreign} of capture ${name} was on another link: ${link}`);
    }
    // A clock that was set back shows in a capture that nobody touched.
    const isBound = captureCounters[name]?.crc32 !== undefined && !spoilt.has(name);
    const kind = isBound ? "damaged" : "changed";
    if (falls > 0) return damage(kind, `time falls at frame ${falls} of capture ${name}`);
    const isApart = first > to * 1000 + APART || last < from * 1000 - APART;
    if (from <= to && isApart) {
      return damage(kind, `the times of capture ${name} are not those of the scenario`);
    }
    return undefined;
  }

  /** What captures of a segment show of one another; of those that are all sound themselves. */
  #segmentDamages(sound: (tap: number) => boolean): Damage[] {
    const lateness = worstLateness(this.#evidence), { world, topology } = this.#evidence;
    return [...new Set(this.#taps.flatMap(({ edge }) => edge?.segment ?? []))].flatMap(
      (segment) => {
        const positions = [...this.#taps.keys()]
          .filter((tap) => this.#taps[tap].edge?.segment === segment);
        const { shared } = this.#taps[positions[0]];
        if (shared === undefined || !positions.every(sound)) return [];
        return segmentDamage({
          ...{ segment, ...shared, world, lateness, taps: topology?.taps ?? [] },
          conditions: conditionsOf(this.#evidence, segment),
          end: Math.max(...positions.map((tap) => this.#taps[tap].last || 0)),
        });
      },
    );
  }
}

/**
 * What the captures of each segment share; nothing where one is alone, or others are missing.
 * @param taps Number of taps of the topology.
 */
function segmentWatches(
  places: readonly (EdgeTap | undefined)[],
  taps: number,
  isUnbound: boolean,
): Map<Segment, SegmentWatch> {
  const present = new Set(places.map((place) => place?.index));
  const segments = new Set(places.flatMap((place) => place?.segment ?? []));
  return new Map(
    [...segments].filter((segment) =>
      segment.taps.length > 1 && segment.taps.every((index) => present.has(index))
    ).map((segment) => [segment, {
      ...(isUnbound ? { ledger: new PacketLedger() } : { census: new Census(taps) }),
      isOversized: false,
    }]),
  );
}
