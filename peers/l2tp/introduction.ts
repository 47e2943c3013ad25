/** How the ends of a tunnel present themselves, and whether they take each other: RFC 2661 §6.1, §6.2. */
import type { AttributeValues } from "../../captures/wire/l2tp_attributes.ts";
import type { L2tpEndpoint } from "./endpoint.ts";
import type { Fault } from "./fault.ts";
import type { ReceivedMessage } from "./read_message.ts";
import { randomOctets } from "./write_message.ts";

/** What SCCRQ and SCCRP have in common. */
export function introduction(
  { config, rules }: L2tpEndpoint,
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

/** What is wrong with a peer that presents itself so; undefined when nothing. */
export function judgeIntroduction(
  { config, rules }: L2tpEndpoint,
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
export function drawTieBreaker({ config, random }: L2tpEndpoint): Uint8Array | undefined {
  const { tieBreaker } = config;
  if (tieBreaker === "none") return undefined;
  if (tieBreaker === "random") return randomOctets(8, random);
  return Uint8Array.from(tieBreaker.match(/../g)!, (digits) => parseInt(digits, 16));
}
