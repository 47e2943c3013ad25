/** Whether a call may be asked for, and whether one is accepted: RFC 2661 §4.4.3, §4.4.4, §6.9. */
import type { AttributeValues } from "../../captures/wire/l2tp_attributes.ts";
import type { CallMessage, Direction } from "./call_table.ts";
import type { CallConfig, L2tpConfig } from "./config.ts";
import type { Fault } from "./fault.ts";
import type { CallRules } from "./rules/call.ts";

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

/** Why a message asks for what this end did not advertise; undefined when it does not. */
export function whyNotAccepted(
  message: CallMessage,
  { framingType, bearerType }: Partial<AttributeValues>,
  { framingCapabilities, bearerCapabilities }: L2tpConfig,
  rules: CallRules,
): Fault | undefined {
  const framed = message === "iccn" || message === "ocrq" || message === "occn";
  if (framed && !rules.acceptsFraming(framingType ?? 0, framingCapabilities)) {
    return rules.framingFault;
  }
  if (message !== "ocrq") return undefined;
  return rules.acceptsBearer(bearerType ?? 0, bearerCapabilities ?? 0)
    ? undefined
    : rules.bearerFault;
}
