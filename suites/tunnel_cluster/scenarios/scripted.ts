/** Initiators that do what the reference initiator would not. */
import {
  acknowledged,
  call,
  expect,
  open,
  send,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import type { Scenario } from "../../kit/scenario.ts";
import { connect, follow, type InBoth, inBoth, loads, scenario } from "../node_setup.ts";
import { datagram, sccrq } from "../packets.ts";
import { ADDRESS } from "../topologies.ts";

/** Such a message takes no Ns: what comes after it is numbered as if it had not been. */
const apart = { counts: false };

/** Milliseconds that a row outlives its tunnel, and that it lives without a packet (D4-07). */
const ROW = { closing: 1000, idle: 2400 };
/** Parts of these times at which the rows surely live, and are surely over. */
const BEFORE = 0.75, AFTER = 1.25;

/** Milliseconds in which a packet has passed a NAT, late as a lab may be. */
const PASSES = 1000;

/** One tunnel is closed and another falls silent; both are spoken in before and after their rows end. */
const ENDING: readonly StepInput[] = [
  ...open("a"),
  { do: "mark", event: "first_up" },
  // Until another endpoint has the least load, so that the second tunnel has a row of its own.
  wait(700),
  ...open("b"),
  send("StopCCN", "a"),
  acknowledged("a"),
  wait(BEFORE * ROW.closing),
  send("HELLO", "a", apart),
  wait((AFTER - BEFORE) * ROW.closing),
  send("HELLO", "a", apart),
  wait(BEFORE * ROW.idle - AFTER * ROW.closing),
  send("HELLO", "b", apart),
  wait(AFTER * ROW.idle),
  send("HELLO", "b", apart),
  wait(PASSES),
];

/** One tunnel goes on, another is closed, a third falls silent; messages for each come later. */
export const rowLifetime: Scenario = scenario({
  ...{ variant: "NAT", name: "row_lifetime" },
  title:
    "One tunnel goes on, another is closed, a third falls silent; messages for each come later",
  more: { nat: ROW, initiator: { hello: 400 } },
  scripts: { initiator2: { steps: ENDING } },
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await connect(driver);
    await driver.instruct("initiator2", { kind: "begin" });
    await driver.event("initiator2", "first_up", 10_000);
    await loads(driver, 70, 10, 50);
    await driver.event("initiator2", "script_done", 20_000);
  },
});

/** Two tunnels of one port with one endpoint: one is closed, the other is spoken in later. */
export const rowShared: Scenario = scenario({
  ...{ variant: "NAT", name: "row_shared" },
  title: "Two tunnels of one port with one endpoint: one is closed, the other is spoken in later",
  more: { nat: ROW },
  scripts: {
    initiator: {
      steps: [
        ...open("a"),
        ...open("b"),
        send("StopCCN", "a"),
        acknowledged("a"),
        wait(1.5 * ROW.closing),
        send("HELLO", "b"),
        acknowledged("b"),
      ],
    },
  },
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await follow(driver);
  },
});

/** A message waits at the endpoint when the SCCCN comes. */
export const waitingMessage: Scenario = scenario({
  ...{ variant: "NAT", name: "waiting_message", needs: ["piggyback"] },
  title: "A message waits at the endpoint when the SCCCN comes",
  scripts: {
    initiator: {
      steps: [
        { do: "acknowledging", on: false },
        send("SCCRQ", "a"),
        expect("SCCRP", "a"),
        { do: "mark", event: "replied" },
        // The endpoint sends its SCCRP again after a second.
        wait(700),
        send("SCCCN", "a"),
        acknowledged("a"),
        { do: "acknowledging", on: true },
        expect("HELLO", "a"),
      ],
    },
  },
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await driver.instruct("initiator", { kind: "begin" });
    await driver.event("initiator", "replied", 10_000);
    await driver.instruct("endpoint3", { kind: "hello" });
    await driver.event("initiator", "script_done", 10_000);
  },
});

/** An SCCCN with a Tunnel ID of nobody, and then the right one. */
export const wrongTunnelId: Scenario = scenario({
  ...{ variant: "global", name: "wrong_tunnel_id" },
  title: "An SCCCN with a Tunnel ID of nobody, and then the right one",
  scripts: {
    initiator: {
      steps: [
        send("SCCRQ", "a"),
        expect("SCCRP", "a"),
        send("SCCCN", "a", { ...apart, header: { tunnelId: 0xfffe } }),
        wait(300),
        send("SCCCN", "a"),
        acknowledged("a"),
      ],
    },
  },
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await follow(driver);
  },
});

/** A Tunnel ID that is the same at every seed, so that who follows no script knows it. */
const EQUAL = 0xffff;

/** Two initiators, and a third behind the address of the first, assign one Tunnel ID. */
export const equalIds: InBoth = inBoth({
  name: "equal_ids",
  title: "Two initiators, and a third behind the address of the first, assign one Tunnel ID",
  scripts: {
    initiator: { steps: [...open("a"), ...call("a", "a1")], tunnels: { a: EQUAL } },
    initiator2: { steps: [...open("a"), ...call("a", "a1")], tunnels: { a: EQUAL } },
  },
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await follow(driver, "initiator");
    await follow(driver, "initiator2");
    await driver.datagrams("stranger", [
      datagram(sccrq(EQUAL), { source: ADDRESS.initiator, sourcePort: 40_001 }),
    ]);
  },
});

/** A message of a tunnel comes from another port, and then from the right one. */
export const movedSource: InBoth = inBoth({
  name: "moved_source",
  title: "A message of a tunnel comes from another port, and then from the right one",
  scripts: {
    initiator: {
      steps: [
        ...open("a"),
        send("HELLO", "a", { ...apart, from: "high" }),
        wait(300),
        send("HELLO", "a"),
        acknowledged("a"),
      ],
    },
  },
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await follow(driver);
  },
});

/** The scenarios. */
export const SCRIPTED_SCENARIOS: readonly Scenario[] = [
  rowLifetime,
  rowShared,
  waitingMessage,
  wrongTunnelId,
  equalIds.nat,
  equalIds.global,
  movedSource.nat,
  movedSource.global,
];
