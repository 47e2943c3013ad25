import { workOf } from "../container/files.ts";
import { ExternalProcess } from "../process/external_process.ts";
import { instructScript } from "../script/instructions.ts";
import type { Attach, Place, ThirdPartyKind } from "./kind.ts";

/**
 * A program in a container of its own, which runs `lab/devices/container/agent.sh`. It is told what to
 * be as a `process` is, and is ready when it says so on its standard output.
 */
export const container: ThirdPartyKind<"container"> = {
  plays: "third party",
  summary: "a program in a container of its own",
  supports: (world) =>
    world === "compose" ? true : "containers play in the compose lab: docker compose run --rm lab",
  packages: () => [],
  weight: 1,
  spendsLab: false,
  starts: (attach, place, known) => [{
    at: place.initiates ? "initiators" : "responders",
    async act() {
      known(await startContained(attach, place));
    },
  }],
};

/** Starts the device of a container. */
async function startContained(
  attach: Attach<"container">,
  { node, namespace, directory, complaint, agent: reach }: Place,
): Promise<ExternalProcess> {
  if (reach === undefined) {
    throw new TypeError(`Cannot play "${node}" as no container stands for it`);
  }
  const agent = await reach();
  if (agent.plays === "reference") {
    throw new TypeError(
      `Cannot play "${node}" as its container has the image of the reference peers`,
    );
  }
  const process = await ExternalProcess.attend(
    {
      node,
      namespace,
      ready: attach.ready,
      log: `${directory}/${node}.log`,
      complaint,
      instruct: (instruction) =>
        instructScript(
          { node, folder: workOf(agent.container), kinds: attach.instructions ?? [] },
          instruction,
        ),
    },
    await agent.start(),
  );
  process.readOn();
  return process;
}
