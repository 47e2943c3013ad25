import assert from "node:assert/strict";
import { CORE_IDENTITY_REQUIREMENTS, type CoreIdentityId } from "./requirements.ts";

const ALL = Object.values(CORE_IDENTITY_REQUIREMENTS);

Deno.test("the catalogue holds CID-001 to CID-116 without a gap", () => {
  const expected = Array.from({ length: 116 }, (_, i) => `CID-${String(i + 1).padStart(3, "0")}`);
  assert.deepEqual(ALL.map((requirement) => requirement.id), expected);
});

Deno.test("every requirement is a whole sentence with a source and known roles", () => {
  for (const { id, text, source, binds } of ALL) {
    assert.match(text, /^[A-Z].{20,}\.$/, id);
    assert.match(source, /^seed 000 .*(\[\d{4}\]|claim|step|abstract)/, id);
    assert.ok(binds.length > 0, id);
    for (const role of binds) assert.ok(role === "sender" || role === "receiver", id);
  }
});

Deno.test("no two requirements say the same", () => {
  assert.equal(new Set(ALL.map((requirement) => requirement.text)).size, ALL.length);
});

Deno.test("a MAY binds only once an option is declared", () => {
  for (const requirement of ALL) {
    if (requirement.level === "MAY") assert.ok(requirement.classes?.length, requirement.id);
  }
});

Deno.test("an id that the catalogue does not hold does not compile", () => {
  const cite = (id: CoreIdentityId) => id;
  // @ts-expect-error CID-117 is unknown.
  assert.equal(cite("CID-117"), "CID-117");
  assert.equal(cite("CID-108"), "CID-108");
});
