import assert from "node:assert/strict";
import type { Driver } from "../../../suites/kit/scenario.ts";
import { Interruption } from "./interruptible.ts";

Deno.test("an interruption ends the step under way, and every further one", async () => {
  const never = new Promise<void>(() => {});
  const inner = { now: () => 7, advance: () => never, instruct: () => Promise.resolve() };
  const interruption = new Interruption();
  const driver = interruption.driver(inner as unknown as Driver);
  await driver.instruct("a", {});
  assert.equal(driver.now(), 7);
  const waiting = driver.advance(1e9);
  interruption.interrupt("the device ended");
  interruption.interrupt("and another one");
  await assert.rejects(waiting, /^Error: the device ended$/);
  await assert.rejects(async () => await driver.instruct("a", {}), /^Error: the device ended$/);
  assert.equal(interruption.reason?.message, "the device ended");
});
