/** Tells one call: who asked, whether it was connected, how its PPP went, and how it ended. */
import type { Conversation, Tone } from "../../kit/conversation.ts";
import type { ConnectionEnd } from "../facts/control_connection.ts";
import { isComplaint, messageText, reasonText, typeName } from "./message_text.ts";
import type { PppFlow } from "./ppp_flow.ts";
import type { PairTable } from "../facts/pair_table.ts";
import { byAuthenticator } from "./ppp_authentication.ts";
import type { Captured } from "./ppp_conclusion.ts";
import { pppTale } from "./ppp_story.ts";
import { deliveryText, type Sending } from "./sendings.ts";
import { type Call, isOneWay, type Tunnel } from "./tunnel.ts";
import { several } from "../../kit/narration.ts";

/** Events of messages that are told of one conversation, and frames of each. */
const EVENTS = 120, FRAMES = 8;

/** What an end is called: by its role, or by who asked for the tunnel where that was captured. */
export function nameOf(end: ConnectionEnd, { connection }: Pick<Tunnel, "connection">): string {
  if (end.role !== undefined) return end.role.toUpperCase();
  if (connection.request === undefined) return end.party || "its peer";
  return end === connection.initiator ? "initiator" : "responder";
}

/** Likewise within a sentence: `the LAC`, or an address. */
export function theNameOf(end: ConnectionEnd, tunnel: Pick<Tunnel, "connection">): string {
  const isKnown = end.role !== undefined || tunnel.connection.request !== undefined;
  return isKnown ? `the ${nameOf(end, tunnel)}` : nameOf(end, tunnel);
}

/** The events of what was sent. @param until Seconds since 1970: later nothing can be known. */
export function sendingEvents(
  sendings: readonly Sending[],
  tunnel: Pick<Tunnel, "connection">,
  until: number,
): Conversation["events"] {
  return sendings.slice(0, EVENTS).map((sending) => {
    const { end, copies } = sending, [message] = copies;
    const { text, tone } = messageText(message);
    const isSeen = end.peer.messages.length > 0 || end.peer.tunnelId === 0;
    const delivery = deliveryText(sending, until, isSeen);
    const unheard = isSeen && sending.acknowledgedBy === undefined && copies.length > 1;
    return {
      time: message.time,
      way: `${nameOf(end, tunnel)} → ${nameOf(end.peer, tunnel)}`,
      what: typeName(message),
      text: delivery === "" ? text : `${text}; ${delivery}`,
      tone: unheard ? "bad" as const : tone,
      frames: copies.slice(0, FRAMES).map(({ frame }) => frame),
    };
  });
}

/** The data of a call: what came from the LAC, and what came from the LNS. */
export function flowsOf(
  { ids }: Call,
  { connection, place }: Tunnel,
  flows: FlowIndex,
): [PppFlow?, PppFlow?] {
  const found: [PppFlow?, PppFlow?] = [];
  let isKnown = true;
  for (const end of connection.ends) {
    const { peer } = end, id = ids.get(peer);
    if (id === undefined) continue;
    const flow = flows.get(place, peer.party, idsKey(peer.tunnelId, id));
    // Without roles PPP tells, or else the initiator is taken for the LAC, as mostly it is.
    isKnown &&= end.role !== undefined;
    const isLac = end.role === undefined ? end === connection.initiator : end.role === "lac";
    if (flow !== undefined) found[isLac ? 0 : 1] = flow;
  }
  return isKnown ? found : byAuthenticator(found);
}

/** Flows by where they were seen, to whom they go, and `idsKey` of the receiver's identifiers. */
export type FlowIndex = PairTable<PppFlow>;

/** Tunnel ID and Session ID as one number. */
export function idsKey(tunnelId: number, sessionId: number): number {
  return tunnelId * 0x10000 + sessionId;
}

/** What became of a call. */
export interface CallOutcome {
  outcome: string;
  tone: Tone;
  summary: string;
}

/** Tells a call. @param until Seconds since 1970 of the last frame at its place. */
export function callStory(
  call: Call,
  tunnel: Tunnel,
  flows: FlowIndex,
  { id, until }: { id: string; until: number },
): Conversation {
  const ofCall = flowsOf(call, tunnel, flows);
  const isReused = call.until < Infinity;
  const ppp = pppTale(ofCall, capturedOf(tunnel), call);
  const { outcome, tone, summary } = outcomeOf(call, tunnel, until);
  const connected = call.connect !== undefined || call.reply !== undefined;
  const bad = tone === "bad" || connected && ppp.tone === "bad";
  const events = [...sendingEvents(call.sendings, tunnel, until), ...ppp.events]
    .sort((a, b) => a.time - b.time);
  const began = events.reduce((first, { time }) => Math.min(first, time), Infinity);
  const lasts = call.sendings.map(({ copies }) => copies[copies.length - 1].time)
    .concat(
      ofCall.flatMap((flow) => flow === undefined ? [] : Math.min(flow.lastTime, call.until)),
    );
  const notes = isReused ? ["its Session ID was assigned again later"] : [];
  const doubled = ofCall.reduce((sum, flow) => sum + (flow?.doubled ?? 0), 0);
  if (doubled > 0) notes.push(`${several(doubled, "data message")} came twice at once`);
  const left = ofCall.reduce((sum, flow) => sum + (flow?.left ?? 0), 0);
  if (left > 0) notes.push(`${left} more packets of PPP negotiation were not followed`);
  if (call.sendings.length > EVENTS) {
    notes.push(`${call.sendings.length - EVENTS} more control messages are not listed`);
  }
  return {
    ...{ id, outcome, events, notes, parts: [], tone: bad ? "bad" : tone },
    title: `Call ${id.split(".")[1] ?? id}`,
    between: call.ids.size === 0
      ? "no Session ID that can be read"
      : [...call.ids].map(([end, sid]) => `${nameOf(end, tunnel)} Session ID ${sid}`)
        .join(", "),
    summary: ppp.summary === undefined ? summary : `${summary}; ${ppp.summary}`,
    began,
    ended: Math.max(...lasts),
    properties: ppp.properties,
  };
}

/** Whether what each end of a tunnel's links sent is in the captures. */
function capturedOf({ connection: { initiator, responder } }: Tunnel): Captured {
  const client = initiator.role === "lns" ? responder : initiator;
  return [!isOneWay(client), !isOneWay(client.peer)];
}

/** Whether a call went wrong, by its control messages or its PPP. */
export function wentWrong(call: Call, tunnel: Tunnel, flows: FlowIndex, until: number): boolean {
  if (outcomeOf(call, tunnel, until).tone === "bad") return true;
  if (call.connect === undefined && call.reply === undefined) return false;
  return pppTale(flowsOf(call, tunnel, flows), capturedOf(tunnel), call).tone === "bad";
}

/** What became of a call by its control messages. */
export function outcomeOf(call: Call, tunnel: Tunnel, until: number): CallOutcome {
  const { request, reply, connect, clear } = call;
  const kind = request?.copies[0].type === 7 ? "outgoing call" : "call";
  if (clear !== undefined) {
    const who = theNameOf(clear.end, tunnel), [message] = clear.copies;
    const why = reasonText(message), complaint = isComplaint(message);
    if (connect === undefined && request !== undefined && clear.end !== call.asker) {
      return { outcome: "refused", tone: "bad", summary: `${kind} refused by ${who}: ${why}` };
    }
    if (connect === undefined && request !== undefined) {
      const summary = `${kind} given up by ${who} before it was connected: ${why}`;
      return { outcome: "given up", tone: "bad", summary };
    }
    const start = request === undefined && connect === undefined
      ? "begun before the capture"
      : "came up";
    const summary = `${kind} ${start}; ${who} cleared it: ${why}`;
    return complaint
      ? { outcome: "cleared for an error", tone: "bad", summary }
      : { outcome: "cleared", tone: "good", summary };
  }
  const end = tunnel.stop !== undefined
    ? "ended with its tunnel"
    : tunnel.silent !== undefined
    ? "then its tunnel lost contact"
    : "still up at the end of the capture";
  if (connect !== undefined) {
    return connect.acknowledgedBy === undefined && connect.copies.length > 1
      ? { outcome: "no answer", tone: "bad", summary: `${kind} got no answer to its last message` }
      : { outcome: "came up", tone: "good", summary: `${kind} came up, ${end}` };
  }
  if (request === undefined) {
    return { outcome: "begun before", tone: "good", summary: `${kind} begun before the capture` };
  }
  if (reply !== undefined) {
    const waited = until - reply.copies[0].time > 3;
    const summary = `${kind} taken, and never connected`;
    return waited
      ? { outcome: "not connected", tone: "bad", summary }
      : { outcome: "under way", tone: "open", summary: `${kind} under way at the end` };
  }
  const asked = several(request.copies.length, "request");
  const answering = theNameOf(request.end.peer, tunnel);
  const heard = request.acknowledgedBy === undefined
    ? `${kind} got no answer to ${asked}`
    : `${kind} got no answer: ${answering} acknowledged the request, and neither took nor refused it`;
  if (request.end.peer.messages.length === 0 && request.end.peer.tunnelId > 0) {
    return { outcome: "one direction", tone: "open", summary: `${kind} asked for` };
  }
  return until - request.copies[0].time > 3
    ? { outcome: "no answer", tone: "bad", summary: heard }
    : { outcome: "under way", tone: "open", summary: `${kind} under way at the end` };
}
