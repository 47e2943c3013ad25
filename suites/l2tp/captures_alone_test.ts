/** What is judged of captures that begin in the midst of a tunnel, and that nobody declared anything of. */
import assert from "node:assert/strict";
import type { EvidenceRecord } from "../kit/evidence.ts";
import { UNPLACED } from "../kit/evidence.ts";
import { alone, Captured, control, judge, type Place, verdict } from "./_testing/captured.ts";

const ONE: Place = { address: "192.0.2.1", port: 1701 };
const OTHER: Place = { address: "192.0.2.2", port: 1701 };

/** Captures alone, without a profile. */
const undeclared: Partial<EvidenceRecord> = {
  ...{ suite: "l2tp", scenario: undefined, world: "captures", captureCounters: {}, nodes: {} },
  taps: [{ name: "wan", node: UNPLACED, side: "wan", file: "wan.pcapng" }],
};

const hello = (tunnel: number, ns: number, nr: number, word = 0xc802) =>
  control("HELLO", { tunnel, ns, nr, word });
const zlb = (tunnel: number, ns: number, nr: number) => control(undefined, { tunnel, ns, nr });

/** HELLOs of both ends and their acknowledgements, from number 40 and 70 on. */
function exchange(captured = new Captured()): Captured {
  for (let i = 0; i < 4; i++) {
    captured.send(ONE, OTHER, hello(22, 40 + i, 70 + i), 60).send(
      OTHER,
      ONE,
      zlb(11, 70 + i, 41 + i),
    )
      .send(OTHER, ONE, hello(11, 70 + i, 41 + i), 30).send(ONE, OTHER, zlb(22, 41 + i, 71 + i));
  }
  return captured;
}

/** The same, and a HELLO that comes again and again after so many seconds. */
function repeated(...gaps: number[]): Captured {
  const captured = exchange().send(ONE, OTHER, hello(22, 44, 74));
  for (const gap of gaps) captured.send(ONE, OTHER, hello(22, 44, 74), gap);
  return captured;
}

const failures = async (captured: Captured, more = undeclared) =>
  Object.entries(await judge(captured, more, ""))
    .filter(([, { verdict }]) => verdict === "fail").map(([id]) => id);

Deno.test("two ends of port 1701 whose beginning was not captured fail nothing by keeping to the rules", async () => {
  assert.deepEqual(await failures(exchange()), []);
  assert.equal(await verdict(exchange(), undeclared, "l2tp/lac/reliable/ns"), "pass");
  assert.equal(await verdict(exchange(), undeclared, "l2tp/lns/header/first_octets"), "pass");
});

Deno.test("what both roles must keep is judged though nothing tells LAC from LNS", async () => {
  const priority = exchange().send(OTHER, ONE, hello(11, 74, 44, 0xc902));
  assert.match(
    await verdict(priority, undeclared, "l2tp/lns/header/first_octets"),
    /^fail: .*\(17\)$/,
  );
  const back = exchange().send(ONE, OTHER, hello(22, 44, 70), 5);
  assert.match(await verdict(back, undeclared, "l2tp/lac/reliable/nr"), /^fail: Nr 74 or more/);
});

Deno.test("a profile of one role makes nobody judged whose role is not known", async () => {
  const priority = exchange().send(OTHER, ONE, hello(11, 74, 44, 0xc902));
  assert.deepEqual(await failures(priority, alone("lns")), []);
});

Deno.test("a message that comes again at equal intervals is not backed off from", async () => {
  const id = "l2tp/lac/reliable/intervals";
  assert.match(
    await verdict(repeated(1, 1, 1, 1, 1), undeclared, id),
    /^fail: intervals that grow.* \| HELLO .* again after 1\.0 s, 1\.0 s/,
  );
  assert.match(await verdict(repeated(5, 5.1, 4.9, 5), undeclared, id), /^fail/);
});

Deno.test("intervals that grow up to eight seconds, or that lack a frame, are right", async () => {
  const id = "l2tp/lac/reliable/intervals";
  for (
    const gaps of [[1, 2, 4, 8, 8, 8, 8], [1, 2, 12, 8, 8], [1, 1, 2, 3], [
      0.02,
      1,
      0.02,
      2,
      0.02,
      4,
    ]]
  ) {
    assert.equal(await verdict(repeated(...gaps), undeclared, id), "pass", `${gaps}`);
  }
});

Deno.test("who answers each copy of a message is not who sends again without growth", async () => {
  const captured = exchange().send(ONE, OTHER, hello(22, 44, 74));
  for (let i = 0; i < 6; i++) {
    captured.send(ONE, OTHER, hello(22, 44, 74), 1).send(OTHER, ONE, hello(11, 74, 45));
  }
  assert.doesNotMatch(
    await verdict(captured, undeclared, "l2tp/lns/reliable/intervals"),
    /^fail/,
  );
});
