import { INSIDE } from "./enter.ts";
import { readProcess } from "./launcher.ts";

/** Labs that `lab up` holds, found by their first processes: nothing is written down about them. */
export function runningLabs(): { name: string; pid: number }[] {
  const found: { name: string; pid: number }[] = [];
  for (const { name: entry } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(entry) || !isFirstInside(entry)) continue;
    const command = readProcess(Number(entry))?.command ?? [];
    const at = command.lastIndexOf("lab");
    if (at < 0 || command[at + 1] !== "up" || command[at + 2] === undefined) continue;
    found.push({ name: command[at + 2], pid: Number(entry) });
  }
  return found;
}

/** Whether a process is the first of its namespaces, and started by us. */
function isFirstInside(pid: string): boolean {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    if (!/^NSpid:\s+\d+.*\s1$/m.test(status)) return false;
    return Deno.readTextFileSync(`/proc/${pid}/environ`).split("\0")
      .some((variable) => variable.startsWith(`${INSIDE}=`));
  } catch {
    return false;
  }
}
