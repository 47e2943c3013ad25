import type { ThirdPartyKind } from "./kind.ts";

/** A program in the namespace of its node. It is ready when it says so. */
export const program: ThirdPartyKind<"process"> = {
  plays: "third party",
  summary: "a program that runs at its node",
  contract: {
    told: "attach.command runs in the network namespace of its node, with the path of a JSON " +
      "configuration file as its last argument. Environment: PLUMBLINE_SETTINGS names the " +
      "same as shell variables (role, node, config_wan_0_address, config_secret, …), " +
      "PLUMBLINE_WORK an empty folder of its own (HOME and TMPDIR too), PLUMBLINE_ROOT " +
      "the unpacked packages, if any; PATH, LANG, LC_ALL and TZ are inherited, and " +
      "nothing else. It starts anew for each scenario. Several labs may run side by side: " +
      "each has network and /run of its own, all else of the file system is shared, so it " +
      "keeps its files in PLUMBLINE_WORK. It is root of a user namespace only: what the " +
      "kernel allows to root of the machine alone is attach.as_root's, which runs in the " +
      "node's network namespace, in a mount namespace of its own, with the same settings.",
    ready: "A line of its output holds the text attach.ready, within " +
      "attach.ready_within seconds; without attach.ready it is at once. Then attach.as_root " +
      "has ended, with exit status 0.",
    log: "Standard output and standard error go to NODE.log beside the captures of each " +
      "scenario, and the end of it into report.html.",
    instructed: "For the kinds that attach.instructions names: a file instruction.sh of shell " +
      "variables appears beside the settings; the device removes it when it is done.",
    ended: "SIGTERM to its process group, then SIGKILL after 2 s. When it ends by itself, the " +
      "scenario ends at once and is inconclusive.",
  },
  supports: (world) =>
    world === "netns" ? true : "a program needs a real kernel's node: use --world netns",
  packages: ({ packages = [] }) => packages,
  needsRoot: ({ as_root }) => as_root !== undefined,
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
