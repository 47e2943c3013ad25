import { ok } from "node:assert";
import { NODE_RULES } from "./rules.ts";

Deno.test("a session gets a core while all cores are at work, whose load changes with each look", () => {
  let load = 0;
  const binding = { policy: "least_load", count: 0, sessionKey: "", random: () => 0 } as const;
  for (let count = 0; count < 4; count++) {
    const core = NODE_RULES.bindCore([2, 5], { ...binding, count, load: () => load++ });
    ok([2, 5].includes(core), `${core}`);
  }
});
