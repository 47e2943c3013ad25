import { deepStrictEqual } from "node:assert";
import { Semaphore } from "./semaphore.ts";

/** Lets visitors of these weights come at once. */
function visit(gate: Semaphore, ...weights: number[]) {
  const inside: number[] = [];
  const leave: (() => void)[] = [];
  const come = async (weight: number, n: number) => {
    leave[n] = await gate.enter(weight);
    inside.push(n);
  };
  const came = weights.map(come);
  return { inside, leave, came };
}

Deno.test("a gate lets so many through at a time, in the order of coming", async () => {
  const { inside, leave, came } = visit(new Semaphore(2), 1, 1, 1, 1);
  await Promise.all(came.slice(0, 2));
  deepStrictEqual(inside, [0, 1]);
  leave[1]();
  leave[1]();
  await came[2];
  deepStrictEqual(inside, [0, 1, 2]);
  leave[0]();
  await came[3];
  deepStrictEqual(inside, [0, 1, 2, 3]);
});

Deno.test("who is heavy waits for room and is not overtaken; who is too heavy has all of it", async () => {
  const { inside, leave, came } = visit(new Semaphore(4), 2, 3, 1, 9);
  await came[0];
  deepStrictEqual(inside, [0]);
  leave[0]();
  await came[2];
  deepStrictEqual(inside, [0, 1, 2]);
  leave[1]();
  leave[2]();
  await came[3];
  deepStrictEqual(inside, [0, 1, 2, 3]);
});

Deno.test("who is urgent goes before all who are not, and behind those who are", async () => {
  const gate = new Semaphore(1), inside: string[] = [];
  const leave = await gate.enter();
  const come = async (name: string, urgent?: boolean) => {
    const done = await gate.enter(1, urgent);
    inside.push(name);
    done();
  };
  const all = [come("a"), come("b", true), come("c"), come("d", true)];
  leave();
  await Promise.all(all);
  deepStrictEqual(inside, ["b", "d", "a", "c"]);
});

Deno.test("who is urgent needs not wait for one that is too heavy for now", async () => {
  const gate = new Semaphore(2);
  const leave = await gate.enter(1);
  const heavy = gate.enter(2);
  const urgent = await gate.enter(1, true);
  leave();
  urgent();
  (await heavy)();
});
