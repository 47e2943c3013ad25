import assert from "node:assert/strict";
import { OFFLOAD_REQUIREMENTS, type OffloadId } from "./requirements.ts";
import { OFFLOAD_CLASSES } from "./requirements/classes.ts";

const ALL = Object.values(OFFLOAD_REQUIREMENTS);
const ids = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${prefix}-${String(i + 1).padStart(3, "0")}`);

Deno.test("the catalogue holds its three series without a gap", () => {
  assert.deepEqual(ALL.map(({ id }) => id), [
    ...ids("OFL", 84),
    ...ids("RSC", 126),
    ...ids("TSO", 23),
  ]);
});

Deno.test("every requirement is a whole sentence with a source, known roles and known classes", () => {
  for (const requirement of ALL) {
    const { id, text, source, binds } = requirement;
    assert.match(text, /^[A-Z].{20,}\.$/, id);
    assert.match(source, /^(seed 002 L|not in the seed; |note )/, id);
    assert.ok(binds.length > 0, id);
    const classes: readonly string[] = "classes" in requirement ? requirement.classes ?? [] : [];
    for (const word of classes) assert.ok(Object.hasOwn(OFFLOAD_CLASSES, word), id);
  }
});

Deno.test("no two requirements say the same", () => {
  const texts = ALL.map(({ text }) => text);
  assert.equal(new Set(texts).size, ALL.length);
});

Deno.test("a MAY binds only once an option is declared", () => {
  for (const requirement of ALL) {
    if (requirement.level === "MAY") assert.ok("classes" in requirement, requirement.id);
  }
});

Deno.test("an id that the catalogue does not hold does not compile", () => {
  const cite = (id: OffloadId) => id;
  // @ts-expect-error RSC-999 is unknown.
  assert.equal(cite("RSC-999"), "RSC-999");
});
