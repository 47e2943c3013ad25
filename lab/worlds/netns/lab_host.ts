/**
 * Runs scenarios on labs of its own, in namespaces of its own: what `LabProcess` starts, so that
 * several labs stand side by side and share nothing, neither names nor files under /run.
 *
 * Its arguments name the module that exports `SUITES`, and the world. Each line of standard input is an order, each
 * line of standard output a report (see `lab/worlds/netns/lab_process.ts`). The end of standard input ends it.
 */
import { asUnwritable } from "../../../suites/engine/system_error.ts";
import { type SuiteModule, suiteOf } from "../../../suites/registry.ts";
import { prepareNamespaces } from "./enter.ts";
import type { LabOrder, LabReport } from "./lab_process.ts";
import { NetnsWorld, type RealWorldName } from "./world.ts";
import { textLines } from "../../peer_host/lines.ts";

const encoder = new TextEncoder();

function report(value: LabReport): void {
  const line = encoder.encode(JSON.stringify(value) + "\n");
  try {
    for (let done = 0; done < line.length;) done += Deno.stdout.writeSync(line.subarray(done));
  } catch (error) {
    // Whoever has started this process is gone: nobody is left to be told.
    if (error instanceof Deno.errors.BrokenPipe) Deno.exit(4);
    throw error;
  }
}

prepareNamespaces();
const [module, name] = Deno.args as [string, RealWorldName];
const suites = await import(module) as SuiteModule;
const world = new NetnsWorld({ suites: module, name });

async function obey({ suite: word, scenario: id, ...order }: LabOrder): Promise<void> {
  const suite = await suiteOf(suites, word);
  const scenario = suite?.scenarios.find((scenario) => scenario.id === id);
  if (suite === undefined || scenario === undefined) {
    throw new RangeError(`Cannot find the scenario ${id} of ${word}`);
  }
  const progress = (line: string) => report({ progress: line });
  const begun = () => report({ begun: true });
  report({ record: await world.run({ ...order, suite, scenario, progress, begun }) });
}

const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(textLines());
const reader = lines.getReader();
for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) {
  const order = JSON.parse(value!) as LabOrder;
  void obey(order).catch((error) => {
    const unwritable = asUnwritable(error);
    const { message } = unwritable ?? error;
    report({ failed: String(message ?? error), unwritable: unwritable !== undefined });
  });
}
// Nobody listens any more: what is under way ends with this process, the first of its namespaces.
Deno.exit(0);
