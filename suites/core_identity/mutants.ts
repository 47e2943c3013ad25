import type { Mutant } from "../mutant.ts";
export const CORE_IDENTITY_MUTANTS: readonly Mutant[] = [];
