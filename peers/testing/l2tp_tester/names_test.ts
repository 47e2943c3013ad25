import assert from "node:assert/strict";
import { freshTesterConfig, nameBits, SESSIONS, TUNNELS } from "./names.ts";

Deno.test("identifiers are others at most other seeds, but for the bits of their names", () => {
  const at = (seed: number) => freshTesterConfig({ tunnels: TUNNELS, sessions: SESSIONS }, seed);
  assert.deepEqual(at(1), { tunnels: TUNNELS, sessions: SESSIONS });
  const seen = new Set<unknown>();
  for (let seed = 1; seed <= 4000; seed++) {
    const { tunnels, sessions } = at(seed) as Record<string, Record<string, number>>;
    seen.add(tunnels.a);
    for (const [ids, base] of [[tunnels, TUNNELS], [sessions, SESSIONS]]) {
      const names = Object.entries(base).map(([, id]) => nameBits(id));
      assert.deepEqual(Object.values(ids).map(nameBits), names);
      assert.equal(new Set(names).size, names.length);
    }
  }
  assert.ok(seen.size > 900, `${seen.size}`);
});
