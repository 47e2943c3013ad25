/** Segmentation and coalescing in tunnels: those of the source, a made-up one, and those of real stacks. */
import type { Scenario } from "../../kit/scenario.ts";
import { MTU, NIC_JUMBO } from "../topologies.ts";
import type { OffloadClass } from "../vocabulary.ts";
import { burstOf } from "./burst.ts";
import * as carriers from "./carriers.ts";
import { nearPackets } from "./near_tunnels.ts";
import { manyFlows, receiveBursts } from "./receive_bursts.ts";
import { nicScenario, sendBursts } from "./scenario.ts";
import { sendBurst } from "./send_bursts.ts";
import type { Carrier } from "./shape.ts";
import { ORDER } from "./variations.ts";

/** What a tunnel's scenario is about, and what a device needs for it. */
interface Tunnel {
  carrier: Carrier;
  class: OffloadClass;
  needs?: readonly OffloadClass[];
  family?: 4 | 6;
  /** Name, where the carrier's does not do. */
  name?: string;
}

const presetsOf = ({ name, format }: Carrier) => ({ formats: { [name]: format } });

function coalesced(tunnel: Tunnel): Scenario {
  const { carrier, needs, family = 4, name = carrier.name } = tunnel;
  return nicScenario({
    name: `tunnel_coalescing/${name}`,
    title: `Segments in ${name}, each pair with one reason not to be joined`,
    class: tunnel.class,
    ...needs === undefined ? {} : { needs },
    ...presetsOf(carrier),
    async run(driver) {
      await sendBursts(driver, "network", [
        ...receiveBursts({ family, carrier }),
        ...Object.values(nearPackets(name, "receive")),
      ]);
    },
  });
}

function segmented(tunnel: Tunnel): Scenario {
  const { carrier, needs, family = 4, name = carrier.name } = tunnel;
  return nicScenario({
    name: `tunnel_segmentation/${name}`,
    title: `Packets in ${name} that are too large for the wire`,
    class: tunnel.class,
    ...needs === undefined ? {} : { needs },
    ...presetsOf(carrier),
    async run(driver) {
      await sendBursts(driver, "host", [sendBurst({ family, carrier, mtu: MTU.ethernet })]);
    },
  });
}

const { GRE_PLAIN, GRE_KEY } = carriers;

/** The first packet of the first burst, the second of the second, the third of the first, … */
function alternating(bursts: readonly Uint8Array[][]): Uint8Array[] {
  return bursts[0].map((_, i) => bursts[i % bursts.length][i]);
}

const RSC = ["tunnel_coalescing"] as const, TSO = ["tunnel_segmentation"] as const;

/** Coalescing, by what the segments travel in. */
export const TUNNEL_COALESCING = {
  gre: coalesced({ carrier: carriers.GRE, class: "gre", needs: RSC }),
  udp_slots: coalesced({ carrier: carriers.UDP_SLOTS, class: "udp_slots", needs: RSC }),
  udp_slots_adjusted: coalesced({
    ...{ carrier: carriers.UDP_SLOTS_ADJUSTED, class: "udp_slots", needs: RSC },
  }),
  made_up: coalesced({ carrier: carriers.MADE_UP_CARRIER, class: "tunnel_coalescing" }),
  variable: coalesced({ carrier: carriers.VARIABLE, class: "variable_length", needs: RSC }),
  gre_ipv6: coalesced({
    ...{ carrier: carriers.GRE_IPV6, name: "gre_ipv6", family: 6 },
    ...{ class: "gre", needs: [...RSC, "ipv6"] },
  }),
  gre_plain: coalesced({ carrier: carriers.GRE_PLAIN, class: "gre_tunnels" }),
  gre_key: coalesced({ carrier: carriers.GRE_KEY, class: "gre_tunnels" }),
  gre_checksum: coalesced({ carrier: carriers.GRE_CHECKSUM, class: "gre_tunnels" }),
  nvgre: coalesced({ carrier: carriers.NVGRE, class: "nvgre" }),
  vxlan: coalesced({ carrier: carriers.VXLAN, class: "vxlan" }),
  vxlan_ipv6: coalesced({
    ...{ carrier: carriers.VXLAN_IPV6, name: "vxlan_ipv6", family: 6 },
    ...{ class: "vxlan", needs: ["ipv6"] },
  }),
  geneve: coalesced({ carrier: carriers.GENEVE, class: "geneve" }),
  ipip: coalesced({ carrier: carriers.IPIP, class: "ipip" }),
  ipv4_in_ipv6: coalesced({
    ...{ carrier: carriers.IPV4_IN_IPV6, name: "ipv4_in_ipv6" },
    ...{ class: "ipip", needs: ["ipv6"] },
  }),
  ipv6_in_ipv4: coalesced({
    ...{ carrier: carriers.IPV6_IN_IPV4, name: "ipv6_in_ipv4", family: 6 },
    ...{ class: "ipip", needs: ["ipv6"] },
  }),
  gre_mixed: nicScenario({
    name: "tunnel_coalescing/gre_mixed",
    title: "Segments of one inner flow in GRE with a key, without, and with a checksum",
    class: "gre_tunnels",
    formats: { gre_plain: GRE_PLAIN.format, gre_key: GRE_KEY.format },
    async run(driver) {
      const burst = [GRE_PLAIN, GRE_KEY].map((carrier) =>
        burstOf({ base: ORDER.base }, { way: "receive", family: 4, carrier })
      );
      await sendBursts(driver, "network", [...burst, alternating(burst)]);
    },
  }),
  held: nicScenario({
    name: "tunnel_coalescing/held",
    title: "A burst of one flow in a tunnel, then one segment alone, and silence",
    class: "tunnel_coalescing",
    waits: 200,
    ...presetsOf(carriers.MADE_UP_CARRIER),
    async run(driver) {
      const carrier = carriers.MADE_UP_CARRIER;
      const burst = burstOf({ base: ORDER.base }, { way: "receive", family: 4, carrier });
      await driver.datagrams("network", burst.slice(0, 3));
      await driver.advance(100);
      await driver.datagrams("network", burst.slice(3));
      await driver.advance(100);
    },
  }),
  many_flows: nicScenario({
    name: "tunnel_coalescing/many_flows",
    title: "Sixty-four flows in a tunnel that interleave",
    class: "tunnel_coalescing",
    ...presetsOf(carriers.MADE_UP_CARRIER),
    async run(driver) {
      const flows = manyFlows({ family: 4, carrier: carriers.MADE_UP_CARRIER }, 64);
      await sendBursts(driver, "network", [flows]);
    },
  }),
} satisfies Record<string, Scenario>;

/** Segmentation, by what the packets travel in. */
export const TUNNEL_SEGMENTATION = {
  gre: segmented({ carrier: carriers.GRE, class: "gre", needs: TSO }),
  udp_slots: segmented({ carrier: carriers.UDP_SLOTS, class: "udp_slots", needs: TSO }),
  udp_slots_adjusted: segmented({
    ...{ carrier: carriers.UDP_SLOTS_ADJUSTED, class: "udp_slots", needs: TSO },
  }),
  made_up: segmented({ carrier: carriers.MADE_UP_CARRIER, class: "tunnel_segmentation" }),
  variable: segmented({ carrier: carriers.VARIABLE, class: "variable_length", needs: TSO }),
  gre_ipv6: segmented({
    ...{ carrier: carriers.GRE_IPV6, name: "gre_ipv6", family: 6 },
    ...{ class: "gre", needs: [...TSO, "ipv6"] },
  }),
  gre_key: segmented({
    carrier: carriers.GRE_KEY,
    class: "gre_tunnels",
    needs: ["gre_segmentation"],
  }),
  gre_checksum: segmented({
    carrier: carriers.GRE_CHECKSUM,
    class: "gre_tunnels",
    needs: ["gre_segmentation"],
  }),
  vxlan: segmented({ carrier: carriers.VXLAN, class: "vxlan", needs: ["udp_tunnel_segmentation"] }),
  vxlan_ipv6: segmented({
    ...{ carrier: carriers.VXLAN_IPV6, name: "vxlan_ipv6", family: 6 },
    ...{ class: "vxlan", needs: ["udp_tunnel_segmentation", "ipv6"] },
  }),
  nvgre: segmented({ carrier: carriers.NVGRE, class: "nvgre", needs: ["gre_segmentation"] }),
  geneve: segmented({
    carrier: carriers.GENEVE,
    class: "geneve",
    needs: ["udp_tunnel_segmentation"],
  }),
  ipip: segmented({ carrier: carriers.IPIP, class: "ipip", needs: ["ipip_segmentation"] }),
  ipv6_in_ipv4: segmented({
    ...{ carrier: carriers.IPV6_IN_IPV4, name: "ipv6_in_ipv4", family: 6 },
    ...{ class: "ipip", needs: ["ipip_segmentation", "ipv6"] },
  }),
  jumbo: nicScenario({
    name: "tunnel_segmentation/jumbo",
    title: "Packets in a tunnel that are too large for jumbo frames",
    class: "tunnel_segmentation",
    topology: NIC_JUMBO,
    mtu: MTU.jumbo,
    ...presetsOf(carriers.MADE_UP_CARRIER),
    async run(driver) {
      const carrier = carriers.MADE_UP_CARRIER;
      await sendBursts(driver, "host", [sendBurst({ family: 4, carrier, mtu: MTU.jumbo })]);
    },
  }),
} satisfies Record<string, Scenario>;
