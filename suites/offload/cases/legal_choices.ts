/** Other choices that cards may make: coarser or finer units, less held, for less time. */
import { COALESCING_RULES } from "../../../peers/offload/coalescing_rules.ts";
import { SEGMENTATION_RULES } from "../../../peers/offload/rules.ts";
import type { Section } from "../../kit/suite.ts";
import { kit } from "../vocabulary.ts";

const { sequenceFollows, closesUnit, withinLimit, flagsJoin } = COALESCING_RULES;
const { segmentPayload } = SEGMENTATION_RULES;

/** The section: what is held against all cards must not be a habit of ours. */
export const LEGAL_CHOICES: Section = {
  title: "Other choices of a card",
  checks: [],
  legalVariants: [
    kit.legalVariant({
      name: "closes_in_turn",
      title: "Closes a unit at every second segment, whichever flow it is of",
      source: "seed 002 L94: conventional criteria can apply",
      role: "nic",
      rules: {
        coalescing: {
          closesUnit: (octets, first, flags, traits) =>
            closesUnit(octets, first, flags, traits) || ++joined % 2 === 0,
        },
      },
    }),
    kit.legalVariant({
      name: "small_units",
      title: "Makes units of 4,000 octets at most, whatever it is set to",
      source: "seed 002 L94: when the size reaches a certain threshold",
      role: "nic",
      rules: {
        coalescing: { withinLimit: (octets, limit) => withinLimit(octets, Math.min(limit, 4000)) },
      },
    }),
    kit.legalVariant({
      name: "holds_briefly",
      title: "Holds units for half as long as it may",
      source: "seed 002 L94: a specific length or range of time",
      role: "nic",
      rules: { coalescing: { holdsFor: (timer) => timer / 2 } },
    }),
    kit.legalVariant({
      name: "few_flows",
      title: "Holds four flows at a time",
      source: "seed 002 L94: buckets or other queues; D2-13",
      role: "nic",
      rules: { coalescing: { buckets: () => 1, flowsPerBucket: () => 4 } },
    }),
    kit.legalVariant({
      name: "evicts_the_newest",
      title: "Delivers the newest unit of a full bucket for a new one",
      source: "D2-13: eviction is not said",
      role: "nic",
      rules: {
        coalescing: {
          buckets: () => 2,
          flowsPerBucket: () => 8,
          evicts: (units) => units.length - 1,
        },
      },
    }),
    kit.legalVariant({
      name: "no_wrap",
      title: "Joins nothing across the wrap of sequence numbers",
      source: "seed 002 L92: a device need not join what it can",
      role: "nic",
      rules: {
        coalescing: {
          sequenceFollows: (expected, next) => expected >= 1000 && sequenceFollows(expected, next),
        },
      },
    }),
    kit.legalVariant({
      name: "push_alone",
      title: "Joins no segment with PSH",
      source: "Linux, Windows: a device need not join what it can",
      role: "nic",
      rules: {
        coalescing: {
          flagsJoin: (held, next, traits) => (next & 8) === 0 && flagsJoin(held, next, traits),
        },
      },
    }),
    kit.legalVariant({
      name: "no_timestamps",
      title: "Joins no segment with TCP options",
      source: "Windows RSC: coalescing of timestamps is optional",
      role: "nic",
      rules: { coalescing: { holdsTcpOptions: (octets) => octets === 0 } },
    }),
    kit.legalVariant({
      name: "smaller_segments",
      title: "Cuts segments 100 octets smaller than the MTU has room for",
      source: "seed 002 L88: of a size enabling transmission over the network",
      role: "nic",
      classes: ["tunnel_segmentation"],
      rules: {
        segmentation: { segmentPayload: (...of) => Math.max(segmentPayload(...of) - 100, 64) },
      },
    }),
  ],
};

/** Segments that were asked about, over all cards: which of them ends a unit does not matter. */
let joined = 0;
