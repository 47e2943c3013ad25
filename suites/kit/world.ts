/** Where scenarios run: in memory, on real kernels, or on those with containers at their nodes. */
export const WORLD_NAMES = ["memory", "netns", "compose"] as const;

/** The name of a world. */
export type WorldName = typeof WORLD_NAMES[number];

/** Where evidence was made: in a world of ours, or elsewhere, as captures alone. */
export const ORIGINS = [...WORLD_NAMES, "captures"] as const;

/** Whether nothing in a world is ever late or out of order by itself: its time is virtual. */
export function isVirtual(world: typeof ORIGINS[number]): boolean {
  return world === "memory";
}
