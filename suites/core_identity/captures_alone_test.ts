/** The checks on captures that no scenario left: they fail on a fault, and on nothing else. */
import assert from "node:assert/strict";
import { IdentityKind } from "../../captures/wire/core_identity.ts";
import {
  type Captured,
  type Claim,
  control,
  data,
  inner,
  judgedAlone,
  tunnelUp,
} from "./_testing/tunnel_captures.ts";

const CORES = [0n, 1n, 2n, 3n];
const UP = tunnelUp(CORES, { at: 0 });
const SESSION_ID = { kind: IdentityKind.session };

/** Packets of one session after another, ten milliseconds apart, with these identities. */
const sessions = (identities: readonly bigint[], first = 4000) =>
  identities.map((identity, i) => data(first + i, identity, i, { at: 10 + 10 * i }));
const turn = (count: number, cores = 4) =>
  Array.from({ length: count }, (_, i) => BigInt(i % cores));

async function assertVerdict(
  check: string,
  captures: readonly Captured[],
  verdict: string,
  why = /(?:)/,
  claim: Claim = {},
) {
  const outcome = await judgedAlone(check, captures, claim);
  assert.equal(outcome.verdict, verdict, JSON.stringify(outcome));
  if ("reason" in outcome) assert.match(outcome.reason, why);
  if (outcome.verdict === "fail") {
    assert.ok(outcome.frames.length > 0);
    assert.match(`${outcome.expected}, got ${outcome.actual}`, why);
  }
}

Deno.test("a session keeps its identity, or the packets that change it are shown", async () => {
  const check = "session/one_identity";
  const stays = [...UP, data(4000, 2n, 0, { at: 10 }), data(4000, 2n, 1, { at: 20 })];
  await assertVerdict(check, stays, "pass");
  const changes = [...stays, data(4000, 3n, 2, { at: 30 })];
  await assertVerdict(check, changes, "fail", /carry another, such as 3/);
  await assertVerdict(
    check,
    [...stays, data(4000, undefined, 2, { at: 30 })],
    "fail",
    /carry none/,
  );
  await assertVerdict(check, UP, "inconclusive", /no encapsulation packet of the sender/);
  await assertVerdict(check, stays.slice(0, 4), "inconclusive", /no session with several packets/);
});

Deno.test("a session that paused for longer than it is remembered may get another identity", async () => {
  const check = "session/one_identity";
  const early = [...UP, data(4000, 2n, 0, { at: 10 }), data(4000, 2n, 1, { at: 20 })];
  const changed = (at: number) => [...early, data(4000, 3n, 2, { at })];
  await assertVerdict(check, changed(70_000), "inconclusive", /no senderIdle says/);
  await assertVerdict(check, changed(9_000), "fail");
  const parameters = { senderIdle: 20_000 };
  await assertVerdict(check, changed(50_000), "pass", undefined, { parameters });
  await assertVerdict(check, changed(15_000), "fail", undefined, { parameters });
  const forged = { parameters: { senderIdle: 0 } };
  await assertVerdict(check, changed(9_000), "fail", undefined, forged);
});

Deno.test("a session whose core was withdrawn may turn to another that is offered", async () => {
  const check = "session/one_identity";
  const before = [...UP, data(4000, 2n, 0, { at: 10 }), data(4000, 2n, 1, { at: 11 })];
  const after = [data(4000, 3n, 2, { at: 20 }), data(4000, 3n, 3, { at: 21 })];
  const told = (identities: bigint[]) =>
    control("update", { identities, informationVersion: 2, sequence: 9 }, {
      at: 15,
      from: "receiver",
    });
  await assertVerdict(check, [...before, told([0n, 1n, 3n]), ...after], "pass");
  await assertVerdict(check, [...before, told([0n, 1n, 2n, 3n]), ...after], "fail");
  await assertVerdict(check, [...before, told([0n, 1n]), ...after], "fail");
  const newer = control("keepalive", { informationVersion: 2 }, { at: 15, from: "receiver" });
  await assertVerdict(check, [...before, newer, ...after], "inconclusive", /lack an update/);
  const back = [...after, data(4000, 0n, 4, { at: 30 })];
  await assertVerdict(check, [...before, told([0n, 1n, 3n]), ...back], "fail");
});

Deno.test("identities that may be encrypted are not judged without the key, clear ones are", async () => {
  const packets = [...UP, data(4000, 77n, 0, { at: 10 }), data(4000, 99n, 1, { at: 20 })];
  const clear = { classes: ["F7", "clear"] };
  await assertVerdict("session/one_identity", packets, "inconclusive", /may be encrypted/);
  await assertVerdict("session/one_identity", packets, "fail", /such as 63/, clear);
  await assertVerdict("common/clear_identity", packets, "fail", /got 4d/, clear);
});

Deno.test("an identity must have been announced by the time captures end", async () => {
  const check = "7/first_assignment";
  await assertVerdict(check, [...UP, ...sessions([3n, 0n])], "pass");
  const alien = [...UP, ...sessions([3n, 10n])];
  const clear = { classes: ["F7", "clear"] };
  await assertVerdict(check, alien, "fail", /got a/, clear);
  const update = { identities: [...CORES, 10n], informationVersion: 2, sequence: 9 };
  const told = control("update", update, { at: 5, from: "receiver" });
  await assertVerdict(check, [...alien, told], "pass", undefined, clear);
});

Deno.test("an identity that is alien to captures with a hole is not called alien", async () => {
  const check = "7/first_assignment", clear = { classes: ["F7", "clear"] };
  const [first, alien] = sessions([3n, 10n]);
  await assertVerdict(check, [first, alien], "inconclusive", /no processor information/, clear);
  const late = [first, ...tunnelUp(CORES, { at: 12 }), alien];
  await assertVerdict(check, late, "inconclusive", /begun after tunnel 1 was up/, clear);
  const hole = [...UP, first, data(4001, 10n, 7, { at: 20 })];
  await assertVerdict(check, hole, "inconclusive", /6 packets .* in no capture given/, clear);
  const newer = control("keepalive", { informationVersion: 2 }, { at: 15, from: "receiver" });
  await assertVerdict(check, [...UP, first, newer, alien], "inconclusive", /lack an update/, clear);
});

Deno.test("data waits for processor information, as one tap shows and several do not", async () => {
  const check = "7/information_before_data";
  await assertVerdict(check, [...UP, ...sessions([3n])], "pass");
  const [hello, ack, confirm] = tunnelUp(CORES, { at: 0 });
  const early = data(4000, 0n, 0, { at: 0.5 });
  await assertVerdict(check, [hello, early, ack, confirm], "fail", /it comes later/);
  await assertVerdict(check, sessions([3n]), "inconclusive", /begun after the tunnel was up/);
  const other = tunnelUp(undefined, { at: 3, tap: "wan1", tunnelId: 2 });
  const there = data(4001, 1n, 1, { at: 9, tap: "wan1" }, { tunnelId: 2, tunnelSequence: 0 });
  const two = [...UP, ...other, data(4000, 3n, 0, { at: 8 }), there];
  await assertVerdict(check, two, "inconclusive", /order .* at several taps is unknown/);
});

Deno.test("each end announces its cores once in the establishment, on whichever tunnel", async () => {
  const check = "7/information_of_receiver", claim = { roles: ["receiver"] };
  const silent = tunnelUp([], { at: 3, tap: "wan1", tunnelId: 2 });
  await assertVerdict(check, [...UP, ...silent], "pass", undefined, claim);
  await assertVerdict(check, silent, "fail", /the Core Count of all its messages is 0/, claim);
  const neither = tunnelUp(undefined, { at: 0 });
  await assertVerdict(check, neither, "inconclusive", /may be provisioned/, claim);
  await assertVerdict(check, [silent[2]], "inconclusive", /opens or accepts a tunnel/, claim);
  await assertVerdict(check, sessions([3n]), "inconclusive", /no tunnel was seen/, claim);
  const cut = [silent[1], silent[2], ...UP.slice(2)];
  await assertVerdict(check, cut, "inconclusive", /neither|begun after tunnel/, claim);
});

Deno.test("a packet goes through one connection; what a mirror port doubles is no fault", async () => {
  const check = "7/one_connection_each";
  const packets = [...UP, ...sessions([3n, 0n])];
  await assertVerdict(check, packets, "pass");
  const mirrored = packets.flatMap((captured) => [captured, captured]);
  await assertVerdict(check, mirrored, "inconclusive", /mirrored duplicates: .* filter duplicates/);
  const again = data(4000, 3n, 0, { at: 15 }, { tunnelId: 2 });
  await assertVerdict(check, [...packets, again], "fail", /appear again on another/);
});

Deno.test("sequence numbers of captures fail on a fault, and not on what was not captured", async () => {
  const check = "9/tunnel_header";
  await assertVerdict(check, sessions([3n, 0n]), "pass");
  const hole = [data(4000, 3n, 0, { at: 10 }), data(4000, 3n, 5, { at: 20 })];
  await assertVerdict(check, hole, "inconclusive", /in no capture given/);
  const mirrored = sessions([3n, 0n]).flatMap((captured) => [captured, captured]);
  await assertVerdict(check, mirrored, "inconclusive", /mirrored duplicates/);
  const again = data(4000, 3n, 0, { at: 15 }, { tunnelId: 2 });
  await assertVerdict(check, [...sessions([3n, 0n]), again], "fail", /appear again/);
});

Deno.test("all sessions on one core are a fault only where many had a choice", async () => {
  const check = "7/classification";
  const same = Array.from({ length: 20 }, () => 2n);
  const claim = { parameters: { selection: "random" } };
  await assertVerdict(check, [...UP, ...sessions(same)], "fail", /all carry identity 2/, claim);
  await assertVerdict(check, [...UP, ...sessions(same)], "inconclusive", /have in common/);
  await assertVerdict(check, [...UP, ...sessions(turn(20))], "pass");
  await assertVerdict(
    check,
    [...UP, ...sessions(same.slice(0, 5))],
    "inconclusive",
    /only 5 sessions/,
  );
  const one = [...tunnelUp([2n], { at: 0 }), ...sessions(same)];
  await assertVerdict(check, one, "inconclusive", /fewer than two cores/);
});

Deno.test("a policy is judged where it is declared, and an order by the packets' numbers", async () => {
  const check = "7/sequential_policy", claim = { parameters: { selection: "sequential" } };
  const inTurn = [...UP, ...sessions(turn(9))];
  await assertVerdict(check, inTurn, "pass", undefined, claim);
  await assertVerdict(check, inTurn, "inconclusive", /neither asked for nor declared/);
  const elsewhere = [...UP, ...sessions([2n, 3n, 0n, 1n, 2n])];
  await assertVerdict(check, elsewhere, "pass", undefined, claim);
  await assertVerdict(check, [...UP, ...sessions([0n, 1n, 2n, 0n, 1n])], "fail", /in turn/, claim);
  const backwards = [...UP, ...sessions([2n, 1n, 0n, 3n, 2n, 1n])];
  await assertVerdict(check, backwards, "pass", undefined, claim);
  // Numbers wrap: the session with number 0 began third.
  const wrapped = turn(6).map((identity, i) =>
    data(4000 + i, identity, (2 ** 32 - 2 + i) % 2 ** 32, { at: 10 + 10 * i })
  );
  await assertVerdict(check, [...UP, ...wrapped], "pass", undefined, claim);
  // The clock of the second tap is late: by time its session would come after the third.
  const skewed = turn(6).map((identity, i) =>
    data(4000 + i, identity, i, { at: i === 1 ? 31.5 : 10 + 10 * i })
  );
  await assertVerdict(check, [...UP, ...skewed], "pass", undefined, claim);
});

Deno.test("a random policy is even, and takes no turns", async () => {
  const check = "7/random_policy", claim = { parameters: { selection: "random" } };
  // Quadratic residues look random enough.
  const random = Array.from({ length: 120 }, (_, i) => BigInt((i * i * 7 % 127) % 4));
  await assertVerdict(check, [...UP, ...sessions(random)], "pass", undefined, claim);
  await assertVerdict(check, [...UP, ...sessions(turn(120))], "fail", /repetitions/, claim);
  const lopsided = random.map((identity) => identity === 3n ? 0n : identity);
  await assertVerdict(check, [...UP, ...sessions(lopsided)], "fail", /chi-square/, claim);
  await assertVerdict(check, [...UP, ...sessions(random)], "inconclusive", /neither asked/);
});

Deno.test("session-IDs are a session's own while it lives", async () => {
  const check = "9/one_id_a_session";
  const id = (port: number, identity: bigint, number: number, at: number) =>
    data(port, identity, number, { at }, SESSION_ID);
  await assertVerdict(check, [id(4000, 7n, 0, 10), id(4001, 8n, 1, 20)], "pass");
  const shared = [id(4000, 7n, 0, 10), id(4001, 7n, 1, 20)];
  await assertVerdict(check, shared, "fail", /session-IDs of their own/);
  const later = [shared[0], id(4001, 7n, 1, 90_000)];
  await assertVerdict(check, later, "inconclusive", /no senderIdle says/);
  await assertVerdict(check, later, "pass", undefined, { parameters: { senderIdle: 60_000 } });
  await assertVerdict(check, sessions([3n, 0n]), "inconclusive", /not session-IDs/);
});

Deno.test("a flow with another DSCP may be the same session", async () => {
  const marked = inner(4000).slice();
  marked[1] = 46 << 2;
  const packets = [
    data(4000, 7n, 0, { at: 10 }, SESSION_ID),
    data(4000, 7n, 1, { at: 20 }, { ...SESSION_ID, piece: marked }),
  ];
  await assertVerdict("9/one_id_a_session", packets, "pass");
});

Deno.test("pieces carry one identity each, the same", async () => {
  const check = "7/every_piece_attributable", datagram = inner(4000);
  const piece = (number: number, from: number, to: number, identity: bigint | undefined) =>
    data(4000, identity, number, { at: 10 + number }, {
      ...{ datagramNumber: 7, pieceOffset: from, piece: datagram.subarray(from, to) },
      datagramLength: datagram.length,
    });
  await assertVerdict(check, [...UP, piece(0, 0, 30, 2n), piece(1, 30, 36, 2n)], "pass");
  const bare = [...UP, piece(0, 0, 30, 2n), piece(1, 30, 36, undefined)];
  await assertVerdict(check, bare, "fail", /1 pieces without identity/);
  const other = [...UP, piece(0, 0, 30, 2n), piece(1, 30, 36, 3n)];
  await assertVerdict(check, other, "fail", /1 with another/);
  await assertVerdict(check, [...UP, ...sessions([3n])], "inconclusive", /in pieces/);
});

Deno.test("announced cores are as many as declared, each with an identity of its own", async () => {
  const count = "7/core_count_of_receiver", distinct = "7/distinct_identities";
  const claim = { roles: ["receiver"], parameters: { cores: 4 } };
  await assertVerdict(count, UP, "pass", undefined, claim);
  await assertVerdict(count, UP, "fail", /Core Count 3/, { ...claim, parameters: { cores: 3 } });
  await assertVerdict(count, UP, "inconclusive", /nothing says how many/, { roles: ["receiver"] });
  await assertVerdict(distinct, UP, "pass", undefined, claim);
  await assertVerdict(distinct, tunnelUp([0n, 1n, 1n], { at: 0 }), "fail", /3 distinct/, claim);
  await assertVerdict(distinct, UP.slice(0, 1), "inconclusive", /announced no cores/, claim);
});
