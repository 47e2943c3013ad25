import type { WorldEntry } from "../entry.ts";

/** Machines on virtual wires in virtual time. */
export const memory: WorldEntry = {
  name: "memory",
  summary: "virtual wires in virtual time",
  jobs: () => 2,
  enter: () => Promise.resolve(undefined),
  async open() {
    const { MemoryWorld } = await import("./world.ts");
    return new MemoryWorld();
  },
};
