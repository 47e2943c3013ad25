import assert from "node:assert/strict";
import { L2TP_REQUIREMENTS, type L2tpId } from "./requirements.ts";

const ALL = Object.values(L2TP_REQUIREMENTS);

Deno.test("ids are numbered from 001 without a gap, and none is given twice", () => {
  const expected = ALL.map((_, i) => `L2TP-${String(i + 1).padStart(3, "0")}`);
  assert.deepEqual(ALL.map((requirement) => requirement.id as string).sort(), expected);
});

Deno.test("every requirement is a whole sentence with a section of the RFC and known roles", () => {
  for (const { id, text, source, binds } of ALL) {
    assert.match(text, /^[A-Z].{20,}\.$/, id);
    assert.match(source, /^RFC 2661 §\d/, id);
    assert.ok(binds.length > 0, id);
    for (const role of binds) assert.ok(role === "lac" || role === "lns", id);
  }
});

Deno.test("no two requirements say the same", () => {
  assert.equal(new Set(ALL.map((requirement) => requirement.text)).size, ALL.length);
});

Deno.test("a MAY binds only once an option is declared", () => {
  for (const requirement of ALL) {
    const classes: readonly string[] = "classes" in requirement ? requirement.classes ?? [] : [];
    if (requirement.level === "MAY") assert.ok(classes.length, requirement.id);
  }
});

Deno.test("an id that the catalogue does not hold does not compile", () => {
  const cite = (id: L2tpId) => id;
  // @ts-expect-error L2TP-000 is unknown.
  assert.equal(cite("L2TP-000"), "L2TP-000");
  assert.equal(cite("L2TP-095"), "L2TP-095");
});
