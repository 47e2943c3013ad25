import type { SilentKind } from "./kind.ts";

/** Captures of a device that is elsewhere. */
export const captures: SilentKind = {
  plays: "nothing",
  summary: "captures that were taken elsewhere",
  contract: {
    told: "Nothing: it is elsewhere.",
    ready: "It is never started.",
    log: "There is none.",
    instructed: "It takes none.",
    ended: "It is never started.",
  },
  supports: () => "its profile is for captures alone (plumbline check --profile judges them)",
};
