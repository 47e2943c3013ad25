/** What a card made of packets, each way: those that came against those that left. */
import type { Frame } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { LabView } from "../../kit/lab_view.ts";
import { toleranceOf } from "../../kit/lateness.ts";
import type { IdRule, PairDeclaration } from "../pairing/declaration.ts";
import { type PairFacts, PairJudge } from "../pairing/pair_judge.ts";
import { declared, implementationOf, presetsOf } from "./declared.ts";
import { type LonePair, lonePair, privateFormat } from "./lone_pair.ts";
import { type Way, Ways } from "./ways.ts";

/**
 * What there is of each way, of a pair of captures one alone; a sentence without a full stop where the
 * evidence shows no card.
 */
export type CardFacts = Readonly<Partial<Record<Way, PairFacts>>> | string;

/** Where nothing was done of what is declared, but all of the opposite, nobody tells which is wrong. */
const OTHER_WAY =
  "the captures show the opposite of what is declared: name the capture of what came first and that " +
  "of what left second, or declare the other direction";

/**
 * Milliseconds by which a lab may have made a card hold a segment for longer: it may have learned of the
 * segment late, and of its deadline too.
 */
export const lateBy = (evidence: Evidence, node: string) =>
  // The card's clock, and those of the taps, are read by programs that any other may hold up.
  toleranceOf(evidence, node, node) + (evidence.lateness?.machine ?? 0);

/** The facts of the first card of a lab. */
export const pairFacts: FactCollector<CardFacts> = {
  name: "offload/pairs",
  begin: (evidence) => new PairCollector(evidence),
};

class PairCollector extends Collector<CardFacts> {
  readonly #ways: Ways;
  readonly #judges: Readonly<Record<Way, PairJudge>> | undefined;
  /** Captures that came alone, and their judge. */
  readonly #pair: LonePair | string;
  readonly #pairJudge: PairJudge | undefined;

  constructor(evidence: Evidence) {
    super();
    this.#ways = new Ways(evidence);
    const isLone = evidence.world === "captures";
    this.#pair = isLone
      ? lonePair(evidence)
      : "the evidence is that of a lab without a network card";
    const bounds = {
      packets: this.bound("packets of one side of a card", 2_000_000),
      flows: this.bound("flows", 100_000),
    };
    if (typeof this.#pair !== "string") {
      const { node, direction } = this.#pair;
      this.#pairJudge = new PairJudge(declarationOf(evidence, node, direction), bounds);
    }
    const [node] = new LabView(evidence).nodesOf("nic");
    if (node === undefined || evidence.topology === undefined) return;
    this.#judges = {
      send: new PairJudge(declarationOf(evidence, node, "segmentation"), bounds),
      receive: new PairJudge(declarationOf(evidence, node, "coalescing"), bounds),
    };
  }

  override wants(): boolean {
    return this.#judges !== undefined || this.#pairJudge !== undefined;
  }

  override frame(frame: Frame, walk: HeaderWalker, tap: Tap) {
    if (this.#pairJudge !== undefined && typeof this.#pair !== "string") {
      this.#pairJudge[this.#pair.isEntry(tap) ? "came" : "left"](frame, walk, tap.name);
      return;
    }
    const way = this.#ways.of(frame, tap), judge = way && this.#judges?.[way];
    if (judge === undefined) return;
    judge[Ways.isEntry(way!, tap) ? "came" : "left"](frame, walk, tap.name);
  }

  facts(): CardFacts {
    if (this.#pairJudge !== undefined) {
      const all = this.#pairJudge.judgeAll();
      const isIdle = all.every(({ units }) => units === 0);
      if (isIdle && this.#pairJudge.isOtherWay()) return OTHER_WAY;
      const ways = all.map((facts): [Way, PairFacts] => [
        facts.direction === "segmentation" ? "send" : "receive",
        facts,
      ]);
      return Object.fromEntries(ways);
    }
    if (this.#judges === undefined) return String(this.#pair);
    return { send: this.#judges.send.judge(), receive: this.#judges.receive.judge() };
  }
}

/**
 * What a card declares of one way.
 * @param isLone Whether captures are judged by themselves, whatever made them.
 */
export function declarationOf(
  evidence: Evidence,
  node: string,
  direction: PairDeclaration["direction"],
  isLone = evidence.world === "captures",
): PairDeclaration {
  const own = isLone ? privateFormat(evidence.nodes[node].profile) : undefined;
  const implementation = implementationOf(evidence, node);
  const number = (name: "mtu" | "mss" | "sizeLimit" | "timer") =>
    declared<number>(evidence, node, name);
  const idRule = (name: "outerId" | "innerId") => declared<IdRule>(evidence, node, name);
  return defined({
    direction,
    formats: [...Object.values(presetsOf(evidence, node)), ...(own === undefined ? [] : [own])],
    // Nobody said whether the lengths and checksums in a private format are kept or adjusted.
    openFormats: own === undefined ? undefined : [own],
    implementation,
    mtu: number("mtu"),
    mss: number("mss"),
    sizeLimit: number("sizeLimit"),
    timer: number("timer"),
    outerId: idRule("outerId"),
    innerId: idRule("innerId"),
    checksums: declared<"full" | "partial" | "unverified">(evidence, node, "checksums"),
    outerKey: declared<boolean>(evidence, node, "outerKey"),
    // Captures that come alone begin, end and tell the time as they like.
    wholeWithin: isLone ? undefined : lateBy(evidence, node),
    mayBeginLate: true,
  });
}

/** The same without what is undefined. */
function defined<T extends object>(record: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined),
  ) as T;
}
