/** Whether a peer may be asked for a call: RFC 2661 §4.4.3, §4.4.4, §6.9. */
import type { CallConfig } from "./config.ts";
import type { CallRules } from "./rules/call.ts";
import type { Direction } from "./session.ts";

/** What a peer advertised when its tunnel was established. */
export interface Advertised {
  /** Framing Capabilities. */
  framing: number;
  /** Bearer Capabilities; undefined when there were none. */
  bearer: number | undefined;
}

/**
 * Why a call must not be asked for; undefined when it may be.
 * @param direction `outgoing`: an LNS asks a LAC to place the call.
 */
export function whyNotRequested(
  direction: Direction,
  { framingType, bearerType }: Pick<CallConfig, "framingType" | "bearerType">,
  { framing, bearer }: Advertised,
  rules: CallRules,
): string | undefined {
  if (!rules.mayRequestFraming(framingType, framing)) return "the peer advertised no such framing";
  if (direction === "incoming") return undefined;
  if (!rules.mayRequestCall(bearer)) return "the peer advertised no bearer capabilities";
  return rules.mayRequestBearer(bearerType, bearer ?? bearerType)
    ? undefined
    : "the peer advertised no such bearer";
}
