import type { Attach, Place } from "../kinds/kind.ts";
import { ExternalProcess, READY_WITHIN } from "../process/external_process.ts";
import { instructScript } from "../script/instructions.ts";
import { workOf } from "./files.ts";

/** Starts the device of a container. */
export async function startContained(
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
      readyWithin: attach.ready_within ?? READY_WITHIN,
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
