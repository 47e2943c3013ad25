/** Tells how the PPP of a call went: LCP, who said who they are, and the protocols of networks. */
import { PppProtocol } from "../../../captures/wire/ppp.ts";
import type { ConversationEvent, Tone } from "../../kit/conversation.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import {
  type Captured,
  conclusion,
  PATIENCE,
  saidIn,
  terminationText,
  whyNotOpen,
} from "./ppp_conclusion.ts";
import { authenticationsOf } from "./ppp_authentication.ts";
import type { PppDatagrams, PppFlow } from "./ppp_flow.ts";
import {
  ALWAYS,
  ENDS,
  isWithin,
  linkOf,
  type Negotiation,
  other,
  type PppLink,
  type Side,
  type Span,
} from "./ppp_negotiation.ts";
import { optionsText, protocolName } from "./ppp_options.ts";
import { several, span } from "../../kit/narration.ts";

/** What became of the PPP of a call. */
export interface PppTale {
  events: ConversationEvent[];
  tone: Tone;
  /** For the call's summary: `PPP came up for IPv4`; undefined where there was no PPP. */
  summary?: string;
  properties: { name: string; value: string }[];
}

/** Tells the PPP of a call. @param flows What came from the LAC, and what came from the LNS. */
export function pppTale(
  flows: readonly [PppFlow?, PppFlow?],
  captured: Captured,
  span: Span = ALWAYS,
): PppTale {
  const link = linkOf(flows, span);
  // What found no room may have been the answer.
  const heard = captured.map((is, side) => is && (flows[side]?.left ?? 0) === 0);
  const authentications = authenticationsOf(link);
  const negotiations = [...link.negotiations.values()];
  const datagrams = flows.map((flow) =>
    (flow?.links ?? []).filter(({ firstTime, counts }) =>
      counts.length > 0 && isWithin(span, firstTime)
    )
  );
  const echoes = unansweredEchoes(flows, captured, span);
  const events = [
    ...negotiations.flatMap((found) => negotiationEvents(found, heard)),
    ...authentications.events,
    ...traffic(datagrams),
    ...echoes,
  ].sort((a, b) => a.time - b.time);
  const lacking = captured.indexOf(false);
  const oneWay = lacking < 0 || events.length === 0
    ? ""
    : `; of what ${ENDS[lacking]} sent nothing was captured`;
  const found = conclusion(
    link,
    authentications.refusal,
    datagrams.flat(),
    captured,
    flows.some(hasEcho),
  );
  const { terminated } = link.negotiations.get(PppProtocol.lcp) ?? {};
  const isEnded = terminated !== undefined && found.tone === "good";
  const end = isEnded
    ? `; then ${[...echoes.map(({ text }) => text), terminationText(terminated)].join(", and ")}`
    : echoes.length > 0
    ? `; then ${echoes[0].text}`
    : "";
  return {
    events,
    tone: echoes.length > 0 && found.tone === "good" ? "bad" : found.tone,
    ...(found.summary === undefined ? {} : { summary: found.summary + end + oneWay }),
    properties: propertiesOf(link, authentications.names),
  };
}

function hasEcho(flow: PppFlow | undefined): boolean {
  return flow !== undefined && (flow.lastEchoReply > 0 || flow.echoRequests.length > 0);
}

/** Echo-Requests to which an end has answered nothing to the last, when there are too many. */
function unansweredEchoes(
  flows: readonly [PppFlow?, PppFlow?],
  captured: Captured,
  span: Span,
): ConversationEvent[] {
  return ([0, 1] as Side[]).flatMap((side) => {
    if (!captured[other(side)]) return [];
    const answered = flows[other(side)]?.lastEchoReply ?? 0;
    const open = (flows[side]?.echoRequests ?? []).filter(({ time }) =>
      isWithin(span, time) && time > answered
    );
    if (open.length < PATIENCE) return [];
    const text = `${ENDS[other(side)]} answered none of ${open.length} Echo-Requests`;
    return [{
      ...{ time: open[0].time, way: "", what: "LCP Echo", text, tone: "bad" as const },
      frames: open.map(({ frame }) => frame),
    }];
  });
}

function negotiationEvents(found: Negotiation, captured: Captured): ConversationEvent[] {
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
    const took = begun === undefined || opened.time === 0
      ? ""
      : ` after ${span(opened.time - begun.time)}`;
    const again = openings > 1 ? `, ${several(openings, "time")} in all` : "";
    events.push({
      ...{ time: opened.time, way: "", what, tone: "good" },
      text: `opened${took}${again}${agreed.length > 0 ? `: ${agreed.join("; ")}` : ""}`,
      frames: frameRefs(begun, opened),
    });
  } else if (begun !== undefined || rejected !== undefined) {
    const { text, tone } = whyNotOpen(found, captured);
    events.push({
      ...{ time: (begun ?? rejected)!.time, way: "", what, tone },
      text: tone === "bad" ? `did not open: ${text}` : `left open: ${text}`,
      frames: frameRefs(begun, ...lastRequest, ...found.lastNak, ...found.lastReject, rejected),
    });
  }
  if (terminated !== undefined) {
    const why = terminated.data.length > 0 ? `: ${saidIn(terminated.data)}` : "";
    events.push({
      ...{ time: terminated.time, way: "", what, tone: "note" },
      text: `${ENDS[terminated.side]} terminates it${why}`,
      frames: [terminated.frame],
    });
  }
  return events;
}

/** What datagrams there were, by the end that sent them. */
function traffic(datagrams: readonly (readonly PppDatagrams[])[]): ConversationEvent[] {
  const times = datagrams.flat().map(({ firstTime }) => firstTime);
  if (times.length === 0) return [];
  const texts = datagrams.flatMap((links, side) => {
    const sums = new Map<number, { packets: number; octets: number }>();
    for (const { protocol, packets, octets } of links.flatMap(({ counts }) => counts)) {
      const sum = sums.get(protocol) ?? { packets: 0, octets: 0 };
      sums.set(protocol, { packets: sum.packets + packets, octets: sum.octets + octets });
    }
    if (sums.size === 0) return [];
    const kinds = [...sums].map(([protocol, { packets, octets }]) =>
      `${packets} ${
        protocol < 0 ? "of other protocols" : protocolName(protocol)
      } (${octets} octets)`
    );
    return [`${kinds.join(", ")} from ${ENDS[side]}`];
  });
  return [{
    ...{ time: times.reduce((a, b) => Math.min(a, b)), way: "", what: "datagrams", tone: "good" },
    text: `${texts.join("; ")}${texts.length === 1 ? "; none the other way" : ""}`,
    frames: [],
  }];
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
