import assert from "node:assert/strict";
import { TUNNEL_CLUSTER } from "./mod.ts";
import { OPEN } from "./open.ts";

Deno.test("what is open is judged by no check of the role that it is open for", () => {
  for (const [id, roles] of Object.entries(OPEN)) {
    const judged = TUNNEL_CLUSTER.checks.filter(({ covers }) => covers.includes(id))
      .flatMap(({ judges }) => judges);
    assert.deepEqual(roles.filter((role) => judged.includes(role)), [], id);
  }
});
