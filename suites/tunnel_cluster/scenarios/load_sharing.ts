/** Which endpoint a request goes to (L102, L108). */
import type { Scenario } from "../../kit/scenario.ts";
import { connect, dial, type Driver, loads, scenario, TIMES } from "../node_setup.ts";
import { datagram, sccrq } from "../packets.ts";

/** Requests of as many initiators, one after the other. */
async function requests(driver: Driver, first: number, count: number) {
  for (let i = 0; i < count; i++) {
    const payload = sccrq(first + i);
    await driver.datagrams("stranger", [datagram(payload, { sourcePort: first + i })]);
  }
}

/** What a bucket holds, and the milliseconds until a request has leaked out (D4-10). */
const BUCKET = { depth: 2, drain: 1500 };

/** Loads of 70, 50 and 10 at the first request, and of 10, 50 and 70 at the second. */
export const changingLoads: Scenario = scenario({
  ...{ variant: "NAT", name: "changing_loads", tunnels: 2 },
  title: "Loads of 70, 50 and 10 at the first request, and of 10, 50 and 70 at the second",
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await connect(driver);
    // Whoever tells of its load once in a period has told of this one.
    await driver.advance(2 * TIMES.period);
    await loads(driver, 10, 50, 70);
    await dial(driver, "initiator", 1);
    await driver.advance(4 * TIMES.period);
  },
});

/** Three endpoints of equal load, and one request. */
export const equalLoads: Scenario = scenario({
  ...{ variant: "NAT", name: "equal_loads" },
  title: "Three endpoints of equal load, and one request",
  more: { master: { tie: "lowest_member" } },
  async run(driver) {
    await loads(driver, 50, 50, 50);
    await connect(driver);
  },
});

/** Nine requests under round-robin. */
export const roundRobin: Scenario = scenario({
  ...{ variant: "NAT", name: "round_robin", policy: "round_robin", needs: ["round_robin"] },
  title: "Nine requests under round-robin",
  run: (driver) => requests(driver, 5001, 9),
});

/**
 * A burst of nine requests under the leaky bucket, two more before a request can have leaked out, which
 * a bucket that drains too fast takes, and two when one has.
 */
export const leakyBucket: Scenario = scenario({
  ...{ variant: "NAT", name: "leaky_bucket", policy: "leaky_bucket", needs: ["leaky_bucket"] },
  title:
    "A burst of nine requests under the leaky bucket, two before one has leaked out, two after",
  more: { master: { bucket: BUCKET } },
  async run(driver) {
    // Whoever joins as the burst comes may be given a bucket of its own.
    await driver.advance(BUCKET.drain / 5);
    await driver.datagrams(
      "stranger",
      Array.from({ length: 9 }, (_, i) => datagram(sccrq(6001 + i), { sourcePort: 6001 + i })),
    );
    await driver.advance(BUCKET.drain * 0.6);
    await requests(driver, 6101, 2);
    await driver.advance(BUCKET.drain * 0.5);
    await requests(driver, 6201, 2);
  },
});

/** The scenarios. */
export const LOAD_SHARING_SCENARIOS: readonly Scenario[] = [
  changingLoads,
  equalLoads,
  roundRobin,
  leakyBucket,
];
