import assert from "node:assert/strict";
import { insideTest, namespaceTests } from "../../worlds/netns/_testing/namespace_tests.ts";
import { compareEndpoints } from "./comparison.ts";

await namespaceTests(import.meta.url, () => {
  insideTest("our two ends agree about every tunnel and keep every session", async () => {
    const { openings, holding } = await compareEndpoints({
      ...{ tunnels: [100], window: 16, rounds: 1, sessions: 20, perTunnel: 2, hold: 1, hello: 1 },
      xl2tpd: false,
    }, () => {});
    const [{ asked, tunnels, failed, lost, doubled, perSecond }] = openings;
    assert.deepEqual([asked, tunnels, failed, lost, doubled], [100, 100, 0, 0, 0]);
    assert.ok(perSecond > 0);
    const { begun, held, atEndpoint, messages } = holding!;
    assert.deepEqual([begun, held, atEndpoint], [20, 20, 20]);
    assert.ok(messages > 0, "no HELLO passed");
  });
});
