/**
 * The classes and options of core-identity steering that a device profile may declare.
 *
 * A figure of the source describes one way to steer: that is a class. What the source calls a
 * variant, or says that a device may do, is an option: such a requirement binds a device only once
 * its profile declares the option's word.
 */
import type { CoreIdentityOverrides } from "../../../peers/core_identity/overrides.ts";
import type { RequirementOf, Words } from "../../kit/words.ts";

/** Figures of source 000: each is a way in which both ends agree on a core. */
export const FIGURES = {
  F1: "FIG. 1: the receiver keeps each session on one core of its own choice",
  F4: "FIG. 4: the sender writes the identity that the receiver of FIG. 1 reported",
  F5: "FIG. 5: the receiver gives one identity for a whole aggregated tunnel",
  F5v: "FIG. 5 with session-IDs in place of the identity ([0063]-[0066])",
  F7: "FIG. 7: the sender selects an identity for each session",
  F8: "FIG. 8: the receiver assigns a core after it has decrypted",
  F9: "FIG. 9: a session-ID in clear, from which the receiver chooses the core",
  F9i: "FIG. 9 with a core identity in place of the session-ID ([0095])",
  F10: "FIG. 10: the session-ID stands in the header of the aggregated tunnel",
  clear: "the identity travels unencrypted (claims 45 and 54)",
} as const;

/** What the source calls a variant, or says that a device may do. */
export const OPTIONS = {
  session_key: "says whether the transport protocol is part of the session key",
  key_criteria: "tells sessions apart by a further criterion, such as the DSCP or the user",
  key_identity: "tells sessions apart by the identity itself",
  portless_traffic: "classifies traffic without ports, and fragments, by a rule of its own",
  deferred_assignment: "assigns a core only after some datagrams of a session",
  least_load_policy: "binds a new session to the core with the least load",
  receiver_only: "keeps sessions on cores with a sender that knows nothing of cores",
  early_report: "reports an identity before the first datagram of a flow",
  late_report: "reports an identity after the first few datagrams of a flow",
  encrypted_identity: "carries the identity encrypted",
  payload_identity: "carries the identity in the payload",
  identity_types: "uses identities that are strings, hashes or codes",
  preshared_identity: "has its identities from an administrator or a data store",
  reverse_identity: "uses the identity that the other side announced, in both directions",
  usable_count: "is told only how many cores it may use",
  sender_core_limit: "decides by itself how many of the announced cores it uses",
  encrypted_tunnel_header: "encrypts header and datagram together",
  receiver_session_id: "is given session-IDs by the receiver",
  sender_session_id: "gives session-IDs as the sender",
  hashed_session_id: "uses session-IDs that are a hash of the session",
  session_id_forms: "uses session-IDs in text, binary or hexadecimal form",
  core_coding: "announces its cores in a coding of its own",
  named_cores: "announces its cores by name",
  selection_criteria: "announces criteria by which cores are selected",
  processor_update: "announces its cores anew while tunnels are up",
  random_policy: "selects cores at random",
  sequential_policy: "selects cores one after the other",
  reserved_cores: "reserves cores for special datagrams",
  session_spreading: "spreads the packets of one session over several cores",
  datagram_encryption: "encrypts all, a part or nothing of the datagram",
  tunnel_criterion: "prefers tunnels by bandwidth, latency, tariff or location",
  header_encryption: "encrypts a part of the tunnel header",
  outer_session_id: "writes the session-ID into the header of the encapsulation packet",
  pieces_on_many_tunnels: "sends the pieces of one datagram through different tunnels",
  provisioned_session_id: "takes session-IDs from a table",
  combined_criteria: "chooses tunnels by what tells sessions apart as well",
  both_roles: "plays sender and receiver at the same time",
  wan_change: "goes on when a WAN connection goes or comes",
  carrier: "carries tunnels by a protocol of its choice, several on one interface",
  ipv6: "tunnels IPv6, or over IPv6",
  core_withdrawal: "withdraws a core while sessions use it",
} as const;

/** A figure of the source. */
export type CoreIdentityClass = keyof typeof FIGURES;

/** A variant of the source, or what it says that a device may do. */
export type CoreIdentityOption = keyof typeof OPTIONS;

/** Roles of the system: who sends datagrams into an aggregated tunnel, and who takes them out. */
export type CoreIdentityRole = "sender" | "receiver";

/** The words of the suite that its requirements do not bring. */
export interface CoreIdentityTerms extends Omit<Words, "requirement"> {
  role: CoreIdentityRole;
  class: CoreIdentityClass | CoreIdentityOption;
  node: "sender" | "receiver" | "receiver2";
  event:
    | "aggregate_up"
    | "all_answered"
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
