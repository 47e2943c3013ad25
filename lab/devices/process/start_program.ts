import type { Attach, Place } from "../kinds/kind.ts";
import { instructScript } from "../script/instructions.ts";
import { shellSettings } from "../script/settings.ts";
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
  if (attach.as_root !== undefined) {
    const command = attach.as_root.map((word) => placed(word, root));
    await runAsRoot(command, shellSettings(settings), node).catch(async (error) => {
      await process.stop();
      throw error;
    });
  }
  process.readOn();
  return process;
}

/** Does what only root of the machine may do for a node. @throws {Error} With what the command said last. */
async function runAsRoot(command: readonly string[], input: string, node: string): Promise<void> {
  const { Lender } = await import("../cable/lender.ts");
  const lender = await Lender.connect();
  try {
    await lender.asRoot(command, input, node);
  } catch (error) {
    throw new Error(`Cannot set up "${node}" as root as ${(error as Error).message}`);
  } finally {
    lender.close();
  }
}
