import type { MachineKind } from "./kind.ts";

/** A device that does not do what it should: it shows that no check passes what was not shown. */
export const nullDevice: MachineKind<"null"> = {
  plays: "machine",
  summary: "a device that does something else than it should",
  contract: {
    told: "What to do instead (attach.conduct), and when (attach.after).",
    ready: "Its ports are open.",
    log: "NODE*.jsonl, its trace.",
    instructed: "It takes none.",
    ended: "With the scenario.",
  },
  supports: () => true,
  async machine({ conduct, after }, recording) {
    return {
      null: {
        conduct,
        ...(after === undefined ? {} : { after }),
        ...(conduct === "replayer" ? { recording: await recording() } : {}),
      },
    };
  },
};
