/** Mutants of the sender that take sessions or their identities wrongly. */
import { SENDER_RULES } from "../../../peers/core_identity/rules.ts";
import type { CoreIdentityId } from "../requirements.ts";
import { type CoreIdentityMutant, keyWithout, mutant } from "./common.ts";

const KEY_FIELDS = ["source", "destination", "sourcePort", "destinationPort"] as const;
/** Flows of our scenarios differ in the source port first of all. */
const KEY_COMPANIONS: readonly CoreIdentityId[] = [
  "CID-007",
  "CID-048",
  "CID-055",
  "CID-057",
  "CID-058",
  "CID-060",
  "CID-061",
  "CID-062",
  "CID-067",
  "CID-068",
  "CID-078",
  "CID-080",
];
const snake = (name: string) => name.replace(/[A-Z]/g, (c) => "_" + c.toLowerCase());

/** Senders that key, number or tag sessions wrongly. */
export const SENDER_MUTANTS: readonly CoreIdentityMutant[] = [
  mutant(
    "sender",
    "leaves_the_identity_clear",
    "Leaves the identity clear although its encryption is declared",
    "CID-029",
    { node: { masksIdentity: () => false } },
  ),
  mutant(
    "sender",
    "encrypts_too_little",
    "Leaves the inner headers clear although the whole datagram is to be encrypted",
    "CID-079",
    { node: { clearOctets: (_configured, length) => Math.min(28, length) } },
  ),
  mutant(
    "sender",
    "leaves_the_header_clear",
    "Leaves the tunnel header clear although its encryption is declared",
    "CID-083",
    { node: { encryptsHeader: () => false } },
  ),
  mutant(
    "sender",
    "keys_by_tunnel",
    "Takes the session key from the tunnel that the datagram will use",
    "CID-001",
    {
      node: {
        sessionKey: (c, criteria, number) =>
          `${SENDER_RULES.sessionKey(c, criteria, number)} tunnel ${number % 3}`,
      },
    },
    [
      "CID-004",
      "CID-006",
      "CID-057",
      "CID-063",
      "CID-067",
      "CID-078",
      "CID-080",
      "CID-084",
      "CID-100",
    ],
  ),
  ...KEY_FIELDS.map((field) =>
    mutant(
      "sender",
      `key_without_${snake(field)}`,
      `Leaves the ${snake(field).replace("_", " ")} out of the session key`,
      "CID-002",
      { node: { sessionKey: keyWithout(field) } },
      field === "sourcePort" ? KEY_COMPANIONS : ["CID-078"],
    )
  ),
  mutant(
    "sender",
    "one_table_for_all_peers",
    "Keeps one session table for all peers",
    "CID-007",
    { node: { tableOf: () => "all" } },
  ),
  mutant(
    "sender",
    "short_session_ids",
    "Cuts session-IDs to 16 bits",
    "CID-048",
    { node: { sessionId: (candidate) => candidate & 0xffffn } },
  ),
  mutant(
    "sender",
    "classifies_by_destination",
    "Takes all datagrams to one destination for one session",
    "CID-057",
    { node: { sessionKey: (c) => c.destination } },
    [
      "CID-002",
      "CID-003",
      "CID-004",
      "CID-007",
      "CID-048",
      "CID-055",
      "CID-058",
      "CID-060",
      "CID-061",
      "CID-062",
      "CID-067",
      "CID-068",
      "CID-078",
      "CID-080",
    ],
  ),
  mutant(
    "sender",
    "forgets_live_sessions",
    "Forgets a session once 5,000 others began",
    "CID-059",
    { node: { keepsSession: (since) => since < 5000 } },
  ),
  mutant(
    "sender",
    "tags_only_the_first_piece",
    "Puts the identity into the first piece of a datagram only",
    "CID-063",
    { node: { identityOfPiece: (identity, index) => index === 0 ? identity : undefined } },
    ["CID-001", "CID-028", "CID-099", "CID-100", "CID-106"],
  ),
  mutant(
    "sender",
    "new_id_for_each_datagram",
    "Makes a new session-ID for every datagram",
    "CID-078",
    { node: { sessionIdPerSession: false } },
    ["CID-001", "CID-080", "CID-084"],
  ),
  mutant(
    "sender",
    "encrypts_the_id_with_the_header",
    "Lets header encryption cover the session-ID",
    "CID-080",
    {
      node: {
        clearIdentity: (identity, encrypted, global) =>
          encrypted
            ? identity ^ (BigInt(global + 1) * 0x9e3779b97f4a7c15n & 0xffffffffffffffffn)
            : identity,
      },
    },
    ["CID-084"],
  ),
  mutant(
    "sender",
    "global_sequence_per_tunnel",
    "Counts the global sequence number for each tunnel",
    "CID-082",
    { node: { globalSequence: (_next, tunnelSequence) => tunnelSequence } },
    ["CID-064", "CID-100"],
  ),
  mutant(
    "sender",
    "encrypts_the_identity",
    "Encrypts the identity although the clear profile is declared",
    "CID-099",
    {
      node: {
        clearIdentity: (identity, _encrypted, global) =>
          identity ^ (BigInt(global + 1) * 0x9e3779b97f4a7c15n & 0xffffffffffffffffn),
      },
    },
    [
      "CID-001",
      "CID-004",
      "CID-006",
      "CID-007",
      "CID-030",
      "CID-031",
      "CID-032",
      "CID-054",
      "CID-055",
      "CID-056",
      "CID-057",
      "CID-058",
      "CID-059",
      "CID-060",
      "CID-061",
      "CID-062",
      "CID-063",
      "CID-067",
      "CID-078",
      "CID-080",
      "CID-084",
      "CID-100",
      "CID-103",
      "CID-104",
      "CID-106",
    ],
  ),
  mutant(
    "sender",
    "forgets_identities_in_bulk",
    "Leaves the identity off every thousandth datagram",
    "CID-100",
    {
      node: {
        identityOfPiece: (identity, _index, number) => number % 1000 === 999 ? undefined : identity,
      },
    },
    ["CID-048"],
  ),
];
