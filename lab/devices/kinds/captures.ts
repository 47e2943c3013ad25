import type { SilentKind } from "./kind.ts";

/** Captures of a device that is elsewhere. */
export const captures: SilentKind = {
  plays: "nothing",
  summary: "captures that were taken elsewhere",
  supports: () => "its profile is for captures alone (plumbline check --profile judges them)",
};
