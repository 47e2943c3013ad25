/**
 * The classes and options of core-identity steering that a device profile may declare.
 *
 * A figure of the source describes one way to steer: that is a class. What the source calls a
 * variant, or says that a device may do, is an option: such a requirement binds a device only once
 * its profile declares the option's word.
 */

/** Figures of source 000. `F5v` are the session-ID variants of figure 5. */
export type CoreIdentityClass =
  | "F1"
  | "F4"
  | "F5"
  | "F5v"
  | "F7"
  | "F8"
  | "F9"
  /** Figure 9 with a core identity in place of the session-ID ([0095]). */
  | "F9i"
  | "F10"
  /** The identity travels unencrypted (claims 45 and 54). */
  | "clear";

/**
 * The classes that the claims in force (41 to 60) describe: the sender assigns the identity.
 * A device that declares none of them is outside the claims and is judged by its own classes.
 */
export const CLAIMED = ["F7", "F9i"] as const satisfies readonly CoreIdentityClass[];

/** The classes whose packets carry a core identity from sender to receiver. */
export const IDENTITY_BEARING = [
  "F4",
  "F5",
  "F7",
  "F9i",
] as const satisfies readonly CoreIdentityClass[];

/** The classes that wrap datagrams in encapsulation packets of an aggregated tunnel. */
export const ENCAPSULATING = [
  "F5",
  "F5v",
  "F7",
  "F8",
  "F9",
  "F9i",
  "F10",
] as const satisfies readonly CoreIdentityClass[];

/** Roles of the system, in the order in which data flows. */
export const BOTH = ["sender", "receiver"] as const;
