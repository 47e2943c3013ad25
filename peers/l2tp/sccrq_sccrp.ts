/** What SCCRQ and SCCRP carry, and whether a peer that sends one is accepted: RFC 2661 §6.1, §6.2. */
import type { AttributeValues } from "../../captures/wire/l2tp_attributes.ts";
import type { L2tpContext } from "./context.ts";
import type { Fault } from "./fault.ts";
import type { ReceivedMessage } from "./read_message.ts";
import { randomOctets } from "./write_message.ts";

/** The AVPs that SCCRQ and SCCRP have in common. */
export function sccrqSccrpValues(
  { config, rules }: L2tpContext,
  assignedTunnelId: number,
  challenge: Uint8Array | undefined,
): Partial<AttributeValues> {
  const { hostName, vendorName, announceWindow, receiveWindow } = config;
  return {
    protocolVersion: rules.protocolVersion,
    hostName: new TextEncoder().encode(hostName),
    framingCapabilities: config.framingCapabilities,
    bearerCapabilities: config.bearerCapabilities,
    assignedTunnelId,
    receiveWindowSize: announceWindow ? receiveWindow : undefined,
    challenge,
    firmwareRevision: config.firmwareRevision,
    vendorName: vendorName === "" ? undefined : new TextEncoder().encode(vendorName),
  };
}

/** Why the sender of an SCCRQ or SCCRP gets no tunnel; undefined when it may have one. */
export function judgeSccrqSccrp(
  { config, rules }: L2tpContext,
  { values, fault }: ReceivedMessage,
): Fault | undefined {
  const { protocolVersion, hostName } = values;
  // Whatever else is wrong with it: another version makes all the rest unreadable.
  if (protocolVersion !== undefined && !rules.acceptsProtocolVersion(protocolVersion)) {
    return rules.versionFault;
  }
  if (fault !== undefined) return fault;
  const name = hostName ?? new Uint8Array();
  return rules.acceptsHost(name, config.refusedHosts) ? undefined : rules.hostFault;
}

/** The tie breaker of an own SCCRQ, as configured: RFC 2661 §4.4.3. */
export function drawTieBreaker({ config, random }: L2tpContext): Uint8Array | undefined {
  const { tieBreaker } = config;
  if (tieBreaker === "none") return undefined;
  if (tieBreaker === "random") return randomOctets(8, random);
  return Uint8Array.from(tieBreaker.match(/../g)!, (digits) => parseInt(digits, 16));
}
