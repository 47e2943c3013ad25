/**
 * Mutants: the reference node with one rule replaced. Each names the requirement that it breaks, and
 * as companions those that cannot help breaking with it.
 */
import {
  NODE_RULES,
  type NodeRules,
  RECEIVER_RULES,
  SENDER_RULES,
} from "../../peers/core_identity/rules.ts";
import { hashOf } from "../../peers/core_identity/session.ts";
import type { Mutant } from "../mutant.ts";
import type { CoreIdentityId } from "./requirements.ts";

type Rules = Partial<NodeRules>;

function mutant(
  role: "sender" | "receiver",
  name: string,
  title: string,
  violates: CoreIdentityId,
  rules: Rules,
  companions: readonly CoreIdentityId[] = [],
): Mutant<CoreIdentityId> {
  return { id: `core_identity/${role}/${name}`, title, violates, companions, role, rules };
}

/** A session key that leaves one field out: `replace` blanks it in the key's text. */
function keyWithout(field: "source" | "destination" | "sourcePort" | "destinationPort") {
  const blank = field.endsWith("Port") ? -2 : "any";
  return (
    c: Parameters<NodeRules["sessionKey"]>[0],
    criteria: Parameters<NodeRules["sessionKey"]>[1],
  ) => NODE_RULES.sessionKey({ ...c, [field]: blank }, criteria, 0);
}

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

/** The mutants, in the order of the requirements that they break. */
export const CORE_IDENTITY_MUTANTS: readonly Mutant<CoreIdentityId>[] = [
  mutant(
    "sender",
    "keys_by_tunnel",
    "Takes the session key from the tunnel that the datagram will use",
    "CID-001",
    {
      sessionKey: (c, criteria, number) =>
        `${SENDER_RULES.sessionKey(c, criteria, number)} tunnel ${number % 3}`,
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
  mutant(
    "receiver",
    "another_core_by_tunnel",
    "Processes the packets of a session on a core that depends on the tunnel",
    "CID-001",
    { coreUsed: (named, { tunnelId }, cores) => (named + tunnelId) % cores },
    [
      "CID-005",
      "CID-006",
      "CID-019",
      "CID-029",
      "CID-031",
      "CID-054",
      "CID-065",
      "CID-066",
      "CID-086",
      "CID-088",
      "CID-089",
      "CID-093",
      "CID-100",
      "CID-104",
      "CID-106",
      "CID-107",
    ],
  ),
  ...KEY_FIELDS.map((field) =>
    mutant(
      "sender",
      `key_without_${snake(field)}`,
      `Leaves the ${snake(field).replace("_", " ")} out of the session key`,
      "CID-002",
      { sessionKey: keyWithout(field) },
      field === "sourcePort" ? KEY_COMPANIONS : ["CID-078"],
    )
  ),
  mutant(
    "receiver",
    "key_without_source_port",
    "Leaves the source port out of the key by which it tells sessions apart",
    "CID-002",
    { sessionKey: keyWithout("sourcePort") },
    ["CID-001", "CID-019", "CID-029", "CID-104"],
  ),
  mutant(
    "sender",
    "one_table_for_all_peers",
    "Keeps one session table for all peers",
    "CID-007",
    { tableOf: () => "all" },
  ),
  mutant(
    "receiver",
    "steers_by_interface",
    "Steers by the interface that a packet came in by, as receive side scaling would",
    "CID-019",
    { coreUsed: (named, { port }, cores) => (named + Number(port.slice(3) || 0)) % cores },
    [
      "CID-001",
      "CID-005",
      "CID-006",
      "CID-031",
      "CID-054",
      "CID-065",
      "CID-066",
      "CID-086",
      "CID-088",
      "CID-089",
      "CID-093",
      "CID-100",
      "CID-106",
      "CID-107",
    ],
  ),
  mutant(
    "sender",
    "short_session_ids",
    "Cuts session-IDs to 16 bits",
    "CID-048",
    { sessionId: (candidate) => candidate & 0xffffn },
  ),
  mutant(
    "receiver",
    "keeps_its_cores_secret",
    "Leaves the announcement of cores to the initiator",
    "CID-050",
    { announces: (initiator) => initiator },
    ["CID-103"],
  ),
  mutant(
    "sender",
    "keeps_its_cores_secret",
    "Announces no cores of its own",
    "CID-050",
    { announces: () => false },
  ),
  mutant(
    "receiver",
    "counts_offline_cores",
    "Announces the cores that exist, also those that are off line",
    "CID-051",
    { availableCores: (all) => [...all] },
  ),
  mutant(
    "sender",
    "guesses_core_zero",
    "Sends before it knows the peer's cores, to core 0",
    "CID-052",
    { mayLeave: () => true },
    ["CID-092"],
  ),
  mutant(
    "sender",
    "classifies_by_destination",
    "Takes all datagrams to one destination for one session",
    "CID-057",
    { sessionKey: (c) => c.destination },
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
    "selects_from_its_own_cores",
    "Selects out of its own cores, not the peer's",
    "CID-058",
    { informationUsed: (_peer, own) => own },
    ["CID-002", "CID-007", "CID-031", "CID-054", "CID-055", "CID-061", "CID-062", "CID-068"],
  ),
  mutant(
    "sender",
    "forgets_live_sessions",
    "Forgets a session once 5,000 others began",
    "CID-059",
    { keepsSession: (since) => since < 5000 },
  ),
  mutant(
    "sender",
    "always_the_first_core",
    "Selects the first core whatever the policy",
    "CID-060",
    { selectCore: () => 0 },
    [
      "CID-002",
      "CID-003",
      "CID-004",
      "CID-007",
      "CID-055",
      "CID-057",
      "CID-058",
      "CID-061",
      "CID-062",
      "CID-067",
      "CID-068",
    ],
  ),
  mutant(
    "sender",
    "skips_the_last_core",
    "Wraps one core too early",
    "CID-061",
    {
      selectCore: (information, selection) =>
        SENDER_RULES.selectCore(
          { ...information, identities: information.identities.slice(0, -1) },
          selection,
        ),
    },
    ["CID-007", "CID-057", "CID-058", "CID-060", "CID-067"],
  ),
  mutant(
    "sender",
    "wraps_onto_reserved_cores",
    "Knows no reserved and no excluded cores",
    "CID-062",
    {
      selectCore: (information, selection) =>
        SENDER_RULES.selectCore(
          { ...information, reserved: [], excluded: [], preferred: [] },
          selection,
        ),
    },
    ["CID-055"],
  ),
  mutant(
    "sender",
    "tags_only_the_first_piece",
    "Puts the identity into the first piece of a datagram only",
    "CID-063",
    { identityOfPiece: (identity, index) => index === 0 ? identity : undefined },
    ["CID-001", "CID-028", "CID-099", "CID-100", "CID-106"],
  ),
  mutant(
    "sender",
    "stays_on_one_tunnel",
    "Keeps a session to one tunnel in multi-tunnel mode",
    "CID-064",
    {
      selectTunnel: (tunnels, _policy, { sessionKey }) =>
        tunnels[hashOf(sessionKey) % tunnels.length].id,
    },
    ["CID-081", "CID-085", "CID-086", "CID-103"],
  ),
  mutant(
    "receiver",
    "strips_one_octet_too_many",
    "Takes one octet too many off the front of a datagram",
    "CID-065",
    { decapsulated: (datagram) => datagram.subarray(1) },
    [
      "CID-002",
      "CID-029",
      "CID-030",
      "CID-086",
      "CID-087",
      "CID-100",
      "CID-103",
      "CID-106",
      "CID-108",
    ],
  ),
  mutant(
    "receiver",
    "counts_cores_from_one",
    "Takes identity n for core n + 1",
    "CID-066",
    {
      coreOfIdentity: (identity, offered) => {
        const core = RECEIVER_RULES.coreOfIdentity(identity, offered);
        return core === undefined ? undefined : (core + 1) % offered.length;
      },
    },
    ["CID-031", "CID-054", "CID-100"],
  ),
  mutant(
    "sender",
    "one_identity_for_all",
    "Gives all sessions the same identity, as figure 5 does",
    "CID-067",
    { selectCore: () => 1 },
    [
      "CID-002",
      "CID-003",
      "CID-004",
      "CID-007",
      "CID-055",
      "CID-057",
      "CID-058",
      "CID-060",
      "CID-061",
      "CID-062",
      "CID-068",
    ],
  ),
  mutant(
    "sender",
    "hashes_the_session_alone",
    "Derives the identity from the session alone, not from the peer's cores",
    "CID-068",
    { selectCore: (_information, { sessionKey }) => hashOf(sessionKey) % 4 },
    [
      "CID-002",
      "CID-003",
      "CID-004",
      "CID-007",
      "CID-055",
      "CID-058",
      "CID-060",
      "CID-061",
      "CID-062",
    ],
  ),
  mutant(
    "sender",
    "new_id_for_each_datagram",
    "Makes a new session-ID for every datagram",
    "CID-078",
    { sessionIdPerSession: false },
    ["CID-001", "CID-080", "CID-084"],
  ),
  mutant(
    "sender",
    "encrypts_the_id_with_the_header",
    "Lets header encryption cover the session-ID",
    "CID-080",
    {
      clearIdentity: (identity, encrypted, global) =>
        encrypted
          ? identity ^ (BigInt(global + 1) * 0x9e3779b97f4a7c15n & 0xffffffffffffffffn)
          : identity,
    },
    ["CID-084"],
  ),
  mutant(
    "sender",
    "ignores_the_tunnel_criterion",
    "Sends on all tunnels in turn whatever the criterion",
    "CID-085",
    {
      selectTunnel: (tunnels, _policy, { packets }) => tunnels[packets % tunnels.length].id,
    },
    ["CID-081"],
  ),
  mutant(
    "sender",
    "global_sequence_per_tunnel",
    "Counts the global sequence number for each tunnel",
    "CID-082",
    { globalSequence: (_next, tunnelSequence) => tunnelSequence },
    ["CID-064", "CID-100"],
  ),
  mutant(
    "receiver",
    "decrypts_first",
    "Decrypts before it takes note of the session-ID",
    "CID-087",
    { recordsBeforeDecryption: false },
  ),
  mutant(
    "receiver",
    "stores_another_core",
    "Stores a session-ID with another core than the one that took the first packet",
    "CID-088",
    { storedCore: (selected, cores) => (selected + 1) % cores },
    ["CID-001", "CID-005", "CID-019", "CID-020", "CID-089", "CID-093"],
  ),
  mutant(
    "receiver",
    "looks_up_half_an_id",
    "Looks up session-IDs by their first four octets",
    "CID-090",
    { lookupKey: (id) => (id >> 32n).toString(16), storeKey: (id) => (id >> 32n).toString(16) },
  ),
  mutant(
    "receiver",
    "pads_ids_on_one_path",
    "Pads session-IDs to 16 digits when it stores them, not when it looks them up",
    "CID-093",
    { storeKey: (id) => id.toString(16).padStart(16, "0") },
    ["CID-005"],
  ),
  mutant(
    "sender",
    "encrypts_the_identity",
    "Encrypts the identity although the clear profile is declared",
    "CID-099",
    {
      clearIdentity: (identity, _encrypted, global) =>
        identity ^ (BigInt(global + 1) * 0x9e3779b97f4a7c15n & 0xffffffffffffffffn),
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
    "receiver",
    "decides_by_datagram_not_identity",
    "Ignores clear identities it did not decrypt and assigns anew",
    "CID-099",
    { coreOfIdentity: () => undefined },
    ["CID-029", "CID-091"],
  ),
  mutant(
    "receiver",
    "withholds_datagrams",
    "Withholds every hundredth datagram",
    "CID-100",
    { forwards: (number) => number % 100 !== 99 },
    ["CID-065", "CID-086"],
  ),
  mutant(
    "sender",
    "forgets_identities_in_bulk",
    "Leaves the identity off every thousandth datagram",
    "CID-100",
    {
      identityOfPiece: (identity, _index, number) => number % 1000 === 999 ? undefined : identity,
    },
    ["CID-048"],
  ),
  mutant(
    "sender",
    "receives_nothing_back",
    "Takes data in only when the peer opened the aggregate",
    "CID-102",
    { receivesFrom: (initiatedByUs) => !initiatedByUs },
  ),
  mutant(
    "receiver",
    "answers_without_identity",
    "Sends its own data back without an identity",
    "CID-102",
    { identityOfPiece: () => undefined },
  ),
  mutant(
    "receiver",
    "wants_equal_numbers",
    "Accepts an aggregate only of equally many access networks on both sides",
    "CID-103",
    { acceptsAggregate: (own, peer) => own === peer },
  ),
  mutant(
    "sender",
    "wants_many_at_the_peer",
    "Opens an aggregate only when the peer too has several access networks",
    "CID-103",
    { acceptsAggregate: (own, peer) => own > 1 && peer > 1 },
  ),
  mutant(
    "receiver",
    "numbers_cores_in_each_processor",
    "Numbers the cores of each processor from zero",
    "CID-107",
    {
      identityOfCore: ({ index, within }, name) =>
        name === undefined
          ? BigInt(within)
          : RECEIVER_RULES.identityOfCore({ index, unit: 0, within }, name),
    },
    ["CID-051", "CID-053"],
  ),
  mutant(
    "receiver",
    "joins_pieces_of_one_tunnel",
    "Waits for all pieces of a datagram on the tunnel of the first",
    "CID-086",
    { acceptsPieceFrom: (tunnel, first) => tunnel === first },
    ["CID-065", "CID-100", "CID-106"],
  ),
];
