/**
 * Every choice that a LAC or an LNS makes, by name. A mutant replaces one of them; nothing else in this
 * folder decides anything that RFC 2661 is about.
 */
import { CALL_RULES } from "./rules/call.ts";
import { CONTROL_CONNECTION_RULES } from "./rules/control_connection.ts";
import { DATA_RULES } from "./rules/data.ts";
import { MESSAGE_RULES } from "./rules/message.ts";
import { RELIABLE_DELIVERY_RULES } from "./rules/reliable_delivery.ts";

/** The rules that LAC and LNS share. */
export const L2TP_RULES = {
  ...MESSAGE_RULES,
  ...RELIABLE_DELIVERY_RULES,
  ...CONTROL_CONNECTION_RULES,
  ...CALL_RULES,
  ...DATA_RULES,
};

/** The rules of a LAC. */
export const LAC_RULES = { ...L2TP_RULES };
/** The rules of an LNS. */
export const LNS_RULES = { ...L2TP_RULES };

/** The type of all rules; a mutant is a partial one. */
export type L2tpRules = typeof L2TP_RULES;
