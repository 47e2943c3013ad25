import type { ThirdPartyKind } from "./kind.ts";

/** What boots every User-Mode Linux kernel: the kernel, its commands, and iproute2. */
const KERNEL_PACKAGES: readonly string[] = ["user-mode-linux", "busybox-static", "iproute2"];

/**
 * A Linux kernel in a box, User-Mode Linux, at the links of its node: the host's kernel gives up the
 * node, so that only this kernel answers. It is ready when its script says so on the console.
 */
export const linux: ThirdPartyKind<"linux"> = {
  plays: "third party",
  summary: "a Linux kernel in a box, with a script that runs in it",
  contract: {
    told: "attach.script runs in a User-Mode Linux kernel that has taken over the links and " +
      "addresses of the node, with the same settings as a process. The packages are its " +
      "root file system; /etc/ppp, /run and /tmp can be written.",
    ready: "The script prints a line that holds the text attach.ready, within " +
      "attach.ready_within seconds.",
    log: "The console goes to NODE.log, as of a process.",
    instructed: "As of a process.",
    ended: "The kernel is killed with the scenario.",
  },
  supports: (world) =>
    world === "netns" ? true : "a kernel in a box needs a real kernel's node: use --world netns",
  packages: ({ packages }) => [...KERNEL_PACKAGES, ...packages],
  weight: 8,
  spendsLab: true,
  starts(attach, place, known) {
    let start: () => Promise<void>;
    return [
      {
        at: "kernels",
        async act() {
          const { bootKernel, runInKernel } = await import("../uml/start_kernel.ts");
          const kernel = known(await bootKernel(attach, place));
          start = () => runInKernel(kernel, attach.ready);
        },
      },
      { at: place.initiates ? "initiators" : "responders", act: () => start() },
    ];
  },
};
