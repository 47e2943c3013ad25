/**
 * A network card that stands in the path as a device of its own (source 002; D2-14):
 *
 * ```
 *                         +----------------------------+
 *  host (TXQ) ----------> | classifier -> segmentation | ----------> wire
 *  host (RXQ) <---------- | coalescing <- classifier   | <---------- wire
 *                         +----------------------------+
 * ```
 *
 * Ports carry whole Ethernet frames, whose link headers with their VLAN tags stay as they are. What is
 * not special goes on as it came: ARP, Neighbor Discovery, UDP, fragments, damaged packets, unknown
 * kinds. Pure: see `Machine`.
 */
import type { Machine, PeerEnvironment, Transmission } from "../machine.ts";
import { Queue } from "../net/queue.ts";
import { CoalescingEngine } from "./coalescing.ts";
import { COALESCING_RULES, type CoalescingRules } from "./coalescing_rules.ts";
import { type Formats, type NicConfig, parseFormats, parseNicConfig } from "./config.ts";
import { ChecksumFinisher } from "./finish_checksums.ts";
import { carriedOctets } from "./link_header.ts";
import type { OffloadOverrides } from "./overrides.ts";
import { CLASSIFIER_RULES } from "./classifier_rules.ts";
import { NIC_RULES, type NicPort, type NicRules, SEGMENTATION_RULES } from "./rules.ts";
import { Segment } from "./segment.ts";
import { SegmentationEngine } from "./segmentation.ts";

/** Octets of a frame at most. */
const LARGEST_FRAME = 1 << 17;

/** What was seen of a class: a format, plain TCP, or anything else. */
type Counts = Record<string, number>;

/** The reference card. */
export class NicMachine implements Machine {
  readonly #config: NicConfig;
  readonly #rules: NicRules;
  readonly #environment: PeerEnvironment;
  readonly #bytes = new Uint8Array(LARGEST_FRAME);
  readonly #segment: Segment;
  readonly #segmentation: SegmentationEngine;
  readonly #coalescing: CoalescingEngine;
  readonly #coalescingRules: CoalescingRules;
  readonly #finisher = new ChecksumFinisher();
  readonly #out = new Queue<Transmission>();
  #formats: Formats;
  #enabled: { segmentation: boolean; coalescing: boolean };
  /** Names of the active formats. */
  #names = new Map<unknown, string>();
  readonly #counts: Record<NicPort, Counts> = { host: {}, wire: {} };

  /** @throws TypeError when the configuration is wrong. */
  constructor(config: unknown, environment: PeerEnvironment, overrides: OffloadOverrides = {}) {
    this.#rules = { ...NIC_RULES, ...overrides.nic };
    this.#config = this.#rules.configured(parseNicConfig(config));
    this.#environment = environment;
    const classifier = { ...CLASSIFIER_RULES, ...overrides.classifier };
    this.#segment = new Segment(classifier);
    const { segmentation, coalescing } = this.#config;
    this.#enabled = { segmentation: segmentation.enabled, coalescing: coalescing.enabled };
    this.#segmentation = new SegmentationEngine(segmentation, this.#config, {
      ...SEGMENTATION_RULES,
      ...overrides.segmentation,
    });
    this.#coalescingRules = { ...COALESCING_RULES, ...overrides.coalescing };
    this.#coalescing = new CoalescingEngine(coalescing, this.#coalescingRules, classifier);
    this.#formats = {};
    this.#activate(this.#config.formats);
  }

  receive(port: string, packet: Uint8Array, now: number): void {
    if (packet.length > LARGEST_FRAME) {
      return this.#environment.trace("dropped", { port, octets: packet.length, reason: "octets" });
    }
    this.#bytes.set(packet);
    if (port === "host") this.#fromHost(packet.length);
    else this.#fromWire(packet.length, now);
  }

  transmit(now: number): Transmission | undefined {
    this.#coalescing.advance(now, this.#toHost);
    return this.#out.shift();
  }

  deadline(): number {
    return this.#out.length > 0 ? 0 : this.#coalescing.deadline();
  }

  /**
   * `{ formats }` pushes presets, which take the place of all before them; wrong ones are refused in the
   * trace (`preset_refused`). `{ segmentation }` and `{ coalescing }` turn an engine on or off.
   * `{ report: true }` writes `classified`: for each port how many frames were of each format, `plain` TCP
   * or `other`, and how many units were made of how many segments.
   * @throws TypeError on any other instruction.
   */
  instruct(instruction: unknown, _now: number): void {
    const order = (instruction ?? {}) as Record<string, unknown>;
    const { formats, segmentation, coalescing, report, ...more } = order;
    const toggles = [segmentation, coalescing].every((one) =>
      ["boolean", "undefined"].includes(typeof one)
    );
    if (Object.keys(order).length === 0 || Object.keys(more).length > 0 || !toggles) {
      throw new TypeError(
        `Cannot instruct a network card: want formats, segmentation, coalescing or report: got ${
          JSON.stringify(instruction)
        }`,
      );
    }
    if (formats !== undefined) this.#push(formats);
    if (segmentation !== undefined) this.#enabled.segmentation = segmentation as boolean;
    if (coalescing !== undefined) {
      this.#coalescing.flush(this.#toHost);
      this.#enabled.coalescing = coalescing as boolean;
    }
    if (report !== undefined) this.#report();
  }

  #report(): void {
    const { host, wire } = this.#counts, { units, segments } = this.#coalescing;
    this.#environment.trace("classified", {
      host: { ...host },
      wire: { ...wire },
      coalesced: { units, segments },
    });
  }

  #push(pushed: unknown): void {
    const read = parseFormats(pushed);
    if ("problem" in read) {
      return this.#environment.trace("preset_refused", { problem: read.problem });
    }
    if (this.#coalescingRules.flushesForPresets()) this.#coalescing.flush(this.#toHost);
    this.#activate(this.#rules.presets(read.formats, this.#formats));
    this.#environment.trace("presets", { formats: Object.keys(this.#formats) });
  }

  #activate(formats: Formats): void {
    this.#formats = formats;
    const active = this.#rules.active(formats);
    this.#names = new Map(Object.entries(active).map(([name, format]) => [format, name]));
    this.#segment.formats = Object.values(active);
  }

  #count(port: NicPort, regular: boolean): void {
    const { format } = this.#segment, counts = this.#counts[port];
    const name = format !== undefined
      ? this.#names.get(format) ?? "unknown"
      : regular
      ? "plain"
      : "other";
    counts[name] = (counts[name] ?? 0) + 1;
  }

  #fromHost(octets: number): void {
    const segment = this.#segment;
    const regular = segment.atFrame(this.#bytes, 0, octets);
    this.#count("host", regular);
    let reason: string = regular ? "disabled" : segment.irregular;
    if (regular && this.#rules.segments(this.#enabled.segmentation, segment.tunnelled)) {
      reason = this.#segmentation.segment(segment, this.#toWire);
      if (reason === "segmented") return;
    }
    if (this.#config.segmentation.finishesChecksums) this.#finisher.finish(segment, regular);
    const carried = segment.datagram < 0
      ? carriedOctets(this.#bytes, 0, octets)
      : segment.end - segment.datagram;
    if (this.#rules.fits(carried, this.#config.mtu)) return this.#forward(octets, "wire");
    this.#environment.trace("dropped", { port: "host", octets: carried, reason });
  }

  #fromWire(octets: number, now: number): void {
    const segment = this.#segment, coalescing = this.#coalescing;
    coalescing.advance(now, this.#toHost);
    const regular = segment.atFrame(this.#bytes, 0, octets);
    this.#count("wire", regular);
    if (!this.#enabled.coalescing) return this.#forward(octets, "host");
    if (!regular) coalescing.makeWay(segment, this.#toHost);
    else if (this.#rules.coalesces(true, segment.tunnelled)) {
      return coalescing.segment(segment, now, this.#toHost);
    }
    this.#forward(octets, "host");
  }

  readonly #toHost = (bytes: Uint8Array, start: number, end: number): void => {
    this.#out.push({ port: "host", packet: bytes.slice(start, end) });
  };

  readonly #toWire = (bytes: Uint8Array, start: number, end: number): void => {
    this.#out.push({ port: "wire", packet: bytes.slice(start, end) });
  };

  #forward(octets: number, to: NicPort): void {
    for (const packet of this.#rules.forwarded(this.#bytes.slice(0, octets), to)) {
      this.#out.push({ port: to, packet });
    }
  }
}
