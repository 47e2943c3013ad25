/**
 * Everything that the page shows besides report.json, made in one walk over the evidence of each
 * scenario. All of it is bounded: a run of any size makes a page that a phone can open.
 */
import type { CaptureReader } from "../engine/capture_source.ts";
import type { Evidence } from "../kit/evidence.ts";
import type { FactCollector } from "../kit/collector.ts";
import type { Drawing, Figure } from "../kit/figure.ts";
import { gather } from "../engine/gather.ts";
import { formatDamage } from "../engine/integrity/damage.ts";
import type { Suite } from "../kit/suite.ts";
import { packetAnchor } from "./anchor.ts";
import { type DeviceLog, deviceLogs } from "./device_log.ts";
import { type EvidenceFile, evidenceFiles } from "./evidence_files.ts";
import {
  type EvidenceGroup,
  evidenceGroups,
  evidenceOf,
  shownPath,
  type Whereabouts,
} from "./evidence_of.ts";
import {
  diagramCollector,
  type DiagramFacts,
  type DiagramSelection,
  inReadingOrder,
} from "./sequence_diagram/collect.ts";
import { type DiagramRow, type SequenceDiagram, sequenceDiagram } from "./sequence_diagram/rows.ts";
import type { Report, ReportCheck } from "./model.ts";
import { type Packet, packetOf } from "./packet/packet.ts";
import { packetSize } from "./packet/size.ts";
import { drawRates, rateCollector } from "./plot/rate.ts";

/** Rows of a sequence diagram besides those that failures need. */
const HEAD_FAILED = 24, HEAD_PASSED = 14;
/** Rows of all sequence diagrams together. */
const MOST_ROWS = 6000;
/** Octets of HTML that packets may take up. */
const MOST_PACKET_HTML = 5_000_000;
/** Octets of a packet in its hex dump: of one that a failure names, and of any other. */
const OCTETS_NAMED = 2048, OCTETS = 192;

/** A packet within the page. */
export interface EmbeddedPacket {
  packet: Packet;
  evidence: string;
  /** The capture as the report names it. */
  file: string;
  named: boolean;
}

/** A row with what its packet is. */
export type ShownRow = DiagramRow & { brief?: string; anchor?: string };

/** What the page shows of one scenario. */
export interface ScenarioMaterial {
  evidence: string;
  title: string;
  checks: ReportCheck[];
  record?: Evidence;
  diagram?: Omit<SequenceDiagram, "rows"> & { rows: ShownRow[] };
  figures: { id: string; title: string; drawing: Drawing }[];
  files: EvidenceFile[];
  /** What third parties' devices said. */
  logs: DeviceLog[];
  /** Why there is less than one would expect. */
  problems: string[];
}

/** What the page shows besides the report itself. */
export interface Material {
  scenarios: ScenarioMaterial[];
  /** By anchor. */
  packets: Map<string, EmbeddedPacket>;
}

/** How material is gathered. */
export interface MaterialOptions {
  read: CaptureReader;
  suites: Readonly<Record<string, Suite>>;
  /** Profiles of the devices under test, for captures that came alone. */
  profiles: Whereabouts["profiles"];
  /** Whether captures may lie elsewhere than in the run directory. */
  elsewhere: Whereabouts["elsewhere"];
}

/** Gathers the material of a report; evidence that cannot be read any more is said to be so. */
export async function gatherMaterial(
  report: Report,
  directory: string,
  options: MaterialOptions,
): Promise<Material> {
  const groups = evidenceGroups(report);
  const gatherer = new Gatherer(report, directory, options);
  const failed = (group: EvidenceGroup) => namedFrames(gatherer.checksOf(group)).size > 0 ? 0 : 1;
  // What failures need comes first, as long as there is room.
  const order = [...groups].sort((a, b) => failed(a) - failed(b));
  const found = new Map<EvidenceGroup, ScenarioMaterial>();
  for (const group of order) found.set(group, await gatherer.scenario(group));
  return { scenarios: groups.map((group) => found.get(group)!), packets: gatherer.packets };
}

/** The frames that failures name, by tap, those of the gravest first. */
function namedFrames(checks: readonly ReportCheck[]): Map<string, number[]> {
  const named = new Map<string, number[]>();
  const deepest = Math.max(0, ...checks.map(({ frames }) => frames?.length ?? 0));
  // The first frame of every failure before the second of any.
  for (let i = 0; i < deepest; i++) {
    for (const { frames } of checks) {
      const frame = frames?.[i];
      if (frame === undefined) continue;
      const numbers = named.get(frame.capture) ?? [];
      if (!numbers.includes(frame.number)) numbers.push(frame.number);
      named.set(frame.capture, numbers);
    }
  }
  return named;
}

class Gatherer {
  readonly packets = new Map<string, EmbeddedPacket>();
  readonly #report: Report;
  readonly #whereabouts: Whereabouts;
  readonly #options: MaterialOptions;
  readonly #checks = new Map<string, ReportCheck[]>();
  #rowsLeft = MOST_ROWS;
  #sizeLeft = MOST_PACKET_HTML;

  constructor(report: Report, directory: string, options: MaterialOptions) {
    this.#report = report;
    this.#whereabouts = { ...options, directory };
    this.#options = options;
    for (const check of report.suites.flatMap(({ checks }) => checks)) {
      const judged = this.#checks.get(check.evidence);
      if (judged === undefined) this.#checks.set(check.evidence, [check]);
      else judged.push(check);
    }
  }

  checksOf({ evidence }: EvidenceGroup): ReportCheck[] {
    return this.#checks.get(evidence) ?? [];
  }

  async scenario(group: EvidenceGroup): Promise<ScenarioMaterial> {
    const checks = this.checksOf(group);
    const material: ScenarioMaterial = {
      evidence: group.evidence,
      title: this.#title(group),
      checks,
      figures: [],
      files: await evidenceFiles(group, this.#whereabouts),
      logs: [],
      problems: [],
    };
    try {
      await this.#walk(material, group);
    } catch (cause) {
      material.problems.push(cause instanceof Error ? cause.message : String(cause));
    }
    // The page goes to others, whom it does not concern where it was made.
    const place = `${this.#whereabouts.directory}/`;
    material.problems = material.problems.map((problem) => problem.replaceAll(place, ""));
    return material;
  }

  async #walk(material: ScenarioMaterial, group: EvidenceGroup) {
    const { evidence, checks } = material;
    const { record, problems } = await evidenceOf(this.#report, group, this.#whereabouts);
    material.problems.push(...problems);
    const named = namedFrames(checks);
    const head = Math.min(this.#rowsLeft, named.size > 0 ? HEAD_FAILED : HEAD_PASSED);
    const selection: DiagramSelection = { named, head, taps: record.taps };
    const figures = this.#suitesOf(material, record).flatMap(({ figures = [] }) => figures);
    const collectors = new Map<string, FactCollector<unknown>>();
    for (const collector of [diagramCollector(selection), rateCollector]) {
      collectors.set(collector.name, collector);
    }
    for (const { needs } of figures) {
      for (const collector of Object.values(needs)) collectors.set(collector.name, collector);
    }
    const walked = { ...record, taps: inReadingOrder(selection) };
    const listener = { evidence: walked, collectors: [...collectors.values()] };
    const { findings: [{ facts, broken }], damage } = await gather([listener], this.#options.read);
    material.record = record;
    const passed = checks.length > 0 && checks.every(({ verdict }) => verdict === "pass");
    material.logs = deviceLogs(this.#whereabouts.directory, evidence, record, passed);
    for (const file of material.files) {
      file.node = record.taps.find(({ name }) => name === file.name)?.node ?? "";
    }
    if (damage.length > 0) material.problems.push(formatDamage(damage));
    for (const [name, why] of broken) {
      material.problems.push(`collector ${name} broke down: ${why}`);
    }

    const kept = facts.get("report/sequence_diagram") as DiagramFacts | undefined;
    if (kept !== undefined && kept.kept.length > 0) {
      for (const { tap, frames } of kept.taps) {
        const file = material.files.find(({ name }) => name === tap.name);
        if (file !== undefined) file.frames = frames;
      }
      this.#embedNamed(kept, evidence, group);
      material.diagram = this.#diagram(kept, record, head, evidence, group);
    }
    this.#draw(material, figures, facts, record);
  }

  #draw(
    material: ScenarioMaterial,
    figures: readonly Figure[],
    facts: ReadonlyMap<string, unknown>,
    record: Evidence,
  ) {
    const rates = drawRates(
      (facts.get(rateCollector.name) ?? []) as Parameters<typeof drawRates>[0],
    );
    if (rates !== undefined) {
      material.figures.push({ id: "rate", title: "Packet rate at each tap", drawing: rates });
    }
    for (const { id, title, needs, draw } of figures) {
      const entries = Object.entries(needs).map(([key, { name }]) => [key, facts.get(name)]);
      if (entries.some(([, found]) => found === undefined)) continue;
      try {
        const drawing = draw(Object.fromEntries(entries), record);
        if (drawing !== undefined) material.figures.push({ id, title, drawing });
      } catch (cause) {
        material.problems.push(`figure ${id} broke down: ${cause}`);
      }
    }
  }

  #diagram(
    kept: DiagramFacts,
    record: Evidence,
    head: number,
    evidence: string,
    group: EvidenceGroup,
  ): ScenarioMaterial["diagram"] {
    const diagram = sequenceDiagram(kept, record, head);
    const rows = diagram.rows.slice(0, this.#rowsLeft).map((row): ShownRow => {
      if (row.kind === "gap") return row;
      const packet = packetOf(row.shown.tap, row.frame, row.named ? OCTETS_NAMED : OCTETS);
      const anchor = this.#embed(packet, evidence, group, row.named);
      return { ...row, brief: packet.brief, ...(anchor === undefined ? {} : { anchor }) };
    });
    this.#rowsLeft -= rows.length;
    return { ...diagram, rows };
  }

  /** Named frames have the right of way. */
  #embedNamed({ kept }: DiagramFacts, evidence: string, group: EvidenceGroup) {
    for (const { named, frame, tap } of kept) {
      if (named) this.#embed(packetOf(tap.name, frame, OCTETS_NAMED), evidence, group, true);
    }
  }

  #embed(packet: Packet, evidence: string, { captures }: EvidenceGroup, named: boolean) {
    const anchor = packetAnchor(evidence, packet.capture, packet.number);
    if (this.packets.has(anchor)) return anchor;
    const size = packetSize(packet);
    if (size > this.#sizeLeft) return undefined;
    this.#sizeLeft -= size;
    const found = captures.find(({ name }) => name === packet.capture)?.file ?? packet.capture;
    const file = shownPath(this.#whereabouts, found);
    this.packets.set(anchor, { packet, evidence, file, named });
    return anchor;
  }

  #suitesOf({ checks }: ScenarioMaterial, record: Evidence): Suite[] {
    const names = this.#report.suites.filter((suite) =>
      suite.name === record.suite || suite.checks.some((check) => checks.includes(check))
    ).map(({ name }) => name);
    return names.filter((name) => Object.hasOwn(this.#options.suites, name))
      .map((name) => this.#options.suites[name]);
  }

  #title({ evidence }: EvidenceGroup): string {
    const id = this.#checks.get(evidence)?.find(({ scenario }) => scenario !== "")?.scenario ??
      evidence.replace(/^evidence\//, "");
    const all = Object.values(this.#options.suites).flatMap(({ scenarios }) => scenarios);
    return all.find((scenario) => scenario.id === id)?.title ?? (id || "The captures");
  }
}
