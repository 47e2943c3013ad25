/** Mutants of the sender that announce or select cores, or open or select tunnels, wrongly. */
import { SENDER_RULES } from "../../../peers/core_identity/rules.ts";
import { hashOf } from "../../../peers/core_identity/session.ts";
import { type CoreIdentityMutant, mutant } from "./common.ts";

/** Senders that select a wrong core or tunnel. */
export const SENDER_SELECTION_MUTANTS: readonly CoreIdentityMutant[] = [
  mutant(
    "sender",
    "counts_offline_cores",
    "Announces the cores that exist, also those that are off line",
    "CID-051",
    { node: { availableCores: (all) => [...all] } },
  ),
  mutant(
    "sender",
    "one_tunnel_per_interface",
    "Opens one tunnel on each of its interfaces",
    "CID-105",
    { node: { opensTunnel: (_own, peer) => peer === 0 } },
    ["CID-085"],
  ),
  mutant(
    "sender",
    "keeps_its_cores_secret",
    "Announces no cores of its own",
    "CID-050",
    { node: { announces: () => false } },
  ),
  mutant(
    "sender",
    "guesses_core_zero",
    "Sends before it knows the peer's cores, to core 0",
    "CID-052",
    { node: { mayLeave: () => true } },
    ["CID-092"],
  ),
  mutant(
    "sender",
    "selects_from_its_own_cores",
    "Selects out of its own cores, not the peer's",
    "CID-058",
    { node: { informationUsed: (_peer, own) => own } },
    [
      "CID-002",
      "CID-004",
      "CID-007",
      "CID-031",
      "CID-054",
      "CID-055",
      "CID-057",
      "CID-060",
      "CID-061",
      "CID-062",
      "CID-067",
      "CID-068",
    ],
  ),
  mutant(
    "sender",
    "always_the_first_core",
    "Selects the first core whatever the policy",
    "CID-060",
    { node: { selectCore: () => 0 } },
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
      node: {
        selectCore: (information, selection) =>
          SENDER_RULES.selectCore(
            { ...information, identities: information.identities.slice(0, -1) },
            selection,
          ),
      },
    },
    ["CID-007", "CID-057", "CID-058", "CID-060", "CID-067"],
  ),
  mutant(
    "sender",
    "wraps_onto_reserved_cores",
    "Knows no reserved and no excluded cores",
    "CID-062",
    {
      node: {
        selectCore: (information, selection) =>
          SENDER_RULES.selectCore(
            { ...information, reserved: [], excluded: [], preferred: [] },
            selection,
          ),
      },
    },
    ["CID-055"],
  ),
  mutant(
    "sender",
    "stays_on_one_tunnel",
    "Keeps a session to one tunnel in multi-tunnel mode",
    "CID-064",
    {
      node: {
        selectTunnel: (tunnels, _policy, { sessionKey }) =>
          tunnels[hashOf(sessionKey) % tunnels.length].id,
      },
    },
    ["CID-081", "CID-085", "CID-086", "CID-103"],
  ),
  mutant(
    "sender",
    "one_identity_for_all",
    "Gives all sessions the same identity, as figure 5 does",
    "CID-067",
    { node: { selectCore: () => 1 } },
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
    { node: { selectCore: (_information, { sessionKey }) => hashOf(sessionKey) % 4 } },
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
    "ignores_the_tunnel_criterion",
    "Sends on all tunnels in turn whatever the criterion",
    "CID-085",
    {
      node: {
        selectTunnel: (tunnels, _policy, { packets }) => tunnels[packets % tunnels.length].id,
      },
    },
    ["CID-081"],
  ),
  mutant(
    "sender",
    "receives_nothing_back",
    "Takes data in only when the peer opened the aggregate",
    "CID-102",
    { node: { receivesFrom: (initiatedByUs) => !initiatedByUs } },
  ),
  mutant(
    "sender",
    "wants_many_at_the_peer",
    "Opens an aggregate only when the peer too has several access networks",
    "CID-103",
    { node: { acceptsAggregate: (own, peer) => own > 1 && peer > 1 } },
  ),
];
