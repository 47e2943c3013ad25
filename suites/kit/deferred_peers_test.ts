import assert from "node:assert/strict";
import { allSuites, PEERS } from "../registry.ts";

const environment = { random: () => 0.5, trace: () => {} };

Deno.test("a suite that was loaded whole builds what its peers alone build, once they are loaded", async () => {
  for (const suite of await allSuites()) {
    await suite.load?.();
    const alone = await PEERS[suite.name as keyof typeof PEERS]();
    const [{ role, config }] = suite.scenarios.flatMap(({ nodes }) => Object.values(nodes));
    assert.ok(suite.peer(role, config, environment, {}), suite.name);
    if (alone.core === undefined) continue;
    assert.ok(suite.core?.(role, config, 0, environment, {}), `no core of ${suite.name}`);
  }
});
