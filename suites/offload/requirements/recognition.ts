/** How a NIC recognises tunnelled packets, and finds the inner header: seed 002 L24, L86, L100. */
import { catalogue } from "../../kit/requirement.ts";
import { may, must, type Rows } from "./row.ts";

const PRESETS = must("presets");

/** OFL-011 to OFL-029. */
export const RECOGNITION = catalogue(
  {
    "OFL-011": {
      ...PRESETS,
      source: "seed 002 L24, L86",
      text:
        "A packet is one of a preset only where outer protocol and format id both have the configured values.",
    },
    "OFL-012": {
      ...PRESETS,
      source: "seed 002 L86",
      text: "The right format id behind another outer protocol makes no packet of a preset.",
    },
    "OFL-013": {
      ...PRESETS,
      source: "seed 002 L86, L100",
      text: "The format id counts at the configured offset alone.",
    },
    "OFL-014": {
      ...PRESETS,
      source: "seed 002 L24, L100",
      text:
        "Once offset and value of the format id are configured anew, packets of the new kind are recognised, and those of the old kind are not.",
    },
    "OFL-015": {
      ...PRESETS,
      source: "seed 002 L100",
      text: "Any outer protocol can be that of a preset.",
    },
    "OFL-016": {
      ...may("presets"),
      source: "seed 002 L24",
      text:
        "A format id has as many octets as are configured, one, two or four, and exactly these are compared.",
    },
    "OFL-017": {
      ...PRESETS,
      source: "seed 002 L86",
      text: "What else the opaque field holds does not matter to recognition.",
    },
    "OFL-018": {
      ...PRESETS,
      source: "seed 002 L86, L90",
      text: "Packets of no preset are treated as if there were none.",
    },
    "OFL-019": {
      ...may("several_presets"),
      source: "seed 002 L76, L86",
      text: "Where several presets are active, each packet is treated by its own.",
    },
    "OFL-020": {
      ...may("live_presets"),
      source: "seed 002 L56",
      text: "A preset takes effect as a whole while traffic flows, and corrupts no packet.",
    },
    "OFL-021": {
      ...PRESETS,
      source: "not in the seed; D2-02",
      text: "Format ids and flow ids are in network byte order.",
    },
    "OFL-022": {
      ...PRESETS,
      source: "not in the seed; robustness of L86",
      text:
        "A packet that ends before its opaque field or inner header does is passed on as it is.",
    },
    "OFL-023": {
      ...may("ipv6"),
      source: "seed 002 L38-L64 say IP; D2-03",
      text: "Outer and inner header can each be IPv4 or IPv6.",
    },
    "OFL-024": {
      ...PRESETS,
      source: "seed 002 L24, L100",
      text:
        "The inner IP header begins where the outer one ends, and as many octets further as the preset says.",
    },
    "OFL-025": {
      ...PRESETS,
      source: "seed 002 L24",
      text: "Options of the outer IP header are counted before the opaque field begins.",
    },
    "OFL-026": {
      ...may("variable_length"),
      source: "seed 002 L24; D2-04",
      text: "An opaque field that says its own length is as long as it says.",
    },
    "OFL-027": {
      ...may("variable_length"),
      source: "seed 002 L24; D2-04; robustness",
      text:
        "A length of 0, one that does not hold format id and flow id, or one beyond the packet, makes a packet that is passed on as it is.",
    },
    "OFL-028": {
      ...may("variable_length"),
      source: "seed 002 L24, L98",
      text: "Segments whose opaque fields are not of one length are not joined.",
    },
    "OFL-029": {
      ...PRESETS,
      source: "seed 002 L100; robustness",
      text: "A packet with no inner IP header where the preset has it is passed on as it is.",
    },
  } satisfies Rows,
);
