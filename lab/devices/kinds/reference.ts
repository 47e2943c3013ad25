import type { MachineKind } from "./kind.ts";

/** Our own peer, or one with a rule replaced. It is ready once its ports are open. */
export const reference: MachineKind<"reference"> = {
  plays: "machine",
  summary: "our own peer, or a variant of it",
  contract: {
    told: "Its configuration, as the scenario has it; attach.variant names a mutant or a " +
      "legal variant.",
    ready: "Its ports are open.",
    log: "NODE*.jsonl, its trace.",
    instructed: "As every peer of ours: by our own protocol.",
    ended: "With the scenario.",
  },
  supports: () => true,
  machine: ({ variant }) => Promise.resolve(variant === undefined ? {} : { variant }),
};
