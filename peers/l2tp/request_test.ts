import assert from "node:assert/strict";
import { Pair } from "./_testing/pair.ts";

const DIAL = { kind: "dial", name: "out", calledNumber: "1" };

/** Names of the control messages of one side. */
const names = (labels: string[]) => labels.map((label) => label.split(" ")[0]);

Deno.test("a LAC rings no LNS that did not advertise the framing of the call", () => {
  const pair = new Pair({}, { framingCapabilities: 2 }).run();
  assert.ok(!names(pair.said(pair.lac)).includes("ICRQ"));
  assert.equal(pair.traced(pair.lac, "call_failed").length, 1);
  const [tunnel] = pair.lac.machine.tunnels.byId.values();
  assert.equal(tunnel.sessions.size, 0);
});

for (
  const [what, lac] of [
    ["framing", { framingCapabilities: 2 }],
    ["bearer", { bearerCapabilities: 2 }],
  ] as const
) {
  Deno.test(`an LNS asks no LAC for a call with a ${what} that it did not advertise`, () => {
    for (const calls of [[], [{ name: "a", framingType: 2 }]]) {
      const pair = new Pair({ calls, ...lac }, {}).run();
      pair.lns.machine.instruct(DIAL, pair.now);
      pair.run();
      assert.ok(!names(pair.said(pair.lns)).includes("OCRQ"));
      pair.lns.machine.instruct({ ...DIAL, framingType: 2, bearerType: 2 }, pair.now);
      pair.run();
      assert.ok(names(pair.said(pair.lns)).includes("OCRQ"));
    }
  });
}
