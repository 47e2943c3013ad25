/** Anchors of the page: the same thing has the same anchor in every report. */

/** What any text becomes within an anchor: letters, digits and a few signs. */
function part(text: string): string {
  return text.replace(/[^\w./-]/g, "_");
}

/** `check-core_identity/7/core_identified`: all judgements of a check. */
export function checkAnchor(id: string): string {
  return `check-${part(id)}`;
}

/** `scenario-core_identity/7/sessions`: the evidence of a scenario. */
export function scenarioAnchor(evidence: string): string {
  return `scenario-${part(evidence.replace(/^evidence\//, "")) || "captures"}`;
}

/** `packet-core_identity/7/sessions/wan-s0/7`: a packet. */
export function packetAnchor(evidence: string, capture: string, number: number): string {
  return `packet-${part(evidence.replace(/^evidence\//, ""))}/${part(capture)}/${number}`;
}

/** `CID-059`: a requirement. */
export function requirementAnchor(id: string): string {
  return part(id);
}

/** `row-core_identity/7/sessions/wan-s0/7`: the row of a packet in its sequence diagram. */
export function rowAnchor(packet: string): string {
  return packet.replace(/^packet-/, "row-");
}
