import type { Profile } from "../../suites/kit/profile.ts";
import type { Guard } from "../devices/cable/guard.ts";
import { borrowedBy, needsRoot } from "../devices/kinds/registry.ts";
import { provideDevices } from "../devices/packages/provide.ts";
import { UsageError } from "./usage.ts";

/**
 * Fetches the packages that devices are made of, and lends the lab the interfaces by which they are
 * reached, and the rights of root where they need them: to be called outside of the lab.
 * @returns What does so, to be ended after the lab; undefined where nothing is lent.
 * @throws {UsageError} When something cannot be had.
 */
export async function provide(devices: readonly Profile[]): Promise<Guard | undefined> {
  try {
    await provideDevices(devices, console.error);
  } catch (error) {
    // Nothing of ours is broken: somebody has to fetch or install something.
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const borrowers = devices.filter((device) => borrowedBy(device).length > 0);
  const privileged = devices.filter(needsRoot);
  if (borrowers.length + privileged.length === 0) return undefined;
  const { lendingProblem, rootProblem, startGuardian } = await import("../devices/cable/guard.ts");
  const namesOf = (some: readonly Profile[]) => some.map(({ name }) => name).join(" and ");
  const lacking = privileged.length === 0 ? undefined : rootProblem();
  if (lacking !== undefined) {
    throw new UsageError(`Cannot play ${namesOf(privileged)} as ${lacking}`);
  }
  const names = borrowers.flatMap(borrowedBy);
  const why = names.length === 0 ? undefined : await lendingProblem(names);
  if (why !== undefined) throw new UsageError(`Cannot reach ${namesOf(borrowers)} as ${why}`);
  return await startGuardian();
}
