/** Damages captures in ways that can be repeated: cut at an octet, or with bits flipped. */
import { seeded } from "./corpus.ts";

/** Cuts go no further than this: headers of files and packets are all met by then. */
export const CUT_REACH = 4096;

/** A way to damage octets, as it is printed and read back: `cut 17` or `flip 99`. */
export type Recipe = `cut ${number}` | `flip ${number}`;

/** A copy of octets, damaged by a recipe; the same for the same octets and recipe. */
export function damaged(octets: Uint8Array, recipe: Recipe): Uint8Array {
  const [kind, number] = recipe.split(" ");
  return kind === "cut" ? octets.slice(0, Number(number)) : flipped(octets, Number(number));
}

/** A copy with one to eight bits flipped; two of three times among the first octets: headers. */
function flipped(octets: Uint8Array, seed: number): Uint8Array {
  const copy = octets.slice();
  if (copy.length === 0) return copy;
  const random = seeded(seed);
  const reach = Math.min(copy.length, [copy.length, 200, CUT_REACH][seed % 3]);
  for (let i = 1 + random(8); i > 0; i--) copy[random(reach)] ^= 1 << random(8);
  return copy;
}
