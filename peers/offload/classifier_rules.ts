/** Every choice by which the card recognises a frame. A mutant replaces one of them. */
import { isOpaqueFormat, opaqueLength, opaqueVersion } from "../../captures/wire/opaque.ts";

/** Rules by which a frame is recognised. */
export const CLASSIFIER_RULES = {
  /** OFL-011 to OFL-017, OFL-021: whether the field is one of a format, by protocol and format id. */
  isFormat: isOpaqueFormat,

  /** OFL-024, OFL-026 to OFL-029: octets of the field, or -1 where there is no whole one. */
  opaqueOctets: opaqueLength,

  /** OFL-024, OFL-025: where the field begins, behind an outer header from `outer` to `headerEnd`. */
  opaqueStart: (headerEnd: number, _outer: number, _frame: number): number => headerEnd,

  /**
   * OFL-029: version that the inner header must have, 0 where any may stand, -1 where it is none: where
   * no such header lies behind the field the packet is an ordinary one.
   */
  innerVersion: opaqueVersion,

  /**
   * OFL-054, OFL-055: of flags and offset of an IPv4 header, the first or the inner one, those bits that
   * make its datagram a fragment. The bit that must be zero keeps one from all that is special, too.
   */
  fragmentBits: (word: number, _header: "first" | "inner"): number => word & 0xbfff,
};

/** The type of the rules; a mutant is a partial one. */
export type ClassifierRules = typeof CLASSIFIER_RULES;
