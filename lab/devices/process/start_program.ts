import type { Attach, Place } from "../kinds/kind.ts";
import { instructScript } from "../script/instructions.ts";
import { placed, rootOf, workFolder } from "../script/script.ts";
import { ExternalProcess, READY_WITHIN } from "./external_process.ts";

/** Starts a program in the namespace of its node. */
export async function startProgram(
  attach: Attach<"process">,
  { node, profile, packages, namespace, file, settings, directory, complaint }: Place,
): Promise<ExternalProcess> {
  const root = await rootOf(profile.name, packages);
  const work = await workFolder(node, settings);
  const process = await ExternalProcess.start({
    node,
    namespace,
    command: [...attach.command.map((word) => placed(word, root)), file],
    ready: attach.ready,
    readyWithin: attach.ready_within ?? READY_WITHIN,
    work,
    complaint,
    environment: {
      PLUMBLINE_ROOT: root,
      PLUMBLINE_WORK: work,
      PLUMBLINE_SETTINGS: `${work}/settings.sh`,
    },
    log: `${directory}/${node}.log`,
    instruct: (instruction) =>
      instructScript({ node, folder: work, kinds: attach.instructions ?? [] }, instruction),
  });
  process.readOn();
  return process;
}
