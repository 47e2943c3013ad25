/** Tells one control connection: who, whether it came up, its calls, and how it ended. */
import { ATTRIBUTES } from "../../../captures/wire/l2tp_attributes.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Conversation, ConversationEvent, Tone } from "../../kit/conversation.ts";
import type { ConnectionEnd } from "../facts/control_connection.ts";
import { Attribute, avpOf, number16, resultOf, valueOf } from "../facts/message.ts";
import { numbersByTime } from "./figures.ts";
import { callStory, type FlowIndex, nameOf, sendingEvents, theNameOf } from "./call_story.ts";
import { isComplaint, reasonText } from "./message_text.ts";
import { deliveryText, type Sending } from "./sendings.ts";
import { sessionsWithoutCall } from "./lone_data.ts";
import type { PppFlow } from "./ppp_flow.ts";
import type { IcmpError } from "./surroundings.ts";
import { isOneWay, rolesText, type Tunnel } from "./tunnel.ts";
import { quoted, several, span } from "../../kit/narration.ts";

/** Calls of one tunnel that are told, those that went wrong first, and frames of one event. */
const CALLS = 50, FRAMES = 8;
const { HELLO } = MessageType;
/** Seconds until what was granted should have been confirmed. */
const PATIENCE = 3;
/** Result of a StopCCN: not authorised (RFC 2661 §4.4.2). */
const UNAUTHORISED = 4;

/** What became of a tunnel. */
export interface TunnelOutcome {
  outcome: string;
  tone: Tone;
  summary: string;
}

/** What is known besides the tunnel itself. */
export interface Setting {
  flows: FlowIndex;
  /** Its data under Session IDs of no call that was captured. */
  lone: readonly PppFlow[];
  /** ICMP errors about its datagrams. */
  errors: readonly IcmpError[];
  /** Seconds since 1970 of the last frame at its place. */
  until: number;
  /** Whether the captures cut control messages short: what was in these is not known. */
  cut: boolean;
}

/** What became of a control connection. */
export function tunnelOutcome(
  tunnel: Tunnel,
  { errors, until, cut }: Pick<Setting, "errors" | "until" | "cut">,
): TunnelOutcome {
  const { connection, request, reply, confirm, stop, silent } = tunnel;
  const { responder } = connection;
  const name = (end: ConnectionEnd) => theNameOf(end, tunnel);
  const icmp = errors.length === 0 ? "" : `; ${errors[0].text}`;
  const lacking = connection.ends.find(isOneWay);
  if (lacking !== undefined) return oneWay(tunnel, lacking, cut);
  if (request !== undefined && responder.messages.length === 0) {
    const where = connection.request!.to;
    const delivery = deliveryText({ ...request, acknowledgedBy: undefined }, Infinity);
    const gaveUp = stop === undefined ? "" : `, then gave up by a StopCCN`;
    return {
      ...{ outcome: "no answer", tone: "bad" },
      summary: `no answer: ${name(responder)} ${where} was silent; the SCCRQ was ${
        delivery.startsWith("sent") ? delivery : `sent once; ${delivery}`
      }${gaveUp}${icmp}`,
    };
  }
  const cameUp = request === undefined || confirm !== undefined && isHeard(confirm);
  const start = startText(tunnel, cut);
  if (stop !== undefined) {
    const why = reasonText(stop.copies[0]) + secretText(stop), who = name(stop.end);
    // A StopCCN that answers the SCCCN refuses it, though the tunnel was up for a moment.
    const atOnce = stop.end === responder && tunnel.calls.length === 0 &&
      isComplaint(stop.copies[0]);
    if (!cameUp || request !== undefined && atOnce) {
      return { outcome: "refused", tone: "bad", summary: `refused by ${who}: ${why}` };
    }
    const after = tunnel.ended > 0 ? ` after ${span(stop.copies[0].time - tunnel.began)}` : "";
    if (silent !== undefined && silent.end !== stop.end) {
      return {
        ...{ outcome: "lost contact", tone: "bad" },
        summary:
          `${start}; then ${silenceText(tunnel, silent)}, and ${who} gave up${after}: ${why}` +
          icmp,
      };
    }
    const complaint = isComplaint(stop.copies[0]);
    const unheard = stop.acknowledgedBy === undefined && stop.copies.length > 1
      ? "; its StopCCN was never acknowledged"
      : "";
    return {
      outcome: complaint ? "closed for an error" : "closed",
      tone: complaint ? "bad" : "good",
      summary: `${start}; ${who} closed it${after}: ${why}${unheard}`,
    };
  }
  const isStuck = confirm === undefined && reply !== undefined && request !== undefined &&
    until - reply.copies[0].time > PATIENCE;
  if (isStuck) return { outcome: "not confirmed", tone: "bad", summary: stuckText(tunnel) + icmp };
  if (silent !== undefined) {
    const how = cameUp ? `${start}; then ` : "";
    return {
      outcome: cameUp ? "lost contact" : "no answer",
      tone: "bad",
      summary: `${how}${silenceText(tunnel, silent)}${icmp}`,
    };
  }
  if (cameUp) {
    const outcome = request === undefined ? "begun before" : "came up";
    const summary = `${start}, still up at the end of the capture`;
    return errors.length === 0
      ? { outcome, tone: "good", summary }
      : { outcome: "up with ICMP errors", tone: "bad", summary: summary + icmp };
  }
  if (reply !== undefined) {
    return { outcome: "not confirmed", tone: "open", summary: "granted, and not confirmed yet" };
  }
  return {
    outcome: "under way",
    tone: "open",
    summary: "asked for, and not granted yet when the capture ends",
  };
}

/** What became of a connection of which one direction alone was captured. */
function oneWay(tunnel: Tunnel, lacking: ConnectionEnd, cut: boolean): TunnelOutcome {
  const { stop } = tunnel;
  const end = stop === undefined
    ? ""
    : `; ${theNameOf(stop.end, tunnel)} closed it: ${reasonText(stop.copies[0])}`;
  return {
    ...{ outcome: "one direction", tone: "open" },
    summary: `${startText(tunnel, cut)}, as far as one direction tells: nothing that ${
      theNameOf(lacking, tunnel)
    } sent was captured${end}`,
  };
}

/** Who fell silent, and to what. */
function silenceText(tunnel: Tunnel, { end, unheard }: NonNullable<Tunnel["silent"]>): string {
  const [first] = unheard, last = unheard[unheard.length - 1].copies.at(-1)!;
  const { type } = first.copies[0];
  const what = unheard.length > 1
    ? several(unheard.length, "message")
    : `${type === HELLO ? "a HELLO" : "a message"}`;
  return `${theNameOf(end, tunnel)} fell silent: ${what} of ${
    theNameOf(end.peer, tunnel)
  } got no acknowledgement in ${span(last.time - first.copies[0].time)}`;
}

/** Why a connection that was granted did not come up. */
function stuckText(tunnel: Tunnel): string {
  const { request, reply, connection: { initiator, responder } } = tunnel;
  const asks = theNameOf(initiator, tunnel), grants = theNameOf(responder, tunnel);
  const sent = `${grants} granted it${
    reply!.copies.length > 1 ? ` ${several(reply!.copies.length, "time")}` : ""
  }`;
  return request!.late > 0
    ? `${sent}, and ${asks} asked again each time: what ${grants} sends does not reach ${asks}, or ` +
      "is not understood there"
    : `${sent}, and ${asks} never confirmed it`;
}

/** What a refusal behind a Challenge is probably about. */
function secretText(stop: Sending): string {
  const { result } = resultOf(stop.copies[0]);
  const has = (end: ConnectionEnd, type: number) =>
    end.messages.some((message) => avpOf(message, type) !== undefined);
  if (result !== UNAUTHORISED || !has(stop.end, Attribute.challenge)) return "";
  return has(stop.end.peer, Attribute.response)
    ? "; its Challenge had been answered: the secrets of the two probably differ"
    : "; its Challenge had not been answered";
}

/** Whether the peer is seen to have got a message, or the capture ends too early to tell. */
function isHeard({ acknowledgedBy, copies }: Sending): boolean {
  return acknowledgedBy !== undefined || copies.length === 1;
}

function startText({ connection, request, confirm, calls }: Tunnel, cut: boolean): string {
  const many = calls.length === 0 ? "no call" : several(calls.length, "call");
  if (request === undefined || confirm === undefined) {
    const had = connection.initiator.messages.length + connection.responder.messages.length;
    const begun = cut ? "its beginning cannot be read" : "begun before the capture";
    return `${begun}, ${several(had, "control message")} and ${many} in it`;
  }
  const took = confirm.copies[0].time - request.copies[0].time;
  const after = confirm.copies[0].time === 0 ? "" : ` after ${span(took)}`;
  return `came up${after} with ${many}`;
}

/** Tells a control connection. */
export function tunnelStory(
  tunnel: Tunnel,
  id: string,
  { outcome, tone, summary }: TunnelOutcome,
  setting: Setting,
): Conversation {
  const { connection, calls, own } = tunnel, { flows, lone, errors, until } = setting;
  const told = calls.map((call, i) =>
    callStory(call, tunnel, flows, { id: `${id}.${i + 1}`, until })
  );
  const shown = told.length <= CALLS
    ? told
    : [...told.filter((c) => c.tone === "bad"), ...told.filter((c) => c.tone !== "bad")]
      .slice(0, CALLS);
  const bad = told.filter((call) => call.tone === "bad").length;
  const events = [
    ...sendingEvents(own.filter((sending) => !isKeepalive(sending)), tunnel, until),
    ...keepalives(tunnel),
    ...icmpEvents(errors),
  ].sort((a, b) => a.time - b.time);
  const notes: string[] = [];
  if (told.length > shown.length) {
    notes.push(`${told.length - shown.length} more calls are not listed`);
  }
  if (connection.request === undefined) {
    notes.push(
      `its beginning ${setting.cut ? "was cut short by" : "is not in"} the capture: ` +
        rolesText(connection),
    );
  }
  const trouble = bad > 0 && told.length > 0
    ? `; ${
      bad === told.length ? (bad === 1 ? "the call" : "every call") : several(bad, "call")
    } went wrong`
    : "";
  const figure = numbersByTime(tunnel);
  return {
    ...{ id, title: `Tunnel ${id}`, outcome, events, notes },
    ...(figure === undefined ? {} : { figures: [figure] }),
    parts: [...shown, ...sessionsWithoutCall(lone, id, calls.length)],
    between: connection.ends.map((end) => partyText(end, tunnel)).join(" and "),
    tone: bad > 0 && tone !== "open" ? "bad" : tone,
    summary: summary + trouble,
    began: tunnel.began,
    ended: Math.max(tunnel.ended, ...told.map(({ ended }) => ended)),
    properties: connection.ends.flatMap((end) => endProperties(end, tunnel)),
  };
}

/** ICMP errors, those that say the same told once. */
function icmpEvents(errors: readonly IcmpError[]): ConversationEvent[] {
  return [...Map.groupBy(errors, ({ text }) => text)].map(([text, some]) => ({
    ...{ time: some[0].time, way: "", what: "ICMP", tone: "bad" as const },
    text: some.length === 1 ? text : `${text}; ${several(some.length, "time")}`,
    frames: some.slice(0, FRAMES).map(({ frame }) => frame),
  }));
}

/** Whether a HELLO was sent once and acknowledged: of these there are many. */
function isKeepalive({ copies, acknowledgedBy }: Sending): boolean {
  return copies[0].type === HELLO && copies.length === 1 && acknowledgedBy !== undefined;
}

function keepalives(tunnel: Tunnel): ConversationEvent[] {
  return tunnel.connection.ends.flatMap((end) => {
    const all = tunnel.own.filter((sending) => sending.end === end && isKeepalive(sending));
    const [first] = all, last = all[all.length - 1];
    if (first === undefined) return [];
    const [message] = first.copies;
    const text = all.length === 1
      ? "asks whether the peer is there; acknowledged"
      : `${all.length} of them in ${span(last.copies[0].time - message.time)}, each acknowledged`;
    return [{
      ...{ time: message.time, way: `${nameOf(end, tunnel)} → ${nameOf(end.peer, tunnel)}` },
      ...{ what: "HELLO", text, tone: "good" as const },
      frames: [message.frame],
    }];
  });
}

/** An end in words: `LAC 192.0.2.1:1701 (“lac.example”, Tunnel ID 7)`. */
export function partyText(end: ConnectionEnd, tunnel: Tunnel): string {
  const { connection } = tunnel, [first] = end.messages, [received] = end.peer.messages;
  const port = first?.sourcePort ?? received?.destinationPort;
  const address = end.party || (connection.request?.to ?? "unknown");
  const host = end.messages.map((m) => valueOf(m, Attribute.hostName)).find((v) => v !== undefined);
  const id = end.tunnelId > 0 ? `Tunnel ID ${end.tunnelId}` : "";
  const inner = [host === undefined ? "" : quoted(host), id].filter(Boolean).join(", ");
  const place = address.includes(":") ? `[${address}]:${port ?? "?"}` : `${address}:${port ?? "?"}`;
  const isNamed = end.role !== undefined || connection.request !== undefined;
  return `${isNamed ? `${nameOf(end, tunnel)} ` : ""}${place}${inner === "" ? "" : ` (${inner})`}`;
}

function endProperties(end: ConnectionEnd, tunnel: Tunnel): Conversation["properties"] {
  const first = end.messages.find((m) => valueOf(m, Attribute.hostName) !== undefined);
  if (first === undefined) return [];
  const vendor = valueOf(first, Attribute.vendorName), parts: string[] = [];
  const firmware = number16(first, Attribute.firmwareRevision);
  const window = number16(first, Attribute.window);
  if (vendor !== undefined && vendor.length > 0) parts.push(`vendor ${quoted(vendor)}`);
  if (firmware >= 0) parts.push(`firmware ${firmware.toString(16).padStart(4, "0")}`);
  parts.push(window >= 0 ? `window ${window}` : "window 4, the default");
  if (avpOf(first, Attribute.challenge) !== undefined) parts.push("asks its peer to authenticate");
  if (end.messages.some((m) => avpOf(m, Attribute.response) !== undefined)) {
    parts.push("answers a challenge");
  }
  if (avpOf(first, ATTRIBUTES.tieBreaker.type) !== undefined) parts.push("tie breaker");
  return [{ name: nameOf(end, tunnel), value: parts.join(", ") }];
}
