import type { ThirdPartyKind } from "./kind.ts";
import { addressProblem, missingCable, ON_CABLE } from "./cables.ts";

/**
 * A device that is only reachable, at addresses of its own: its node translates between them and the
 * lab's, one to one, and leaves all else as it is. An interface is lent to the lab for each scenario.
 * The device is ready when the way to it answers.
 */
export const address: ThirdPartyKind<"address"> = {
  ...ON_CABLE,
  summary: "a device that is only reachable, at addresses of its own",
  contract: {
    told: "For each interface of its node, attach.cables names the interface of this machine " +
      "by which the device is reached, its own addresses, addresses that the lab takes " +
      "for the peers, and the gateway, or null. The node translates between them and the " +
      "addresses of the lab, one to one, and changes nothing else. The device is " +
      "configured for peers at these addresses: attach.control, as of an interface, may " +
      "do that. It takes root to move an interface.",
    ready: "The gateway, or the device itself where it is on the link, answers ARP or " +
      "neighbour discovery within 3 s.",
    log: "There is none, as of an interface.",
    instructed: "By attach.control, as of an interface.",
    ended: "As of an interface.",
  },
  borrows: ({ cables }) =>
    Object.values(cables).flatMap((cable) => cable === null ? [] : [cable.interface]),
  misses: ({ cables }, topology, node) =>
    missingCable(cables, topology, node) ?? addressProblem(cables, topology, node),
  starts: (attach, place, known) => [{
    at: place.initiates ? "initiators" : "responders",
    async act() {
      const { startAtAddress } = await import("../cable/start_external.ts");
      await startAtAddress(attach, place, known);
    },
  }],
};
