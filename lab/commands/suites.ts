import { projectSuite, SUITES } from "../../suites/registry.ts";
import { gotUnknown } from "../../suites/kit/nearest.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { UsageError } from "./usage.ts";

/**
 * The suites of these words, or all of them.
 * @throws {UsageError} When a word is unknown.
 */
export function chooseSuites(names = Object.keys(SUITES)): Promise<Suite[]> {
  return Promise.all(names.map(async (name) => {
    const suite = await projectSuite(name);
    if (suite !== undefined) return suite;
    throw new UsageError(`Cannot find a suite: ${gotUnknown(name, Object.keys(SUITES))}`);
  }));
}
