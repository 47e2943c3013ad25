/** Endpoints that come, go, fail and rest (L104), and connections of one origin (L163). */
import type { Scenario } from "../../kit/scenario.ts";
import { connect, dial, type Driver, loads, QUICK, scenario, TIMES, until } from "../node_setup.ts";
import { datagram, sccrq } from "../packets.ts";
import { ENDPOINTS } from "../topologies.ts";
import type { TunnelClusterClass } from "../vocabulary.ts";

/** Milliseconds after which a silent endpoint is out of service. */
const SILENT = QUICK.silence + QUICK.period;
/** Milliseconds until an initiator has asked again, and got an answer. */
const ASKED_AGAIN = 2500;

/** The least loaded endpoint steps back before the first request, and returns before the second. */
function stepsBack(
  name: string,
  back: string,
  again: string,
  option: TunnelClusterClass,
): Scenario {
  return scenario({
    ...{ variant: "NAT", name, tunnels: 2, needs: [option] },
    title: `The endpoint with the least load is told to ${back} and, a request later, to ${again}`,
    async run(driver) {
      await loads(driver, 70, 50, 10);
      await driver.instruct("endpoint3", { kind: back });
      // Whoever tells of itself once in a period has told of this.
      await driver.advance(2 * TIMES.period);
      await connect(driver);
      await driver.instruct("endpoint3", { kind: again });
      await driver.advance(2 * TIMES.period);
      await dial(driver, "initiator", 1);
    },
  });
}

/** Load falls until endpoints are spare, and rises again. */
async function falls(driver: Driver) {
  await loads(driver, 55, 55, 50);
  await connect(driver);
  await loads(driver, 5, 5, 5);
  await driver.advance(3 * TIMES.period);
  await loads(driver, 30, 30, 1);
  await connect(driver, "initiator2");
  await driver.instruct("initiator", { kind: "hello" });
  await loads(driver, 90, 90, 1);
  await driver.advance(3 * TIMES.period);
  await dial(driver, "initiator2", 1);
}

/** All endpoints fail, a request comes, and one endpoint comes back. */
export const noneInService: Scenario = scenario({
  ...{ variant: "NAT", name: "none_in_service", quick: true },
  title: "All endpoints fail, a request comes, and one endpoint comes back",
  async run(driver) {
    for (const n of ENDPOINTS) await driver.instruct(`endpoint${n}`, { kind: "fail" });
    await driver.advance(SILENT);
    await dial(driver);
    await driver.advance(ASKED_AGAIN);
    await driver.instruct("endpoint2", { kind: "recover" });
    await until(driver, "initiator", "ppp_up");
  },
});

/** The endpoint with the least load fails; a request comes while its report counts, and one later. */
export const endpointFails: Scenario = scenario({
  ...{ variant: "NAT", name: "endpoint_fails", quick: true },
  title:
    "The endpoint with the least load fails; a request comes while its report counts, and later",
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await driver.instruct("endpoint3", { kind: "fail" });
    await driver.advance(QUICK.silence / 2);
    await driver.datagrams("stranger", [datagram(sccrq(7301), { sourcePort: 7301 })]);
    await driver.advance(SILENT - QUICK.silence / 2);
    await connect(driver);
    await driver.datagrams("stranger", [datagram(sccrq(7302), { sourcePort: 7302 })]);
  },
});

/** The endpoint with the least load leaves, and joins again. */
export const outOfService: Scenario = stepsBack(
  "out_of_service",
  "leave",
  "join",
  "out_of_service",
);

/** The endpoint with the least load rests, and wakes again. */
export const inactivity: Scenario = stepsBack("inactivity", "rest", "wake", "inactivity");

/** The endpoint with the least load and a tunnel lets its tunnels end, and takes new ones again. */
export const draining: Scenario = scenario({
  ...{ variant: "NAT", name: "draining", tunnels: 3, needs: ["inactivity"] },
  title: "The endpoint with the least load lets its tunnels end, and later takes new ones again",
  more: { initiator: { ppp: { echo: 300 } } },
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await connect(driver);
    await driver.instruct("endpoint3", { kind: "drain" });
    await driver.advance(2 * TIMES.period);
    await dial(driver, "initiator", 1);
    await driver.advance(TIMES.period);
    await driver.instruct("initiator", { kind: "hello" });
    await driver.advance(TIMES.period);
    await driver.instruct("endpoint3", { kind: "resume" });
    await driver.advance(2 * TIMES.period);
    await dial(driver, "initiator", 2);
  },
});

/** The third endpoint has a tunnel, load falls below 20 and rises above 60 per cent. */
export const inactivation: Scenario = scenario({
  ...{ variant: "NAT", name: "inactivation", tunnels: 2, needs: ["inactivation"] },
  title: "The third endpoint has a tunnel, load falls below 20 and rises above 60 per cent",
  more: { master: { inactivation: { below: 20, above: 60 } }, endpoint: { load: 50 } },
  run: falls,
});

/** Name of the site, and addresses and ports from which it asks besides. */
const SITE = "site";
const ORIGINS = [11, 12, 13, 14, 15, 16].map((host) => `198.51.102.${host}`);

/** Two initiators of one name, and nine of other names. */
export const deterministic: Scenario = scenario({
  ...{ variant: "NAT", name: "deterministic", policy: "deterministic", tunnels: 3 },
  title: "Two initiators of one name, and nine of other names",
  needs: ["deterministic"],
  more: { initiator: { hostName: SITE }, master: { key: "host_name", sticky: 0 } },
  async run(driver) {
    for (const node of ["initiator", "initiator2"] as const) {
      await connect(driver, node);
      for (const tunnel of [1, 2]) await dial(driver, node, tunnel);
    }
    for (const [i, source] of ORIGINS.entries()) {
      const sourcePort = 7100 + i;
      await driver.datagrams("stranger", [
        datagram(sccrq(sourcePort, SITE), { source, sourcePort }),
      ]);
    }
    for (let i = 1; i <= 9; i++) {
      const payload = sccrq(7000 + i, `host${i}`);
      await driver.datagrams("stranger", [datagram(payload, { sourcePort: 7000 + i })]);
    }
  },
});

/** The scenarios. */
export const MANAGEMENT_SCENARIOS: readonly Scenario[] = [
  noneInService,
  endpointFails,
  outOfService,
  inactivity,
  draining,
  inactivation,
  deterministic,
];
