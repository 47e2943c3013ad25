import type { MachineKind } from "./kind.ts";

/** Our own peer, or one with a rule replaced. It is ready once its ports are open. */
export const reference: MachineKind<"reference"> = {
  plays: "machine",
  summary: "our own peer, or a variant of it",
  supports: () => true,
  machine: ({ variant }) => Promise.resolve(variant === undefined ? {} : { variant }),
};
