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

/** A request, and the ports and addresses by which the same is one of other initiators. */
const ONE = sccrq(0x1212);
const ANOTHER = [{ sourcePort: 1801 }, { source: "198.51.102.16", sourcePort: 1702 }];

/** Loads of 70, 50 and 10 at the first request, of 10, 50 and 70 at the second, then nearly alike. */
export const changingLoads: Scenario = scenario({
  ...{ variant: "NAT", name: "changing_loads", tunnels: 2 },
  title: "Loads of 70, 50 and 10 at a request, of 10, 50 and 70 at the next, then nearly alike",
  async run(driver) {
    await loads(driver, 70, 50, 10);
    await connect(driver);
    await driver.datagrams("stranger", [datagram(ONE)]);
    // Whoever tells of its load once in a period has told of this one.
    await driver.advance(2 * TIMES.period);
    await loads(driver, 10, 50, 70);
    await dial(driver, "initiator", 1);
    for (const source of ANOTHER) await driver.datagrams("stranger", [datagram(ONE, source)]);
    await driver.advance(8 * TIMES.period);
    // Nearly alike, and the second of all the least.
    await loads(driver, 33, 31, 35);
    await driver.advance(2 * TIMES.period);
    await requests(driver, 1803, 1);
    await driver.advance(TIMES.period);
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
 * a bucket that drains too fast takes, six when one has, of which there is room for three, and later
 * six more, of which there is room for three again.
 */
export const leakyBucket: Scenario = scenario({
  ...{ variant: "NAT", name: "leaky_bucket", policy: "leaky_bucket", needs: ["leaky_bucket"] },
  title:
    "A burst of nine requests under the leaky bucket, two before one has leaked out, twice six after",
  more: { master: { bucket: BUCKET } },
  async run(driver) {
    // Whoever joins as the burst comes may be given a bucket of its own.
    await driver.advance(BUCKET.drain / 5);
    await driver.datagrams(
      "stranger",
      Array.from({ length: 9 }, (_, i) => datagram(sccrq(6001 + i), { sourcePort: 6001 + i })),
    );
    await driver.advance(BUCKET.drain * 0.8);
    await requests(driver, 6101, 2);
    await driver.advance(BUCKET.drain * 0.3);
    await requests(driver, 6201, 6);
    // A bucket that is nearly full loses one request, and not all that it holds.
    await driver.advance(BUCKET.drain * 1.2);
    await requests(driver, 6301, 6);
  },
});

/** The scenarios. */
export const LOAD_SHARING_SCENARIOS: readonly Scenario[] = [
  changingLoads,
  equalLoads,
  roundRobin,
  leakyBucket,
];
