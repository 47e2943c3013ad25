import type { Check } from "../../check.ts";
export const CORE_IDENTITY_CHECKS: readonly Check[] = [];
