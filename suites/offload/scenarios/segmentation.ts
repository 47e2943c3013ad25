/** Segmentation of plain TCP. */
import type { Scenario } from "../../kit/scenario.ts";
import { MTU, NIC_JUMBO } from "../topologies.ts";
import { nicScenario, sendBursts } from "./scenario.ts";
import { fragments, sendBurst } from "./send_bursts.ts";

/** By what they show. */
export const SEGMENTATION = {
  plain_ipv4: nicScenario({
    name: "segmentation/plain_ipv4",
    title: "Packets over IPv4 that are too large for the wire, and some that are not",
    class: "segmentation",
    async run(driver) {
      await sendBursts(driver, "host", [sendBurst({ family: 4, mtu: MTU.ethernet })]);
    },
  }),
  plain_ipv6: nicScenario({
    name: "segmentation/plain_ipv6",
    title: "Packets over IPv6 that are too large for the wire, and some that are not",
    class: "segmentation",
    needs: ["ipv6"],
    async run(driver) {
      await sendBursts(driver, "host", [sendBurst({ family: 6, mtu: MTU.ethernet })]);
    },
  }),
  fragments: nicScenario({
    name: "segmentation/fragments",
    title: "Fragments that are too large for the wire",
    class: "segmentation",
    async run(driver) {
      await sendBursts(driver, "host", [fragments()]);
    },
  }),
  off: nicScenario({
    name: "segmentation/off",
    title: "Packets that are too large for the wire, with segmentation off",
    class: "segmentation_switch",
    needs: ["segmentation"],
    segmentation: { enabled: false },
    async run(driver) {
      await sendBursts(driver, "host", [sendBurst({ family: 4, mtu: MTU.ethernet })]);
    },
  }),
  jumbo: nicScenario({
    name: "segmentation/jumbo",
    title: "Packets that are too large for jumbo frames",
    class: "segmentation",
    topology: NIC_JUMBO,
    mtu: MTU.jumbo,
    async run(driver) {
      await sendBursts(driver, "host", [sendBurst({ family: 4, mtu: MTU.jumbo })]);
    },
  }),
  segment_size: nicScenario({
    name: "segmentation/segment_size",
    title: "Segments of 536 octets of payload, in which Identification stays where it may",
    class: "segmentation",
    mss: 536,
    segmentation: { outerId: "fixed", innerId: "fixed" },
    async run(driver) {
      await sendBursts(driver, "host", [sendBurst({ family: 4, mtu: 576 })]);
    },
  }),
  fifteen_bits: nicScenario({
    name: "segmentation/fifteen_bits",
    title: "Identification that rises modulo 2^15",
    class: "segmentation",
    segmentation: { outerId: "increment15", innerId: "increment15" },
    async run(driver) {
      await sendBursts(driver, "host", [sendBurst({ family: 4, mtu: MTU.ethernet })]);
    },
  }),
} satisfies Record<string, Scenario>;
