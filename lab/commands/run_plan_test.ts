import assert from "node:assert/strict";
import { profileSchema } from "../../suites/kit/profile.ts";
import type { Scenario } from "../../suites/kit/scenario.ts";
import { testSuite } from "../../suites/_testing/test_suite.ts";
import { planRun, verifySelection } from "./run_plan.ts";
import { UsageError } from "./usage.ts";

/** A scenario of class X1 with a sender and a receiver. */
function scenario(id: string, overrides: Partial<Scenario> = {}): Scenario {
  return {
    id,
    title: id,
    suite: "test",
    class: "X1",
    topology: { name: "t", title: "T", nodes: {}, links: [], taps: [] },
    nodes: { a: { role: "sender", config: {} }, b: { role: "receiver", config: {} } },
    run: () => Promise.resolve(),
    ...overrides,
  };
}

const { checks, ...PLAIN } = testSuite();
const judging = (role: string, on: [string, ...string[]]) => ({
  ...{ ...checks[0], id: `test/${role}`, judges: [role], on },
});
const SUITE = {
  ...PLAIN,
  checks: [
    judging("sender", ["test/plain", "test/option"]),
    judging("receiver", ["test/plain"]),
  ],
  scenarios: [scenario("test/plain"), scenario("test/option", { needs: ["extra"] })],
};

function device(name: string, roles: string[], classes = ["X1"]) {
  return profileSchema.parse({ name, roles, classes, attach: { kind: "null", conduct: "mute" } });
}

function plan(...devices: ReturnType<typeof device>[]) {
  return planRun([SUITE], devices, {}).map(({ evidence, profiles }) => [
    evidence,
    Object.entries(profiles).map(([node, { name }]) => `${node}=${name}`).join(" "),
  ]);
}

Deno.test("without devices each scenario runs once between reference peers", () => {
  assert.deepEqual(plan(), [["evidence/test/plain", ""], ["evidence/test/option", ""]]);
});

Deno.test("a device plays its one role, and no scenario whose options it does not declare", () => {
  assert.deepEqual(plan(device("box", ["receiver"])), [["evidence/test/plain", "b=box"]]);
});

Deno.test("a device of both roles plays one at a time", () => {
  assert.deepEqual(plan(device("box", ["sender", "receiver"])), [
    ["evidence/test/plain.as_sender", "a=box"],
    ["evidence/test/plain.as_receiver", "b=box"],
  ]);
});

Deno.test("two devices face each other in every way that their roles allow", () => {
  const both = ["sender", "receiver"];
  assert.deepEqual(plan(device("A", both), device("B", both)), [
    ["evidence/test/plain.sender_A.receiver_B", "a=A b=B"],
    ["evidence/test/plain.receiver_A.sender_B", "a=B b=A"],
  ]);
  assert.deepEqual(plan(device("A", ["sender"]), device("B", both)), [
    ["evidence/test/plain", "a=A b=B"],
  ]);
});

Deno.test("a device goes through no scenario in which nothing is said of its role", () => {
  const box = device("box", ["receiver"], ["X1", "extra"]);
  assert.deepEqual(plan(box), [["evidence/test/plain", "b=box"]]);
});

Deno.test("nothing is planned where nothing fits", () => {
  assert.deepEqual(plan(device("box", ["sender"], ["X9"])), []);
  assert.deepEqual(planRun([SUITE], [], { classes: ["X2"] }), []);
});

Deno.test("a class chooses the scenarios of it, and those that need it as an option", () => {
  const chosen = (...classes: string[]) =>
    planRun([SUITE], [], { classes }).map(({ scenario }) => scenario.id);
  assert.deepEqual(chosen("extra"), ["test/option"]);
  assert.deepEqual(chosen("X1"), ["test/plain", "test/option"]);
});

Deno.test("a reference peer is put through what it declares, and no more", () => {
  const reference = profileSchema.parse({
    ...{ name: "ours", roles: ["sender", "receiver"], classes: ["X2"] },
    attach: { kind: "reference" },
  });
  assert.deepEqual(planRun([SUITE], [reference], {}), []);
});

Deno.test("a word that no suite knows is refused, with the nearest that one does", () => {
  assert.throws(() => verifySelection([SUITE], { classes: ["X1", "extro"] }), /got extro; .*extra/);
  assert.throws(() => verifySelection([SUITE], { prefix: "test/sendr" }), /test\/sender/);
  assert.throws(() => verifySelection([SUITE], { prefix: "x" }), UsageError);
  verifySelection([SUITE], { prefix: "test/", classes: ["X1", "extra"] });
});
