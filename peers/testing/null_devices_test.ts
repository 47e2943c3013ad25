import assert from "node:assert/strict";
import type { Machine, Transmission } from "../machine.ts";
import { nullMachine } from "./null_devices.ts";
import { RecordingMachine } from "./replayer.ts";

const FROM = { address: "192.0.2.1", port: 1701 };

/** Answers each packet with the number of those that it has received. */
function counter(): Machine {
  let received = 0;
  const out: Transmission[] = [];
  return {
    receive: (port, _packet, _now, to) => {
      out.push({ port, packet: Uint8Array.of(++received), to });
    },
    transmit: () => out.shift(),
    deadline: () => out.length > 0 ? 0 : Infinity,
  };
}

function answersTo(machine: Machine, times: readonly number[]): (number | undefined)[] {
  return times.map((now) => {
    machine.receive("wan0", Uint8Array.of(0), now, FROM);
    return machine.transmit(now)?.packet[0];
  });
}

Deno.test("two mirrors that face each other come to an end", () => {
  const mirrors = [1, 2].map(() => nullMachine("mirror", {}, { reference: counter }));
  mirrors[0].receive("wan0", Uint8Array.of(0), 0, FROM);
  let passed = 0;
  for (let at = 0;; at = 1 - at) {
    const sent = mirrors[at].transmit(passed);
    if (sent === undefined) break;
    assert.ok(++passed < 1_000_000);
    mirrors[1 - at].receive("wan0", sent.packet, passed, FROM);
  }
  // Longer than anything that a scenario sends to one device.
  assert.ok(passed > 20_000);
});

Deno.test("a late starter is deaf at first, and has no open port then", () => {
  const events: string[] = [];
  const means = { reference: counter, after: 100, trace: (event: string) => events.push(event) };
  const machine = nullMachine("late_starter", {}, means);
  assert.equal(machine.listens?.(50), false);
  assert.deepEqual(answersTo(machine, [50, 149]), [undefined, undefined]);
  assert.equal(machine.deadline(), 150);
  assert.deepEqual(events, []);
  assert.deepEqual(answersTo(machine, [150, 151]), [1, 2]);
  assert.deepEqual(events, ["listening"]);
});

Deno.test("a crasher dies of one packet, and remembers nothing behind it", () => {
  const events: string[] = [];
  const means = { reference: counter, after: 3, trace: (event: string) => events.push(event) };
  const machine = nullMachine("crasher", {}, means);
  assert.deepEqual(answersTo(machine, [1, 2, 3, 4, 5]), [1, 2, undefined, 1, 2]);
  assert.deepEqual(events, ["crashed"]);
});

Deno.test("a replayer says at the same stimuli, after the same time, what was said before", () => {
  const device = new RecordingMachine(counter());
  device.transmit(1000);
  device.receive("wan0", Uint8Array.of(7), 1010, FROM);
  device.transmit(1015);
  const replayer = nullMachine("replayer", {}, { reference: counter, recording: device.recording });
  assert.equal(replayer.transmit(0), undefined);
  replayer.receive("wan0", Uint8Array.of(9), 20);
  assert.equal(replayer.deadline(), 25);
  assert.equal(replayer.transmit(24), undefined);
  assert.deepEqual(replayer.transmit(25), { port: "wan0", packet: Uint8Array.of(1), to: FROM });
  assert.equal(replayer.deadline(), Infinity);
});
