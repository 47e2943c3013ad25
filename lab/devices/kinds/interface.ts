import type { ThirdPartyKind } from "./kind.ts";
import { missingCable } from "./cables.ts";

/**
 * A device at the end of a cable from an interface of this machine. The interface is lent to the lab
 * for each scenario, and comes back with all that it had. The device is ready when it answers at its
 * address.
 */
export const hostInterface: ThirdPartyKind<"interface"> = {
  plays: "third party",
  summary: "a device on a cable from an interface, or a bridge, of this machine",
  supports: (world) =>
    world === "netns"
      ? true
      : "an interface can be moved into a real kernel only: use --world netns",
  packages: () => [],
  weight: 1,
  spendsLab: true,
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
