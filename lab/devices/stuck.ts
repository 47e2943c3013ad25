/** Looks for devices that are there and do nothing, so that their silence is not taken for their conduct. */
import type { DeviceProcess } from "./device_process.ts";

/** Milliseconds between two looks. */
const LOOK = 1000;

/** Looks again and again, until it is told to end. @param told Told of the first that is found, once. */
export function watchStuck(
  devices: ReadonlyMap<string, DeviceProcess>,
  told: (why: string) => void,
): () => void {
  let isOver = false;
  void (async () => {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, LOOK));
      if (isOver) return;
      const why = await firstStuck(devices);
      if (why !== undefined && !isOver) return told(why);
    }
  })();
  return () => isOver = true;
}

/** Why the first device that can do nothing does not, as a sentence; undefined where none is known. */
export async function firstStuck(
  devices: ReadonlyMap<string, DeviceProcess>,
): Promise<string | undefined> {
  const all = [...devices].map(async ([node, device]) => {
    const why = await device.stuck?.();
    return why === undefined ? undefined : `"${node}" hangs: ${why}`;
  });
  return (await Promise.all(all)).find((why) => why !== undefined);
}

/** What is said of a process that a signal has stopped. */
export const STOPPED = "its process is stopped, by SIGSTOP or the like";

/** Whether a signal has stopped a process of a group; what only a debugger holds is not. */
export function isGroupStopped(group: number): boolean {
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = Deno.readTextFileSync(`/proc/${name}/stat`);
      // Behind the name, which may hold anything: state, parent, group.
      const [state, , own] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state === "T" && Number(own) === group) return true;
    } catch {
      // It has ended.
    }
  }
  return false;
}
