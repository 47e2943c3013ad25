import assert from "node:assert/strict";
import { AttributeType } from "../../../captures/wire/core_identity_control.ts";
import { control, data, gathered, inner, tunnelUp } from "../_testing/tunnel_captures.ts";
import { wanFacts } from "./wan.ts";

const CORES = [0n, 1n, 2n, 3n];
const sentBy = async (captures: Parameters<typeof gathered>[1]) => {
  const { facts } = await gathered(wanFacts, captures);
  return facts.of("sender")[0];
};

Deno.test("sessions are told by their inner flows, with the identity and the tunnels of each", async () => {
  const sent = await sentBy([
    ...tunnelUp(CORES, { at: 0 }),
    data(4000, 2n, 0, { at: 10 }),
    data(4001, 3n, 1, { at: 11 }),
    data(4000, 2n, 2, { at: 12 }, { tunnelId: 2, tunnelSequence: 0 }),
    data(4000, 1n, 3, { at: 13 }, { tunnelSequence: 2 }),
  ]);
  const [first, second] = sent.sessions;
  assert.equal(first.flow, "17 10.1.1.2:4000 > 10.2.1.2:5000");
  assert.deepEqual([first.identity, first.packets, first.changed], ["2", 3, 1]);
  assert.deepEqual(first.changes.map(({ identity }) => identity), ["1"]);
  assert.equal(first.tunnels.size, 2);
  assert.deepEqual([second.identity, second.firstGlobal], ["3", 1]);
  assert.equal(sent.aggregates[0].globals.missing, 0);
});

Deno.test("a packet that was captured twice is a copy, one with a number of another is a repeat", async () => {
  const once = data(4000, 2n, 0, { at: 10 }), next = data(4000, 2n, 1, { at: 11 });
  const mirrored = await sentBy([once, once, next, next]);
  assert.deepEqual([mirrored.packets, mirrored.copies, mirrored.repeats], [2, 2, 0]);
  assert.equal([...mirrored.tunnels.values()][0].gaps, 0);
  const repeated = await sentBy([once, data(4000, 2n, 0, { at: 11 }, { tunnelId: 2 })]);
  assert.deepEqual([repeated.packets, repeated.copies, repeated.repeats], [2, 0, 1]);
});

Deno.test("copies at the far end are copies too, whatever the tap is called", async () => {
  const near = [0, 1, 2].map((n) => data(4000, 2n, n, { at: 10 + n }));
  const far = [0, 1, 2].map((n) => data(4000, 2n, n, { at: 12 + n, tap: "wan9" }));
  const sent = await sentBy([...near, ...far]);
  assert.deepEqual([sent.packets, sent.copies, sent.repeats], [3, 3, 0]);
});

Deno.test("pieces are of the session of the first, and a piece with another identity is told", async () => {
  const datagram = inner(4000);
  const piece = (number: number, from: number, to: number, identity: bigint, tunnelId = 1) =>
    data(4000, identity, number, { at: 10 + number }, {
      ...{ datagramNumber: 7, pieceOffset: from, piece: datagram.subarray(from, to) },
      ...{ datagramLength: datagram.length, tunnelId, tunnelSequence: number },
    });
  const sent = await sentBy([piece(0, 0, 30, 2n), piece(1, 30, 36, 2n, 2)]);
  assert.deepEqual([sent.pieces, sent.pieceConflicts, sent.spreadDatagrams], [2, 0, 1]);
  assert.deepEqual(sent.sessions.map(({ packets }) => packets), [2]);
  const mixed = await sentBy([piece(0, 0, 30, 2n), piece(1, 30, 36, 3n)]);
  assert.equal(mixed.pieceConflicts, 1);
});

Deno.test("announcements are read where they arrive as where they leave, each once", async () => {
  const reserved = { type: AttributeType.reserved, value: new Uint8Array([1, 46, 0, 1]) };
  const more = [reserved, { type: AttributeType.excluded, value: new Uint8Array([0, 3]) }];
  const told = control("helloAck", { identities: CORES, more }, { at: 1, from: "receiver" });
  const { facts } = await gathered(wanFacts, [
    control("hello", {}, { at: 0 }),
    told,
    { ...told, tap: "far0", at: 0.5 },
  ]);
  const [{ announcements, setups }] = facts.of("receiver");
  assert.equal(announcements.length, 1);
  const [{ identities, excluded, reserved: rules, departure, arrival }] = announcements;
  assert.deepEqual(identities, ["0", "1", "2", "3"]);
  assert.deepEqual(excluded, ["3"]);
  assert.deepEqual(rules, [{ field: "dscp", value: 46, identities: ["1"] }]);
  assert.deepEqual([departure?.place, arrival?.place], ["far0", "wan0"]);
  assert.equal(setups.size, 1);
});

Deno.test("a mirror neither opens a tunnel nor announces anything", async () => {
  const { facts } = await gathered(wanFacts, [
    control("hello", { identities: CORES }, { at: 0 }),
    control("hello", { identities: CORES }, { at: 1, from: "receiver" }),
  ]);
  const [{ announcements, setups }] = facts.of("receiver");
  assert.deepEqual([announcements.length, setups.size], [0, 0]);
});

Deno.test("whoever answers is the receiver, though a keepalive of it came first", async () => {
  const { facts } = await gathered(wanFacts, [
    control("keepalive", {}, { at: 0, from: "receiver" }),
    ...tunnelUp(CORES, { at: 1 }),
    data(4000, 2n, 0, { at: 10 }),
  ]);
  assert.equal(facts.of("sender")[0].packets, 1);
  assert.equal(facts.of("receiver")[0].packets, 0);
});

Deno.test("announcements of very many cores are bounded, and their loss is confessed", async () => {
  const identities: bigint[] = [];
  const messages = Array.from(
    { length: 40 },
    (_, i) =>
      control("hello", { identities, coreCount: 65_535, sequence: i, tunnelId: i }, { at: i }),
  );
  const { facts, excess } = await gathered(wanFacts, messages);
  assert.ok(facts.of("sender")[0].announcements.length < 17);
  assert.match(excess ?? "", /announcements of so many cores/);
});

Deno.test("jumps of sequence numbers are bounded, and confessed", async () => {
  const packets = Array.from(
    { length: 20_000 },
    (_, i) => data(4000, 2n, i, { at: i }, { globalSequence: i * 100_000 >>> 0 }),
  );
  assert.match(
    (await gathered(wanFacts, packets)).excess ?? "",
    /jumps of global sequence numbers/,
  );
});

Deno.test("what is wrong with packets by their format is told, once for each kind", async () => {
  const sent = await sentBy([
    ...tunnelUp(CORES, { at: 0 }),
    data(4000, 2n, 0, { at: 10 }),
    data(4000, 2n, 1, { at: 11 }, { clearLength: 20 }),
    data(4000, 2n, 2, { at: 12 }, { clearLength: 20 }),
    data(4000, 2n, 3, { at: 13 }, {
      ...{ placement: 2, section: { type: 2, length: 8, reserved: 0 } },
    }),
    control("keepalive", { acknowledged: 9, sequence: 7 }, { at: 14 }),
    control("keepalive", { sequence: 6 }, { at: 15 }),
    control("update", { identities: CORES, coreCount: 5, sequence: 8 }, { at: 16 }),
  ]);
  const [[what, { packets }], ...others] = sent.dataFaults.all;
  assert.deepEqual([what.slice(0, 12), packets], ["Clear Length", 2]);
  assert.deepEqual(others.map(([other]) => other), ["Section is not K"]);
  assert.deepEqual([...sent.controlFaults.all.keys()], [
    "an answer does not say to what",
    "a message that answers none tells one",
    "Control Sequence Numbers fall",
    "there is not one identity for each core",
    "one version of the processor information says two things of the cores",
  ]);
});

Deno.test("pieces lie end to end, tell one length, and have a number of their own", async () => {
  const datagram = inner(4000);
  const faults = async (pieces: readonly (readonly [number, number, number?])[]) => {
    const sent = await sentBy(
      pieces.map(([from, to, length = datagram.length], i) =>
        data(4000, 2n, i, { at: 10 + i }, {
          ...{ datagramNumber: 7, pieceOffset: from, piece: datagram.subarray(from, to) },
          datagramLength: length,
        })
      ),
    );
    return [...sent.pieceFaults.all.keys()];
  };
  assert.deepEqual(await faults([[20, 36], [0, 20]]), []);
  assert.deepEqual(await faults([[0, 20]]), [], "the others may be in no capture");
  const [overlap] = await faults([[0, 20], [10, 26]]);
  assert.match(overlap, /overlap/);
  assert.match((await faults([[0, 20], [20, 36, 40]])).join(), /several lengths/);
  assert.match((await faults([[0, 20], [20, 36], [0, 20]])).join(), /was whole has more pieces/);
});
