import type { ThirdPartyKind } from "./kind.ts";
import { addressProblem, missingCable } from "./cables.ts";

/**
 * A device that is only reachable, at addresses of its own: its node translates between them and the
 * lab's, one to one, and leaves all else as it is. An interface is lent to the lab for each scenario.
 * The device is ready when the way to it answers.
 */
export const address: ThirdPartyKind<"address"> = {
  plays: "third party",
  summary: "a device that is only reachable, at addresses of its own",
  supports: (world) =>
    world === "netns"
      ? true
      : "an interface can be moved into a real kernel only: use --world netns",
  packages: () => [],
  weight: 1,
  spendsLab: true,
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
