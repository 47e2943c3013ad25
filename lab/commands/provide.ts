import type { Profile } from "../../suites/kit/profile.ts";
import type { Guard } from "../devices/cable/guard.ts";
import { borrowedBy } from "../devices/kinds/registry.ts";
import { provideDevices } from "../devices/packages/provide.ts";
import { UsageError } from "./usage.ts";

/**
 * Fetches the packages that devices are made of, and lends the lab the interfaces by which they are
 * reached: to be called outside of the lab.
 * @returns What keeps the interfaces, to be ended after the lab; undefined where none is lent.
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
  if (borrowers.length === 0) return undefined;
  const { lendingProblem, startGuardian } = await import("../devices/cable/guard.ts");
  const why = await lendingProblem(borrowers.flatMap(borrowedBy));
  if (why === undefined) return await startGuardian();
  throw new UsageError(`Cannot reach ${borrowers.map(({ name }) => name).join(" and ")} as ${why}`);
}
