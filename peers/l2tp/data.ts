/**
 * Data messages of one session: RFC 2661 §3.1 and §5.4.
 *
 * With numbers, what arrives late is dropped, or waited for where that is configured; nothing is ever
 * sent again.
 */
import { L2tpFlag, lengthOf } from "../../captures/wire/l2tp.ts";
import { put16 } from "../../captures/wire/octets.ts";
import type { L2tpConfig } from "./config.ts";
import type { DataRules } from "./rules/data.ts";
import { Timer, type Timers } from "../net/timers.ts";

/** Messages that are held at most while a gap is waited for. */
const MAX_HELD = 64;

/** What the channel asks of its session. */
export interface DataHost {
  timers: Timers;
  /** Takes a PPP frame; the octets are the host's. */
  frame(bytes: Uint8Array, start: number, end: number, now: number): void;
}

/** Both directions of one session's data. */
export class DataChannel {
  /** Whether this side numbers what it sends. */
  sequencing: boolean;
  /** Whether it must: a Sequencing Required AVP was there. */
  required = false;
  /** Messages lost, by gaps in Ns. */
  lost = 0;
  readonly #settings: L2tpConfig["data"];
  readonly #role: "lac" | "lns";
  readonly #rules: DataRules;
  readonly #host: DataHost;
  readonly #held = new Map<number, Uint8Array>();
  readonly #timer: Timer;
  #ns = 0;
  #expected = -1;
  #sent = 0;

  constructor(
    settings: L2tpConfig["data"],
    role: "lac" | "lns",
    rules: DataRules,
    host: DataHost,
  ) {
    this.#settings = settings;
    this.#role = role;
    this.#rules = rules;
    this.#host = host;
    this.sequencing = settings.sequence;
    this.#timer = new Timer((now) => this.#giveUp(now));
  }

  /** Switches numbering on or off, as an LNS may at any time. */
  switchSequencing(on: boolean): void {
    if (on && !this.sequencing) this.#ns = this.#rules.firstNsWhenResumed(this.#ns);
    this.sequencing = on || this.required;
  }

  /** A data message with a PPP frame in two parts. */
  message(
    tunnelId: number,
    sessionId: number,
    header: Uint8Array,
    information: Uint8Array,
    keepalive: boolean,
  ): Uint8Array {
    const { length, offset, priority } = this.#settings;
    const rules = this.#rules;
    const numbered = rules.numbersData(this.sequencing);
    const flags = (length ? L2tpFlag.length : 0) | (numbered ? L2tpFlag.sequence : 0) |
      (offset !== undefined ? L2tpFlag.offset : 0) |
      (rules.prioritises(priority, keepalive) ? L2tpFlag.priority : 0);
    const start = lengthOf(flags) + (offset ?? 0);
    let frame = new Uint8Array(start + header.length + information.length);
    frame.set(header, start);
    frame.set(information, start + header.length);
    const changed = rules.leavingFrame(frame.subarray(start), this.#sent++);
    if (
      changed.length !== frame.length - start || changed.byteOffset !== frame.byteOffset + start
    ) {
      frame = new Uint8Array(start + changed.length);
      frame.set(changed, start);
    }
    let at = 0;
    const put = (value: number) => put16(frame, (at += 2) - 2, value);
    put(flags | 2);
    if (length) put(frame.length);
    put(tunnelId);
    put(sessionId);
    if (numbered) {
      put(this.#ns);
      put(rules.dataNr);
      this.#ns = rules.nextDataNs(this.#ns);
    }
    if (offset !== undefined) put(offset);
    return frame;
  }

  /** Takes the frame of a data message in; `ns` is undefined without S. Nr is never looked at. */
  receive(
    bytes: Uint8Array,
    start: number,
    end: number,
    ns: number | undefined,
    now: number,
  ): "delivered" | "late" | "held" {
    const rules = this.#rules;
    const numbered = ns !== undefined;
    const next = rules.sequencingAfter(this.sequencing, numbered, this.#role, this.required);
    if (next !== this.sequencing) this.switchSequencing(next);
    if (!numbered) {
      this.#host.frame(bytes, start, end, now);
      return "delivered";
    }
    if (this.#expected < 0) this.#expected = ns;
    const ahead = (ns - this.#expected) & 0xffff;
    if (ahead >= 0x8000) {
      if (!rules.deliversLate) return "late";
      this.#host.frame(bytes, start, end, now);
      return "delivered";
    }
    if (ahead > 0 && this.#settings.reorder > 0 && this.#held.size < MAX_HELD) {
      this.#held.set(ns, bytes.slice(start, end));
      if (this.#timer.at === Infinity) {
        this.#host.timers.set(this.#timer, now + this.#settings.reorder);
      }
      return "held";
    }
    this.lost += ahead;
    this.#expected = rules.nextDataNs(ns);
    this.#host.frame(bytes, start, end, now);
    this.#release(now);
    return "delivered";
  }

  /** Drops what is held. */
  stop(): void {
    this.#held.clear();
    this.#host.timers.stop(this.#timer);
  }

  /** Delivers what was held and is next now. */
  #release(now: number): void {
    if (this.#held.size === 0) return;
    for (;;) {
      const frame = this.#held.get(this.#expected);
      if (frame === undefined) break;
      this.#held.delete(this.#expected);
      this.#expected = this.#rules.nextDataNs(this.#expected);
      this.#host.frame(frame, 0, frame.length, now);
    }
    // A gap that was jumped over leaves older ones behind, which are late now.
    for (const ns of this.#held.keys()) {
      if (((ns - this.#expected) & 0xffff) >= 0x8000) this.#held.delete(ns);
    }
    if (this.#held.size === 0) this.#host.timers.stop(this.#timer);
    else this.#host.timers.set(this.#timer, now + this.#settings.reorder);
  }

  /** The gap was not filled in time: continues behind it. */
  #giveUp(now: number): void {
    let least = 0x8000;
    for (const ns of this.#held.keys()) {
      least = Math.min(least, (ns - this.#expected) & 0xffff);
    }
    if (least === 0x8000) return;
    this.lost += least;
    this.#expected = (this.#expected + least) & 0xffff;
    this.#release(now);
  }
}
