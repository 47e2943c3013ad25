/** How many seeds a campaign uses: few enough that what variants have in common is judged once. */
const SEEDS = 4;

/**
 * The seed of the scenarios that a variant of a reference peer goes through: from `base` to `base` + 3,
 * always the same for the same id. Variants differ in theirs, so that no campaign stands on one seed.
 */
export function seedOf(id: string, base = 1): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return base + (hash >>> 16) % SEEDS;
}
