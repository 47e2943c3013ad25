/**
 * What else each wrong card cannot help breaking, by the mutant's name: most rules stand in several rows
 * of the catalogue, with and without a tunnel.
 */
import type { OffloadId } from "../vocabulary.ts";

/** By name. */
export const ALSO_VIOLATES: Readonly<Record<string, readonly OffloadId[]>> = {};
