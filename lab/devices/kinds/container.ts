import type { ThirdPartyKind } from "./kind.ts";

/**
 * A program in a container of its own, which runs `lab/devices/container/agent.sh`. It is told what to
 * be as a `process` is, and is ready when it says so.
 */
export const container: ThirdPartyKind<"container"> = {
  plays: "third party",
  summary: "a program in a container of its own",
  contract: {
    told:
      "Its image runs lab/devices/container/agent.sh, which takes the lab's orders from the volume " +
      "/control: for each scenario it starts the command of the image with PLUMBLINE_SETTINGS and " +
      "PLUMBLINE_WORK, as of a process. The container has the network of its node, and needs no " +
      "capability for it. ROLE_IMAGE chooses the image.",
    ready: "As of a process: a line of its output holds the text attach.ready.",
    log: "Standard output and standard error go to NODE.log, as of a process.",
    instructed: "As of a process.",
    ended: "As of a process; the container stays for the next scenario.",
  },
  supports: (world) =>
    world === "compose" ? true : "containers play in the compose lab: docker compose run --rm lab",
  packages: () => [],
  weight: 1,
  spendsLab: false,
  starts: (attach, place, known) => [{
    at: place.initiates ? "initiators" : "responders",
    async act() {
      const { startContained } = await import("../container/start_contained.ts");
      known(await startContained(attach, place));
    },
  }],
};
