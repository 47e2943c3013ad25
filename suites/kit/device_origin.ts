/** Whose a device is, by its profile. Apart from the schema: whoever judges captures need not load that. */
import type { Profile } from "./profile.ts";

/** Whether a device is our own reference peer with no rule replaced: nobody asks what it keeps. */
export function isPlainReference({ attach }: Pick<Profile, "attach">): boolean {
  return attach.kind === "reference" && attach.variant === undefined;
}

/** Whether our own program plays a device, be it what it should be or not: its clock is the lab's. */
export function isOurs({ attach }: Pick<Profile, "attach">): boolean {
  return attach.kind === "reference" || attach.kind === "null";
}
