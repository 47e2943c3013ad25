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
