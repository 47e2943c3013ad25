import assert from "node:assert/strict";
import { type Damage, formatDamage, isConcerned } from "./damage.ts";

const damage = (what: string, more: Partial<Damage> = {}): Damage => ({
  ...{ kind: "changed", what, concerns: "everything" },
  ...more,
});

Deno.test("damages are told by what became of the evidence, a few of each kind", () => {
  assert.equal(
    formatDamage([
      damage("a"),
      damage("b", { kind: "damaged" }),
      ...["c", "d", "e", "f"].map((what) => damage(what)),
    ]),
    "the evidence was changed: a, c, d, 2 more; the evidence was damaged: b",
  );
});

Deno.test("damage concerns who reads what it spoils", () => {
  const reads = [{ taps: new Set(["wan"]), traces: new Set(["box"]) }];
  const concerns = (spoilt: Damage["concerns"]) =>
    isConcerned(damage("a", { concerns: spoilt }), reads);
  assert.ok(concerns("everything"));
  assert.ok(concerns({ taps: ["lan", "wan"] }));
  assert.ok(concerns({ traces: ["box"] }));
  assert.ok(!concerns({ taps: ["lan"], traces: ["other"] }));
  assert.ok(isConcerned(damage("a"), []), "a check that reads nothing rests on the record");
});
