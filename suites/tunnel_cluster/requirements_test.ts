import assert from "node:assert/strict";
import { TUNNEL_CLUSTER_REQUIREMENTS, type TunnelClusterId } from "./requirements.ts";

const ALL = Object.values(TUNNEL_CLUSTER_REQUIREMENTS);

Deno.test("the catalogue holds TCL-001 to TCL-098 without a gap", () => {
  const expected = Array.from({ length: 98 }, (_, i) => `TCL-${String(i + 1).padStart(3, "0")}`);
  assert.deepEqual(ALL.map((requirement) => requirement.id), expected);
});

Deno.test("every requirement is a whole sentence with a source and known roles", () => {
  for (const { id, text, source, binds } of ALL) {
    assert.match(text, /^[A-Z].{20,}\.$/, id);
    assert.match(source, /^(seed 004 |not in the seed; (D4|cluster test C)|robustness)/, id);
    assert.ok(binds.length > 0, id);
    for (const role of binds) {
      assert.ok(["initiator", "master", "endpoint", "nat"].includes(role), id);
    }
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
  const cite = (id: TunnelClusterId) => id;
  // @ts-expect-error TCL-999 is unknown.
  assert.equal(cite("TCL-999"), "TCL-999");
  assert.equal(cite("TCL-082"), "TCL-082");
});
