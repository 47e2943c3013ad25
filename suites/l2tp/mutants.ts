/**
 * Mutants: a reference LAC or LNS with one choice replaced. Each names the requirement that it breaks,
 * and as alsoViolates those that cannot help breaking with it.
 */
import { AVP_MUTANTS } from "./mutants/avps.ts";
import { CALL_MUTANTS } from "./mutants/calls.ts";
import type { L2tpMutant } from "./mutants/make.ts";
import { MESSAGE_MUTANTS } from "./mutants/messages.ts";
import { OUTGOING_CALL_MUTANTS } from "./mutants/outgoing_calls.ts";
import { PROXY_MUTANTS } from "./mutants/proxy.ts";
import { SHOULD_MUTANTS } from "./mutants/should.ts";
import { TIE_BREAKER_MUTANTS } from "./mutants/tie_breaker.ts";
import { TUNNEL_MUTANTS } from "./mutants/tunnels.ts";

/** The mutants, in the order of the requirements that they break. */
export const L2TP_MUTANTS: readonly L2tpMutant[] = [
  ...MESSAGE_MUTANTS,
  ...AVP_MUTANTS,
  ...TUNNEL_MUTANTS,
  ...CALL_MUTANTS,
  ...TIE_BREAKER_MUTANTS,
  ...OUTGOING_CALL_MUTANTS,
  ...PROXY_MUTANTS,
  ...SHOULD_MUTANTS,
];
