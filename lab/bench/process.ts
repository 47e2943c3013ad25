/** What a process has taken of the machine so far, as /proc tells it. */

/** Octets of memory and milliseconds of processor time. */
export interface ProcessUsage {
  /** Memory now (VmRSS) and at most (VmHWM), octets. */
  resident: number;
  peak: number;
  /** Milliseconds on a processor, in the program and in the kernel for it. */
  user: number;
  system: number;
}

/** Milliseconds of one clock tick in /proc, which is 100 Hz for every program. */
const TICK = 10;

/** Octets of memory now (VmRSS) or at most (VmHWM); undefined when there is no such process. */
export function memoryOf(pid: number | "self", field: "VmRSS" | "VmHWM"): number | undefined {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    const found = new RegExp(`${field}:\\s*(\\d+) kB`).exec(status);
    return found === null ? undefined : Number(found[1]) * 1024;
  } catch {
    return undefined;
  }
}

/** What a process has taken; all zero when there is no such process. */
export function usageOf(pid: number | "self"): ProcessUsage {
  const resident = memoryOf(pid, "VmRSS") ?? 0, peak = memoryOf(pid, "VmHWM") ?? 0;
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // The name in parentheses may hold anything; behind it stands the state, the third field.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { resident, peak, user: Number(fields[11]) * TICK, system: Number(fields[12]) * TICK };
  } catch {
    return { resident, peak, user: 0, system: 0 };
  }
}
