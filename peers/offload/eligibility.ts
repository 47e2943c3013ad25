/** Whether a segment may be held, and whether it joins what is held: the rules, one after the other. */
import { sumOctets } from "../../captures/wire/checksum.ts";
import { get16, get32 } from "../../captures/wire/octets.ts";
import { ADJUSTED } from "../../captures/wire/opaque.ts";
import type { CoalescingRules, Ineligible, Refusal } from "./coalescing_rules.ts";
import type { Traits } from "./implementations.ts";
import * as ip from "./ip_fields.ts";
import { isTimestampAlone, sameOctets, timestampAt } from "./joining.ts";
import { adjusts, isOpaqueRight } from "./opaque_sums.ts";
import type { Header } from "./rules.ts";
import type { Segment } from "./segment.ts";
import { isHeaderSumRight, tcpChecksumState } from "./sums.ts";
import type { Unit } from "./unit.ts";

/** Asks the rules about segments. `payloadSum` is that of the last one that was found eligible. */
export class Eligibility {
  payloadSum = 0;
  readonly #rules: CoalescingRules;
  readonly #traits: Traits;

  constructor(rules: CoalescingRules, traits: Traits) {
    this.#rules = rules;
    this.#traits = traits;
  }

  /** Why a segment may not be held; undefined where it may. One without payload may be absorbed. */
  ineligible(s: Segment): Ineligible | undefined {
    const rules = this.#rules, traits = this.#traits;
    // Where a header is damaged nothing behind it can be trusted.
    if (!this.#isHeaderRight(s, s.inner, "inner")) return "checksum";
    if (s.outer >= 0 && !this.#isHeaderRight(s, s.outer, "outer")) return "checksum";
    if (!rules.holdsFlags(s.offsetAndFlags & 0xfff, traits)) return "flags";
    if (!rules.holdsPadding(s.frameEnd - s.end, traits)) return "padding";
    const options = s.payload - s.options;
    if (options > 0 && !rules.holdsTcpOptions(options, isTimestampAlone(s), traits)) {
      return "tcp_options";
    }
    const inner = this.#header(s, s.inner, s.tcp, "inner");
    if (inner !== undefined) return inner;
    if (s.outer >= 0) {
      const outer = this.#header(s, s.outer, s.opaque, "outer");
      if (outer !== undefined) return outer;
    }
    this.payloadSum = sumOctets(s.bytes, s.view, s.payload, s.end);
    if (!rules.holdsTcpChecksum(tcpChecksumState(s, s.view, this.payloadSum) === "right")) {
      return "checksum";
    }
    if (s.format !== undefined && !rules.holdsOpaque(isOpaqueRight(s, s.format, this.payloadSum))) {
      return "checksum";
    }
    return rules.holdsLength(s.length) ? undefined : "length";
  }

  #header(s: Segment, at: number, end: number, header: Header): Ineligible | undefined {
    const rules = this.#rules, traits = this.#traits, { bytes } = s;
    if (!rules.holdsIpOptions(ip.optionOctets(bytes, at), header)) return "ip_options";
    if (!rules.holdsExtensionHeaders(ip.extensionOctets(bytes, at, end), traits, header)) {
      return "extension_headers";
    }
    if (!rules.holdsDontFragment(ip.dontFragment(bytes, at), traits, header)) {
      return "dont_fragment";
    }
    return rules.holdsEcn(ip.ecn(bytes, at), traits, header) ? undefined : "ecn";
  }

  #isHeaderRight({ bytes, view }: Segment, at: number, header: Header): boolean {
    return this.#rules.holdsHeaderChecksum(isHeaderSumRight(bytes, view, at), header);
  }

  /** Why a segment does not join a unit; undefined where it does. */
  refusal(unit: Unit, next: Segment, sizeLimit: number): Refusal | undefined {
    const rules = this.#rules, traits = this.#traits, held = unit.segment;
    const expected = held.sequence + held.length >>> 0;
    if (!rules.sequenceFollows(expected, next.sequence)) return "sequence";
    if (!rules.acknowledgmentJoins(held.acknowledgment, next.acknowledgment, traits)) {
      return "acknowledgment";
    }
    if (!rules.windowJoins(held.window, next.window, traits)) return "window";
    const flags = held.offsetAndFlags & 0xfff;
    if (!rules.flagsJoin(flags, next.offsetAndFlags & 0xfff, traits)) return "flags";
    if (!this.#optionsJoin(held, next)) return "tcp_options";
    if (!rules.sizeJoins(unit.first, next.length, traits)) return "size";
    const octets = held.end - held.start + next.length;
    if (!rules.withinLimit(octets, sizeLimit)) return "limit";
    const inner = this.#headersJoin(unit, next, "inner");
    if (inner !== undefined) return inner;
    if (held.outer >= 0 && next.outer >= 0) {
      const outer = this.#headersJoin(unit, next, "outer");
      if (outer !== undefined) return outer;
    }
    if (!rules.opaqueEqual(held, next)) return "opaque";
    return adjusts(held.format, "gre_sequence") && !this.#greSequenceFollows(unit, next)
      ? "gre_sequence"
      : undefined;
  }

  #optionsJoin(held: Segment, next: Segment): boolean {
    const rules = this.#rules;
    if (!rules.tcpOptionsJoin(held, next, this.#traits)) return false;
    if (this.#traits.options !== "timestamps" || !isTimestampAlone(held)) return true;
    const before = get32(held.bytes, timestampAt(held));
    return !isTimestampAlone(next) ||
      rules.timestampFollows(before, get32(next.bytes, timestampAt(next)));
  }

  #headersJoin(unit: Unit, next: Segment, header: Header): Refusal | undefined {
    const rules = this.#rules, traits = this.#traits, held = unit.segment;
    const outer = header === "outer";
    const a = held.bytes, b = next.bytes;
    const at = outer ? held.outer : held.inner, from = outer ? next.outer : next.inner;
    if (!rules.timeToLiveJoins(ip.timeToLive(a, at), ip.timeToLive(b, from), traits, header)) {
      return "time_to_live";
    }
    if (!rules.dscpJoins(ip.dscp(a, at), ip.dscp(b, from), traits, header)) return "dscp";
    if (!rules.ecnJoins(ip.ecn(a, at), ip.ecn(b, from), header)) return "ecn";
    if (a[at] >> 4 === 4) {
      const set = ip.dontFragment(a, at);
      if (!rules.dontFragmentJoins(set, ip.dontFragment(b, from), header)) return "dont_fragment";
      const first = get16(a, at + 4), id = get16(b, from + 4), { count } = unit;
      const fixed = outer ? unit.fixedOuter : unit.fixedInner;
      return rules.identificationFollows(first, id, count, fixed, set, traits, header)
        ? undefined
        : "identification";
    }
    if (!rules.flowLabelJoins(ip.flowLabel(a, at), ip.flowLabel(b, from), header)) {
      return "flow_label";
    }
    return this.#extensionsJoin(held, next, header) ? undefined : "extension_headers";
  }

  #extensionsJoin(held: Segment, next: Segment, header: Header): boolean {
    const outer = header === "outer";
    const at = outer ? held.outer : held.inner, from = outer ? next.outer : next.inner;
    const octets = (outer ? held.opaque : held.tcp) - at - 40;
    const same = octets === (outer ? next.opaque : next.tcp) - from - 40 &&
      held.bytes[at + 6] === next.bytes[from + 6] &&
      sameOctets(held.view, at + 40, next.view, from + 40, octets);
    return this.#rules.extensionHeadersJoin(same, header);
  }

  #greSequenceFollows(unit: Unit, next: Segment): boolean {
    const { offset } = ADJUSTED.gre_sequence, held = unit.segment;
    const first = get32(held.bytes, held.opaque + offset);
    const number = get32(next.bytes, next.opaque + offset);
    return this.#rules.greSequenceFollows(first, number, unit.count);
  }
}
