/** What wrong cards do to frames, whichever of their rules is wrong. */
import { SegmentView } from "../../../captures/view/segment.ts";
import { COALESCING_RULES, type CoalescingRules } from "../../../peers/offload/coalescing_rules.ts";
import type { Segment } from "../../../peers/offload/segment.ts";
import type { SegmentationRules } from "../../../peers/offload/rules.ts";
import { BROKEN_BY_COALESCING } from "./also_violates_coalescing.ts";
import { BROKEN_BY_SEGMENTATION } from "./also_violates_segmentation.ts";
import { kit, type OffloadId } from "../vocabulary.ts";
import type { OffloadOverrides } from "../../../peers/offload/overrides.ts";

/** A card that loses the frames of which something is true, on their way in. */
export function losing(isLost: (frame: Uint8Array) => boolean): OffloadOverrides {
  return { wire: { ingress: (frame) => isLost(frame) ? undefined : frame } };
}

/** A card that sends every second frame alone, with the octets of the one before behind its own. */
export function lastOf(concerns: (frame: Uint8Array) => boolean): OffloadOverrides {
  let held: Uint8Array | undefined;
  return {
    wire: {
      egress(t) {
        if (!concerns(t.packet)) return [t];
        if (held === undefined) {
          held = t.packet;
          return [];
        }
        const packet = new Uint8Array([...held, ...t.packet.subarray(34)]);
        held = undefined;
        return [{ ...t, packet }];
      },
    },
  };
}

/** A wrong card as a row of a table: what it does, what it breaks, and the rules of it that are others. */
export type MutantRow = readonly [
  name: string,
  title: string,
  violates: OffloadId,
  rules: OffloadOverrides,
];

/** The mutant of a row. */
export function cardMutant([name, title, violates, rules]: MutantRow) {
  const alsoViolates = BROKEN_BY_SEGMENTATION[name] ?? BROKEN_BY_COALESCING[name] ?? [];
  return kit.mutant({ name, title, violates, alsoViolates, role: "nic", rules });
}

/** A card with other rules of coalescing. */
export const coalescing = (rules: Partial<CoalescingRules>): OffloadOverrides => ({
  coalescing: rules,
});

/** A card with other rules of segmentation. */
export const segmenting = (rules: Partial<SegmentationRules>): OffloadOverrides => ({
  segmentation: rules,
});

/** A card that takes control bits for plain data, whichever of two segments has them. */
export function allowing(bits: number): OffloadOverrides {
  const { holdsFlags, flagsJoin } = COALESCING_RULES;
  return coalescing({
    holdsFlags: (flags, traits) => holdsFlags(flags & ~bits, traits),
    flagsJoin: (held, next, traits) => flagsJoin(held & ~bits, next & ~bits, traits),
  });
}

/** A card that compares opaque fields but for these octets, and knows flows by the others. */
export function blindTo(...octets: readonly number[]): Partial<CoalescingRules> {
  return {
    flowIdKey({ format, bytes, opaque }, key) {
      if (format?.flowId === undefined) return;
      const { offset, octets: length } = format.flowId;
      for (let at = offset; at < offset + length; at++) {
        if (!octets.includes(at)) key.octets(bytes, opaque + at, opaque + at + 1);
      }
    },
    opaqueEqual: (held, next) => equalBut(held, next, octets),
  };
}

function equalBut(held: Segment, next: Segment, octets: readonly number[]): boolean {
  const length = held.opaqueEnd - held.opaque, { format } = held;
  if (format !== next.format || length !== next.opaqueEnd - next.opaque) return false;
  for (let i = 0; i < length; i++) {
    const isAdjusted = format !== undefined && format.adjusts.length > 0 && i >= 4 && i < 8;
    if (octets.includes(i) || isAdjusted) continue;
    if (held.bytes[held.opaque + i] !== next.bytes[next.opaque + i]) return false;
  }
  return true;
}

/** A card that sends frames of one flow to the host in another order: each second one first. */
export function swapping(): OffloadOverrides {
  const view = new SegmentView();
  let held: { port: string; packet: Uint8Array } | undefined, flow = -1;
  return {
    wire: {
      egress(t) {
        const { packet } = t;
        const own = t.port === "host" && view.at(packet, 14) ? view.sequence >>> 16 : -1;
        if (held === undefined && own >= 0) {
          held = t;
          flow = own;
          return [];
        }
        if (held === undefined) return [t];
        const both = own === flow ? [t, held] : [held, t];
        held = undefined;
        return both;
      },
    },
  };
}

/** What is written into a segment: octets from the beginning of its datagram. */
export const writing = (
  write: (segment: Uint8Array, at: (place: number) => number, template: Segment) => void,
) =>
  segmenting({
    copied: (segment, frame, template, index) => {
      if (index === 0) return;
      write(segment, (place) => place - template.frame + frame, template);
    },
  });
