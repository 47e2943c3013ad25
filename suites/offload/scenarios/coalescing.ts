/** Coalescing of plain TCP. */
import type { Scenario } from "../../kit/scenario.ts";
import type { Implementation } from "../requirements/classes.ts";
import { burstOf } from "./burst.ts";
import { framedBurst } from "./framing.ts";
import { manyFlows, ordinary, receiveBursts } from "./receive_bursts.ts";
import { greet, nicScenario, sendBursts, SETTLED } from "./scenario.ts";

/** More flows than our own card can hold. */
const TOO_MANY = 600;

function follows(implementation: Exclude<Implementation, "linux">, title: string): Scenario {
  return nicScenario({
    name: `coalescing/${implementation}`,
    title,
    class: implementation,
    needs: ["coalescing"],
    implementation,
    async run(driver) {
      await sendBursts(driver, "network", receiveBursts({ family: 4 }));
      await sendBursts(driver, "network", receiveBursts({ family: 6 }));
    },
  });
}

/** The last segment of a flow, twice: the second time it is a duplicate. */
function last(burst: readonly Uint8Array[]): Uint8Array[] {
  return [burst[4], burst[4]];
}

/** By what they show. */
export const COALESCING = {
  plain_ipv4: nicScenario({
    name: "coalescing/plain_ipv4",
    title: "Segments over IPv4, each pair with one reason not to be joined, and other packets",
    class: "coalescing",
    async run(driver) {
      await sendBursts(driver, "network", [...receiveBursts({ family: 4 }), ordinary(4)]);
    },
  }),
  plain_ipv6: nicScenario({
    name: "coalescing/plain_ipv6",
    title: "Segments over IPv6, each pair with one reason not to be joined, and other packets",
    class: "coalescing",
    needs: ["ipv6"],
    async run(driver) {
      await sendBursts(driver, "network", [...receiveBursts({ family: 6 }), ordinary(6)]);
    },
  }),
  windows: follows("windows", "The same under the rules of Windows"),
  dpdk: follows("dpdk", "The same under the rules of DPDK"),
  freebsd: follows("freebsd", "The same under the rules of FreeBSD"),
  qemu: follows("qemu", "The same under the rules of QEMU"),
  many_flows: nicScenario({
    name: "coalescing/many_flows",
    title: "More interleaved flows than a card can hold",
    class: "coalescing",
    async run(driver) {
      await sendBursts(driver, "network", [manyFlows({ family: 4 }, TOO_MANY)]);
    },
  }),
  held: nicScenario({
    name: "coalescing/held",
    title: "Two bursts of one flow 100 ms apart, then one segment alone, and silence",
    class: "coalescing",
    waits: 300,
    async run(driver) {
      const burst = burstOf({ base: (train) => train(5) }, { way: "receive", family: 4 });
      await driver.datagrams("network", burst.slice(0, 2));
      await driver.advance(100);
      await driver.datagrams("network", burst.slice(2, 3));
      await driver.advance(100);
      await driver.datagrams("network", burst.slice(3, 4));
      await driver.advance(100);
      // Whoever held all that until now lets it go for a segment that nothing joins.
      await driver.datagrams("network", last(burst));
      await driver.advance(100);
    },
  }),
  framing: nicScenario({
    name: "coalescing/framing",
    title: "Frames with padding and trailers, from other MAC addresses, and with VLAN tags",
    class: "coalescing",
    async run(driver) {
      await greet(driver, "network");
      await driver.frames("network", framedBurst());
      await driver.advance(SETTLED);
    },
  }),
  small_units: nicScenario({
    name: "coalescing/small_units",
    title: "Units that may have 9,000 octets at most",
    class: "coalescing",
    coalescing: { sizeLimit: 9000 },
    async run(driver) {
      await sendBursts(driver, "network", receiveBursts({ family: 4 }, 9000).slice(2, 3));
    },
  }),
  transfer: nicScenario({
    name: "coalescing/transfer",
    title: "TCP of two hosts, each way, through segmentation and coalescing",
    class: "coalescing",
    needs: ["segmentation"],
    heavy: true,
    async run(driver) {
      const flow = { from: "host", to: "network", sourcePort: 4000, destinationPort: 5000 };
      await driver.tcp({ flow, octets: 300_000, octetsBack: 300_000 });
      await driver.tcp({
        flow: { ...flow, from: "network", to: "host", family: 6, sourcePort: 4001 },
        octets: 300_000,
      });
    },
  }),
} satisfies Record<string, Scenario>;
