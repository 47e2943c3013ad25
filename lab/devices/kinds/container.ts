import type { ThirdPartyKind } from "./kind.ts";

/**
 * A program in a container of its own, which runs `lab/devices/container/agent.sh`. It is told what to
 * be as a `process` is, and is ready when it says so on its standard output.
 */
export const container: ThirdPartyKind<"container"> = {
  plays: "third party",
  summary: "a program in a container of its own",
  contract: {
    told: "The image runs lab/devices/container/agent.sh with the command of the device, in a " +
      "container that shares the network namespace of its node and nothing else with the lab. The " +
      "command gets the path of a JSON configuration file as its last argument, and in its environment " +
      "what a process is told. It starts anew for each scenario. The variable ROLE_IMAGE, such as " +
      "LNS_IMAGE, puts the image in the place of a reference peer's. It plays in the compose lab " +
      "alone, whose engine starts it: certify itself starts no containers, and elsewhere refuses it. " +
      "The same command as a process plays without an engine.",
    ready:
      "A line of its output holds the text attach.ready, within attach.ready_within seconds; " +
      "without attach.ready it is at once.",
    log:
      "Standard output and standard error go to NODE.log beside the captures of each scenario, and " +
      "the end of it into report.html.",
    instructed:
      "For the kinds that attach.instructions names: a file instruction.sh of shell variables " +
      "appears beside the settings; the device removes it when it is done.",
    ended:
      "The agent sends SIGTERM to its process group, then SIGKILL. When it ends by itself, or its " +
      "container does, the scenario ends at once and is inconclusive.",
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
