/** What the fuzzer and its workers say to each other. */
import type { Recipe } from "../../captures/_testing/damage.ts";

/** Numbers that a worker shares: damaged captures begun, number of the recipe, whether it flips. */
export const CLOCK = 3;

/** What a worker is to do. */
export interface Order {
  /** Its share of the specimens: every `shares`th, from number `share` on. */
  share: number;
  shares: number;
  /** Copies of each specimen with bits flipped. */
  rounds: number;
  /** Where the seeds of the flips begin. */
  seed: number;
  /** Milliseconds since 1970 when it is to end. */
  deadline: number;
  /** Folder for evidence of its own. */
  folder: string;
  clock: Int32Array;
}

/** A damaged capture that did harm. */
export interface Finding {
  /** The specimen. */
  name: string;
  recipe: Recipe;
  why: string;
  octets?: Uint8Array;
}

/** What a worker says. */
export type Progress =
  | { kind: "specimen"; finding: Finding }
  | { kind: "finding"; finding: Finding }
  | { kind: "end"; examined: number };
