/** Tells how the PPP of a call went: LCP, who said who they are, and the protocols of networks. */
import { PppProtocol } from "../../../captures/wire/ppp.ts";
import type { ConversationEvent, Tone } from "../../kit/conversation.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { listed } from "../../kit/listed.ts";
import { authenticationsOf } from "./ppp_authentication.ts";
import type { PppFlow } from "./ppp_collector.ts";
import {
  ENDS,
  linkOf,
  type Negotiation,
  other,
  type PppLink,
  type Side,
} from "./ppp_negotiation.ts";
import { optionsText, protocolName } from "./ppp_options.ts";
import { quoted, several, span } from "../../kit/narration.ts";

/** What became of the PPP of a call. */
export interface PppTale {
  events: ConversationEvent[];
  tone: Tone;
  /** For the call's summary: `PPP came up for IPv4`; undefined where there was no PPP. */
  summary?: string;
  properties: { name: string; value: string }[];
}

/** Requests without an answer from which on an end is silent, and no longer merely slow. */
const PATIENCE = 3;

/** Tells the PPP of a call. @param flows What came from the LAC, and what came from the LNS. */
export function pppTale(
  flows: readonly [PppFlow?, PppFlow?],
  within?: (time: number) => boolean,
): PppTale {
  const link = linkOf(flows, within);
  const authentications = authenticationsOf(link);
  const negotiations = [...link.negotiations.values()];
  const events = [
    ...negotiations.flatMap(negotiationEvents),
    ...authentications.events,
    ...traffic(flows),
  ].sort((a, b) => a.time - b.time);
  const lcp = link.negotiations.get(PppProtocol.lcp);
  const networks = negotiations.filter(({ protocol }) =>
    protocol === PppProtocol.ipcp || protocol === PppProtocol.ipv6cp
  );
  const carried = datagramsOf(flows) > 0;
  return {
    events,
    ...conclusion(lcp, networks, authentications.refusal, carried),
    properties: propertiesOf(link, authentications.names),
  };
}

function conclusion(
  lcp: Negotiation | undefined,
  networks: readonly Negotiation[],
  refusal: string | undefined,
  carried: boolean,
): { tone: Tone; summary?: string } {
  if (refusal !== undefined) return { tone: "bad", summary: `PPP failed: ${refusal}` };
  const open = networks.filter(({ opened }) => opened !== undefined);
  if (open.length > 0) {
    const names = listed(open.map(({ protocol }) => protocolName(protocol)));
    return { tone: "good", summary: `PPP came up (${names} opened)` };
  }
  if (carried) {
    return { tone: "good", summary: "PPP was up already, as it carries datagrams" };
  }
  if (lcp !== undefined && lcp.opened === undefined) {
    return unopened(lcp);
  }
  const [network] = networks;
  if (network !== undefined) return unopened(network);
  return lcp === undefined
    ? { tone: "open" }
    : { tone: "open", summary: "LCP opened, and no network protocol was negotiated" };
}

function unopened(found: Negotiation): { tone: Tone; summary: string } {
  const { text, tone } = whyNotOpen(found);
  return { tone, summary: tone === "bad" ? `PPP did not come up: ${text}` : text };
}

/** Why a negotiation came to no agreement. */
function whyNotOpen(found: Negotiation): { text: string; tone: Tone } {
  const name = protocolName(found.protocol), { requests, naks, lastNak, lastReject } = found;
  if (found.rejected !== undefined) {
    return { text: `${ENDS[found.rejected.side]} rejects ${name}`, tone: "bad" };
  }
  if (found.terminated !== undefined) {
    return { text: `${ENDS[found.terminated.side]} terminates ${name}`, tone: "bad" };
  }
  for (const side of [0, 1] as Side[]) {
    const answering = other(side);
    if (requests[side] === 0 || found.agreed[side] !== undefined) continue;
    const unheard = naks[answering] === 0;
    if (unheard && requests[side] >= PATIENCE) {
      const asked = several(requests[side], `${name} Configure-Request`);
      return { text: `${ENDS[answering]} answers none of ${asked} of ${ENDS[side]}`, tone: "bad" };
    }
    const last = lastNak[answering] ?? lastReject[answering];
    if (last !== undefined && naks[answering] >= PATIENCE) {
      const options = optionsText(found.protocol, last.data);
      const how = last === lastReject[answering] ? "rejects" : "does not accept";
      return { text: `${ENDS[answering]} ${how} the ${name} options ${options}`, tone: "bad" };
    }
  }
  return { text: `the capture shows no end of the ${name} negotiation`, tone: "open" };
}

function negotiationEvents(found: Negotiation): ConversationEvent[] {
  const { protocol, opened, terminated, openings, firstRequest, lastRequest, rejected } = found;
  const what = protocolName(protocol), events: ConversationEvent[] = [];
  const begun = firstRequest.filter((packet) => packet !== undefined)
    .sort((a, b) => a.time - b.time)[0];
  if (opened !== undefined) {
    const agreed = found.agreed.map((packet, side) =>
      packet && packet.data.length > 0
        ? `${ENDS[side]} with ${optionsText(protocol, packet.data)}`
        : undefined
    ).filter((text) => text !== undefined);
    const took = begun === undefined ? "" : ` after ${span(opened.time - begun.time)}`;
    const again = openings > 1 ? `, ${several(openings, "time")} in all` : "";
    events.push({
      ...{ time: opened.time, way: "", what, tone: "good" },
      text: `opened${took}${again}${agreed.length > 0 ? `: ${agreed.join("; ")}` : ""}`,
      frames: frameRefs(begun, opened),
    });
  } else if (begun !== undefined || rejected !== undefined) {
    const { text, tone } = whyNotOpen(found);
    events.push({
      ...{ time: (begun ?? rejected)!.time, way: "", what, tone },
      text: tone === "bad" ? `did not open: ${text}` : `left open: ${text}`,
      frames: frameRefs(begun, ...lastRequest, ...found.lastNak, ...found.lastReject, rejected),
    });
  }
  if (terminated !== undefined) {
    const why = terminated.data.length > 0 ? `: ${quoted(terminated.data)}` : "";
    events.push({
      ...{ time: terminated.time, way: "", what, tone: "note" },
      text: `${ENDS[terminated.side]} terminates it${why}`,
      frames: [terminated.frame],
    });
  }
  return events;
}

/** What datagrams there were. */
function traffic(flows: readonly [PppFlow?, PppFlow?]): ConversationEvent[] {
  const first = flows.filter((flow) => flow?.firstDatagram !== undefined)
    .sort((a, b) => a!.firstDatagram! - b!.firstDatagram!)[0];
  if (first === undefined) return [];
  const texts = flows.flatMap((flow, side) => {
    const all = [...flow?.datagrams ?? []];
    if (all.length === 0) return [];
    const kinds = all.map(([protocol, { packets, octets }]) =>
      `${packets} ${
        protocol < 0 ? "of other protocols" : protocolName(protocol)
      } (${octets} octets)`
    );
    return [`${kinds.join(", ")} from ${ENDS[side]}`];
  });
  return [{
    ...{ time: first.firstDatagram!, way: "", what: "datagrams", tone: "good" },
    text: `${texts.join("; ")}${texts.length === 1 ? "; none the other way" : ""}`,
    frames: [],
  }];
}

function datagramsOf(flows: readonly (PppFlow | undefined)[]): number {
  return flows.reduce((sum, flow) => sum + (flow?.datagrams.size ?? 0), 0);
}

function propertiesOf(
  { negotiations }: PppLink,
  names: readonly string[],
): PppTale["properties"] {
  const properties = names.length === 0 ? [] : [{ name: "user", value: names.join(", ") }];
  for (const { protocol, agreed } of negotiations.values()) {
    agreed.forEach((packet, side) => {
      if (packet === undefined || packet.data.length === 0) return;
      const name = `${protocolName(protocol)} of ${ENDS[side]}`;
      properties.push({ name, value: optionsText(protocol, packet.data) });
    });
  }
  return properties;
}
