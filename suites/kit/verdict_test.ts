import assert from "node:assert/strict";
import {
  fail,
  gravest,
  gravestOf,
  gravestWord,
  inconclusive,
  pass,
  tooLateToTell,
} from "./verdict.ts";

const FRAME = { capture: "wan", number: 7 };
const broken = fail("a", "b", [FRAME]);
const unclear = inconclusive("nothing was seen");

Deno.test("parts combine to the gravest, wherever it stands", () => {
  assert.deepEqual(gravest(), pass);
  assert.deepEqual(gravest(undefined, pass), pass);
  assert.deepEqual(gravest(unclear, pass, broken), broken);
  assert.deepEqual(gravest(pass, unclear, undefined), unclear);
});

Deno.test("of what could not be told, that counts which another try may tell", () => {
  const late = tooLateToTell("the lab was late");
  assert.deepEqual(gravest(unclear, late), late);
  assert.deepEqual(gravestOf([unclear, pass, late], "reply", (each) => each), late);
  assert.deepEqual(gravest(late, broken), broken);
});

Deno.test("of several failures the first is told", () => {
  assert.deepEqual(gravest(broken, fail("c", "d", [FRAME])), broken);
});

Deno.test("items combine likewise, and none is no pass", () => {
  const verdicts = [pass, unclear, broken];
  assert.deepEqual(gravestOf(verdicts, "reply", (each) => each), broken);
  assert.deepEqual(gravestOf([pass, unclear, pass], "reply", (each) => each), unclear);
  assert.deepEqual(gravestOf([1, 2], "reply", () => undefined), pass);
  assert.deepEqual(gravestOf([], "reply", () => pass), inconclusive("no reply was captured"));
});

Deno.test("of words the gravest counts, and none is inconclusive", () => {
  assert.equal(gravestWord(["pass", "fail", "inconclusive"]), "fail");
  assert.equal(gravestWord(["not_applicable", "pass"]), "pass");
  assert.equal(gravestWord([]), "inconclusive");
});
