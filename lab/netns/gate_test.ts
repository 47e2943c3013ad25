import { deepStrictEqual } from "node:assert";
import { Gate } from "./gate.ts";

Deno.test("a gate lets so many through at a time, in the order of coming", async () => {
  const gate = new Gate(2);
  const inside: number[] = [];
  const leave: (() => void)[] = [];
  const come = async (n: number) => {
    leave[n] = await gate.enter();
    inside.push(n);
  };
  const all = [0, 1, 2, 3].map(come);
  await Promise.all(all.slice(0, 2));
  deepStrictEqual(inside, [0, 1]);
  leave[1]();
  leave[1]();
  await all[2];
  deepStrictEqual(inside, [0, 1, 2]);
  leave[0]();
  await all[3];
  deepStrictEqual(inside, [0, 1, 2, 3]);
});
