import assert from "node:assert/strict";
import type { Driver } from "../../kit/scenario.ts";
import { bringUp } from "./connection.ts";

/** A driver on a machine that is so late that the time which a scenario lets pass is no help. */
function lateDriver(awaited: string) {
  const done: string[] = [];
  const comes = Promise.withResolvers<void>();
  const driver = {
    event: (node: string, event: string) =>
      `${node} ${event}` === awaited ? comes.promise : Promise.resolve(),
    instruct: (node: string, { kind }: Record<string, unknown>) => {
      done.push(`${node} ${kind}`);
      return Promise.resolve();
    },
    advance: () => Promise.resolve(),
  } as unknown as Driver;
  return { driver, done, come: () => comes.resolve() };
}

/** Lets all go on that does not wait for anything. */
const goOn = () => new Promise((resolve) => setTimeout(resolve));

for (const scenario of [bringUp.nat, bringUp.global]) {
  Deno.test(`${scenario.id} asks in its tunnel only once PPP is up at either end`, async () => {
    for (const end of ["initiator", "endpoint3"]) {
      const { driver, done, come } = lateDriver(`${end} ppp_up`);
      const run = scenario.run(driver);
      await goOn();
      assert.ok(done.includes("initiator dial"), end);
      assert.ok(!done.some((one) => one.endsWith("hello_in_all")), end);
      come();
      await run;
      assert.ok(done.includes("endpoint3 hello_in_all"), end);
    }
  });
}
