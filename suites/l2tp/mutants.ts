/** Mutants. */
import type { Mutant } from "../mutant.ts";
import type { L2tpId } from "./requirements.ts";

/** The mutants. */
export const L2TP_MUTANTS: readonly Mutant<L2tpId>[] = [];
