import type { Profile } from "./profile.ts";

/** Whether a device is started for each scenario; one that is not remembers those before. */
export function isStartedAnew({ attach: { kind } }: Pick<Profile, "attach">): boolean {
  return kind !== "interface" && kind !== "address";
}
