import assert from "node:assert/strict";
import { L2TP } from "./mod.ts";
import { atWork, OPEN } from "./open.ts";
import { L2TP_REQUIREMENTS } from "./requirements.ts";

Deno.test("what is open is judged by no check of the role that it is open for", () => {
  for (const [id, roles] of Object.entries(OPEN)) {
    const judged = L2TP.checks.filter(({ covers }) => covers.includes(id)).flatMap((c) => c.judges);
    assert.deepEqual(roles.filter((role) => judged.includes(role)), [], id);
  }
});

Deno.test("a requirement at work binds no role for which it is open", () => {
  const all = atWork(L2TP_REQUIREMENTS, { "L2TP-001": ["lac"], "L2TP-002": ["lac", "lns"] });
  assert.deepEqual(all["L2TP-001"].binds, ["lns"]);
  assert.equal(all["L2TP-002"], undefined);
  assert.deepEqual(all["L2TP-003"], L2TP_REQUIREMENTS["L2TP-003"]);
});
