import type { ThirdPartyKind } from "./kind.ts";
import { missingCable, ON_CABLE } from "./cables.ts";

/**
 * A device at the end of a cable from an interface of this machine. The interface is lent to the lab
 * for each scenario, and comes back with all that it had. The device is ready when it answers at its
 * address.
 */
export const hostInterface: ThirdPartyKind<"interface"> = {
  ...ON_CABLE,
  summary: "a device on a cable from an interface, or a bridge, of this machine",
  contract: {
    told: "For each interface of its node in the lab (list topologies), attach.cables names " +
      "the interface of this machine that leads to the device, or a bridge, or null. The " +
      "lab moves it to the node and joins it to the link, frame by frame. The device has " +
      "the addresses of the node as the scenario has them: attach.control, run outside of " +
      "the lab before each scenario with PLUMBLINE_SETTINGS naming the settings, may " +
      "configure it. It takes root (CAP_NET_ADMIN and CAP_SYS_ADMIN) to move an " +
      "interface. One that has what would be lost is refused: queueing disciplines of its " +
      "own, interfaces that stand on it, nexthop objects, XDP programs, nftables hooks. The " +
      "device is not started anew for each scenario: peers have other Tunnel IDs, Session " +
      "IDs and random values in each, and in each run unless --seed is given; what else it " +
      "remembers of them is attach.control's to clear, which may restart it.",
    ready: "It answers ARP or neighbour discovery at its address within 3 s.",
    log: "There is none: the captures show all that the lab sees of it.",
    instructed:
      "By attach.control, whose settings then hold instruction_kind and what belongs to " +
      "it; it fails where it does not know that kind. Without it, the device takes none. " +
      "The command has 60 s, and ends with the lab; what it leaves running stays.",
    ended: "The interface goes back to where it was, with its addresses, routes and settings, " +
      "however the lab ends. Without a carrier the scenario ends at once.",
  },
  borrows: ({ cables }) => Object.values(cables).filter((name) => name !== null),
  misses: ({ cables }, topology, node) => missingCable(cables, topology, node),
  starts: (attach, place, known) => [{
    at: place.initiates ? "initiators" : "responders",
    async act() {
      const { startAtInterface } = await import("../cable/start_external.ts");
      await startAtInterface(attach, place, known);
    },
  }],
};
