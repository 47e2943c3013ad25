import type { ThirdPartyKind } from "./kind.ts";

/** A program in the namespace of its node. It is ready when it says so on its standard output. */
export const program: ThirdPartyKind<"process"> = {
  plays: "third party",
  summary: "a program that runs at its node",
  supports: (world) =>
    world === "netns" ? true : "a program needs a real kernel's node: use --world netns",
  packages: ({ packages = [] }) => packages,
  weight: 1,
  spendsLab: false,
  starts: (attach, place, known) => [{
    at: place.initiates ? "initiators" : "responders",
    async act() {
      const { startProgram } = await import("../process/start_program.ts");
      known(await startProgram(attach, place));
    },
  }],
};
