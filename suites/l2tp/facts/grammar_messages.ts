/** The messages of RFC 2661 as data: what §6 says that each holds, who sends it, what it is about. */
import type { L2tpRole } from "../words.ts";

/** What RFC 2661 says of one message. */
export interface MessageRow {
  /** Its name in the RFC. */
  name: string;
  section: string;
  /** What it concerns: the tunnel, or one call within it. */
  about: "tunnel" | "call";
  /** Who sends it; undefined where both do. */
  by?: L2tpRole;
  /** Attribute types that must be present. */
  required: readonly number[];
  /** Those that may be. */
  allowed: readonly number[];
}

/** Attribute types that any message may have: the Message Type and Random Vectors. */
export const ANYWHERE: readonly number[] = [0, 36];

/** By Message Type. */
export const MESSAGE_ROWS: Readonly<Record<number, MessageRow>> = {
  1: {
    ...{ name: "SCCRQ", section: "§6.1", about: "tunnel" },
    required: [0, 2, 7, 3, 9],
    allowed: [4, 10, 11, 5, 6, 8],
  },
  2: {
    ...{ name: "SCCRP", section: "§6.2", about: "tunnel" },
    required: [0, 2, 3, 7, 9],
    allowed: [4, 6, 8, 10, 11, 13],
  },
  3: { name: "SCCCN", section: "§6.3", about: "tunnel", required: [0], allowed: [13] },
  4: { name: "StopCCN", section: "§6.4", about: "tunnel", required: [0, 9, 1], allowed: [] },
  6: { name: "HELLO", section: "§6.5", about: "tunnel", required: [0], allowed: [] },
  7: {
    ...{ name: "OCRQ", section: "§6.9", about: "call", by: "lns" },
    required: [0, 14, 15, 16, 17, 18, 19, 21],
    allowed: [23],
  },
  8: {
    ...{ name: "OCRP", section: "§6.10", about: "call", by: "lac" },
    required: [0, 14],
    allowed: [25],
  },
  9: {
    ...{ name: "OCCN", section: "§6.11", about: "call", by: "lac" },
    required: [0, 24, 19],
    allowed: [38, 39],
  },
  10: {
    ...{ name: "ICRQ", section: "§6.6", about: "call", by: "lac" },
    required: [0, 14, 15],
    allowed: [18, 25, 22, 21, 23],
  },
  11: {
    ...{ name: "ICRP", section: "§6.7", about: "call", by: "lns" },
    required: [0, 14],
    allowed: [],
  },
  12: {
    ...{ name: "ICCN", section: "§6.8", about: "call", by: "lac" },
    required: [0, 24, 19],
    allowed: [26, 27, 28, 29, 30, 31, 32, 33, 37, 38, 39],
  },
  14: {
    ...{ name: "CDN", section: "§6.12", about: "call" },
    required: [0, 1, 14],
    allowed: [12],
  },
  15: {
    ...{ name: "WEN", section: "§6.13", about: "call", by: "lac" },
    required: [0, 34],
    allowed: [],
  },
  16: {
    ...{ name: "SLI", section: "§6.14", about: "call", by: "lns" },
    required: [0, 35],
    allowed: [],
  },
};
