/** The suites by their word: adding a system adds one line here. */
import type { Suite } from "./suite.ts";

/** Every suite of the project. */
export const SUITES: Readonly<Record<string, Suite>> = {};
