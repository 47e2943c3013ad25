/**
 * The classes and options of core-identity steering that a device profile may declare.
 *
 * A figure of the source describes one way to steer: that is a class. What the source calls a
 * variant, or says that a device may do, is an option: such a requirement binds a device only once
 * its profile declares the option's word.
 */
import type { CoreIdentityOverrides } from "../../../peers/core_identity/overrides.ts";
import type { RequirementOf, Words } from "../../kit/words.ts";

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

/** What the source calls a variant, or says that a device may do. */
export type CoreIdentityOption =
  | "session_key"
  | "key_criteria"
  | "key_identity"
  | "portless_traffic"
  | "deferred_assignment"
  | "least_load_policy"
  | "receiver_only"
  | "early_report"
  | "late_report"
  | "encrypted_identity"
  | "payload_identity"
  | "identity_types"
  | "preshared_identity"
  | "reverse_identity"
  | "usable_count"
  | "sender_core_limit"
  | "encrypted_tunnel_header"
  | "receiver_session_id"
  | "sender_session_id"
  | "hashed_session_id"
  | "session_id_forms"
  | "core_coding"
  | "named_cores"
  | "selection_criteria"
  | "processor_update"
  | "random_policy"
  | "sequential_policy"
  | "reserved_cores"
  | "session_spreading"
  | "datagram_encryption"
  | "tunnel_criterion"
  | "header_encryption"
  | "outer_session_id"
  | "pieces_on_many_tunnels"
  | "provisioned_session_id"
  | "combined_criteria"
  | "both_roles"
  | "wan_change"
  | "carrier"
  | "ipv6"
  | "core_withdrawal";

/** Roles of the system: who sends datagrams into an aggregated tunnel, and who takes them out. */
export type CoreIdentityRole = "sender" | "receiver";

/** The words of the suite that its requirements do not bring. */
export interface CoreIdentityTerms extends Omit<Words, "requirement"> {
  role: CoreIdentityRole;
  class: CoreIdentityClass | CoreIdentityOption;
  node: "sender" | "receiver" | "receiver2";
  event:
    | "aggregate_up"
    | "bind"
    | "core"
    | "cores_changed"
    | "established"
    | "identity_unknown"
    | "malformed"
    | "no_core"
    | "process"
    | "processor_information"
    | "queue_full"
    | "session_new"
    | "stranger"
    | "tunnel_down"
    | "tunnel_up"
    | "unroutable";
  rules: CoreIdentityOverrides;
}

/** Requirements by id, as their files write them. */
export type Rows = Readonly<Record<`CID-${number}`, RequirementOf<CoreIdentityTerms>>>;

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
