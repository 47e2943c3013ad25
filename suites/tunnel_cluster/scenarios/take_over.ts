/** The master dies, is cut off, or comes back (L161). */
import type { Scenario, Stage } from "../../scenario.ts";
import { connect, dial, loads, QUICK, scenario, until } from "../cast.ts";
import { datagram, sccrq } from "../packets.ts";

/** Milliseconds in which an endpoint registers with a new master, and reports. */
const KNOWN = 3 * QUICK.period;
/** Milliseconds between LCP echoes, so that there is always data in a tunnel. */
const ECHO = 300;
const TALKATIVE = { ppp: { echo: ECHO } };

/** A tunnel of each initiator, with different endpoints. */
async function twoTunnels(stage: Stage) {
  await loads(stage, 70, 50, 10);
  await connect(stage, "initiator");
  await loads(stage, 70, 10, 50);
  await connect(stage, "initiator2");
}

/** The same request by the way that follows the master address, and by the one that does not. */
async function both(stage: Stage, id: number) {
  const request = datagram(sccrq(id), { sourcePort: id });
  await stage.datagrams("stranger", [request]);
  await stage.datagrams("laggard", [request]);
}

/** The scenarios. */
export const TAKE_OVER_SCENARIOS: readonly Scenario[] = [
  scenario({
    ...{ variant: "global", name: "master_dies", takeOver: true, quick: true, tunnels: 2 },
    title: "The master dies while two tunnels stand, and requests come to its address",
    more: { initiator: TALKATIVE },
    async act(stage) {
      await twoTunnels(stage);
      await stage.kill("master");
      await until(stage, "endpoint1", "took_over");
      await stage.pass(KNOWN);
      await loads(stage, 60, 40, 10);
      await dial(stage, "initiator", 1);
      await loads(stage, 10, 40, 60);
      await dial(stage, "initiator2", 1);
      for (const node of ["initiator", "initiator2"]) await stage.instruct(node, { kind: "hello" });
      await stage.pass(2 * ECHO);
    },
  }),
  scenario({
    ...{ variant: "global", name: "partition", takeOver: true, quick: true },
    title: "The master is cut off from the cluster, is replaced, and is joined to it again",
    more: { initiator: TALKATIVE },
    async act(stage) {
      await connect(stage);
      await both(stage, 8100);
      await stage.link("lan_m", { up: false });
      await both(stage, 8200);
      await until(stage, "endpoint1", "took_over");
      await stage.pass(KNOWN);
      await both(stage, 8300);
      await stage.link("lan_m", { up: true });
      await both(stage, 8400);
      await until(stage, "master", "yielded");
      await both(stage, 8500);
      await connect(stage, "initiator2");
    },
  }),
  scenario({
    ...{ variant: "NAT", name: "master_fails", quick: true, needs: ["nat_failover"] },
    title:
      "The master of a cluster behind a NAT falls silent while a tunnel stands, and comes back",
    more: { initiator: TALKATIVE },
    async act(stage) {
      await connect(stage);
      await stage.instruct("master", { kind: "fail" });
      await stage.pass(QUICK.silence + 2 * QUICK.period);
      await stage.datagrams("stranger", [datagram(sccrq(8100))]);
      await stage.instruct("initiator", { kind: "hello" });
      await stage.pass(2 * ECHO);
      await stage.instruct("master", { kind: "recover" });
      await stage.pass(KNOWN);
      await connect(stage, "initiator2");
    },
  }),
];
