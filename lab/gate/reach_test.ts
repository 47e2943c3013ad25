import assert from "node:assert/strict";
import { reachOf } from "./reach.ts";

const GRAPH = {
  modules: ["a.ts", "b.ts", "c.ts", "d.ts"],
  imports: [
    { from: "b.ts", to: "a.ts", typeOnly: false },
    { from: "c.ts", to: "b.ts", typeOnly: true },
    { from: "c.ts", to: "a.ts", typeOnly: false },
    { from: "d.ts", to: "c.ts", typeOnly: false },
    { from: "a.ts", to: "d.ts", typeOnly: false },
  ],
  locations: [
    { from: "b.ts", to: "data/" },
    { from: "d.ts", to: "data/x/one.json" },
  ],
};

Deno.test("what depends on a file is reached by the shortest way, through circles too", () => {
  assert.deepEqual(Object.fromEntries(reachOf(GRAPH, ["b.ts"])), {
    "b.ts": 0,
    "c.ts": 1,
    "d.ts": 2,
    "a.ts": 3,
  });
});

Deno.test("data reaches those that name it, or a folder above it", () => {
  const reached = reachOf(GRAPH, ["data/x/one.json"]);
  assert.deepEqual([reached.get("b.ts"), reached.get("d.ts")], [1, 1]);
  assert.equal(reachOf(GRAPH, ["data/x/two.json"]).get("b.ts"), 1);
  assert.deepEqual([...reachOf(GRAPH, ["README.md"]).keys()], ["README.md"]);
});
