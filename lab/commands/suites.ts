import { SUITES } from "../../suites/mod.ts";
import type { Suite } from "../../suites/suite.ts";
import { UsageError } from "./usage.ts";

/**
 * The suites of these words, or all of them.
 * @throws {UsageError} When a word is unknown.
 */
export function chooseSuites(names: readonly string[] | undefined): Suite[] {
  return (names ?? Object.keys(SUITES)).map((name) => {
    if (Object.hasOwn(SUITES, name)) return SUITES[name];
    throw new UsageError(`Cannot find suite ${name}: known are ${Object.keys(SUITES).join(", ")}`);
  });
}
