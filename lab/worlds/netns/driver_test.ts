import { deepStrictEqual, strictEqual } from "node:assert";
import type { Topology } from "../../../suites/kit/topology.ts";
import { NetnsDriver, type Props } from "./driver.ts";

const NOTHING: Topology = { name: "none", title: "None", nodes: {}, links: [], taps: [] };

/** A driver with one device, whose recorder says how many frames there are whenever it is asked. */
function driverWith(count: () => number) {
  const done: string[] = [];
  const note = (what: string) => () => {
    done.push(what);
    return Promise.resolve();
  };
  const device = { idle: note("idle"), instruct: note("instruct") };
  const recorder = { count: () => Promise.resolve(count()) };
  const devices = new Map([["a", device]]);
  const wires = { idle: () => Promise.resolve() };
  const props = { topology: NOTHING, devices, wires, recorder } as unknown as Props;
  return { driver: new NetnsDriver(props), done };
}

Deno.test("an instruction has taken effect on return, even when time is over at once", async () => {
  const { driver, done } = driverWith(() => 0);
  await driver.settle(-Infinity);
  deepStrictEqual(done, ["idle"]);
  await driver.instruct("a", {});
  deepStrictEqual(done, ["idle", "instruct", "idle"]);
  await driver.close();
});

Deno.test("a network that never falls silent is left alone after a while", async () => {
  let frames = 0;
  const { driver } = driverWith(() => ++frames);
  await driver.settle(0);
  strictEqual(frames, 2);
  await driver.close();
});

/** A driver with devices in a chain, in which each passes on at the end of a round what it has. */
function chainOf(length: number, tells: boolean) {
  const held = Array.from({ length }, (_, i) => i === 0 ? 1 : 0), taken = held.map(() => 0);
  let asked = 0;
  const devices = held.map((_, i) => ({
    idle() {
      asked++;
      taken[i] += held[i];
      const passes = held[i];
      queueMicrotask(() => i + 1 < length && (held[i + 1] += passes));
      held[i] = 0;
      return Promise.resolve(tells ? taken[i] : undefined);
    },
  }));
  const props = {
    topology: NOTHING,
    devices: new Map(devices.map((device, i) => [`${i}`, device])),
    recorder: { count: () => Promise.resolve(0) },
    wires: { idle: () => Promise.resolve() },
  } as unknown as Props;
  const rounds = () => asked / length;
  return { driver: new NetnsDriver(props), rounds, reached: () => taken[length - 1] };
}

for (const tells of [true, false]) {
  const who = tells ? "that tell what they take" : "of whom nobody knows that";
  Deno.test(`a packet has come to the end of a chain of devices ${who}`, async () => {
    const { driver, reached } = chainOf(4, tells);
    await driver.settle(-Infinity);
    strictEqual(reached(), 1);
    await driver.close();
  });
}

Deno.test("devices are asked again only as long as one of them has taken something", async () => {
  const { driver, rounds } = chainOf(4, true);
  await driver.settle(-Infinity);
  strictEqual(rounds(), 4);
  await driver.settle(-Infinity);
  strictEqual(rounds(), 5);
  await driver.close();
});
