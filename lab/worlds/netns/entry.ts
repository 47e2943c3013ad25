import type { WorldEntry } from "../entry.ts";
import { enterNamespaces, inside } from "./enter.ts";

/** Real kernel, real sockets, one network namespace for every node. */
export const netns: WorldEntry = {
  name: "netns",
  summary: "real kernel, a network namespace for every node",
  // On real kernels scenarios mostly wait.
  jobs: () => Math.min(24, 6 * navigator.hardwareConcurrency),
  enter: (args) => enterNamespaces(args),
  async open() {
    if (!inside()) throw new Error("the netns world runs inside namespaces only");
    const { ParallelLabs } = await import("./parallel_labs.ts");
    return new ParallelLabs();
  },
};
