/** Tells of the cluster that captures show: its members, and where the requests of initiators went. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { ClusterMessage } from "../../../captures/wire/tunnel_cluster.ts";
import {
  type Conversation,
  type ConversationEvent,
  type ConversationTeller,
  frameKey,
  teller,
  type Told,
} from "../../kit/conversation.ts";
import { several } from "../../kit/narration.ts";
import type { ClusterPacket } from "../facts/cluster_messages.ts";
import { type PacketFacts, packetFacts } from "../facts/cluster_packets.ts";
import type { L2tpPacket } from "../facts/l2tp_packets.ts";
import { placeMaster } from "./place_master.ts";

/** Events of one kind that are told, and frames of each. */
const EVENTS = 40, FRAMES = 8;
const { SCCRQ } = MessageType;

/** What the suite tells of captures. */
export const clusterTeller: ConversationTeller = teller({
  needs: { packets: packetFacts },
  place: ({ packets }, evidence) => placeMaster(packets, evidence) ?? evidence,
  tell({ packets }, evidence): Told {
    const { messages } = packets;
    const nothing = { conversations: [], outcomes: [], roles: [], classes: [], notes: [] };
    const noun = "cluster";
    if (messages.length === 0) return { ...nothing, noun, owner: () => undefined };
    const isPlaced = Object.keys(evidence.nodes).length > 0;
    const requests = forwardingsOf(packets), sent = requests.filter((one) => one.member >= 0);
    const lost = requests.filter((one) => one.member < 0 && one.isToMaster);
    const tone = lost.length > 0 && sent.length === 0 ? "bad" : "good";
    const conversation = clusterStory(packets, requests, tone);
    const outcome = conversation.outcome;
    return {
      ...{ noun, conversations: [conversation], outcomes: [{ outcome, tone, count: 1 }] },
      roles: isPlaced ? ["master"] : [],
      classes: [],
      notes: isPlaced ? [] : [
        "which side of the master each capture was taken at the captures do not show: " +
        "--profile says it, and the master is judged",
      ],
      owner: () => conversation.id,
      claims: new Set(requests.flatMap(({ frames }) => frames.map(frameKey))),
    };
  },
});

/** A request, where it went, and the frames that show it. */
interface Forwarding {
  request: L2tpPacket;
  frames: L2tpPacket["frame"][];
  /** The member that it was sent on to; -1 where that was not seen. */
  member: number;
  isToMaster: boolean;
}

/** Who is a member, and where. */
function membersOf({ messages }: PacketFacts): Map<number, { address: string; load: number }> {
  const members = new Map<number, { address: string; load: number }>();
  for (const { message, member, source, localAddress, load } of messages) {
    if (message !== ClusterMessage.register && message !== ClusterMessage.report) continue;
    const known = members.get(member);
    if (known === undefined) members.set(member, { address: localAddress ?? source, load });
    else if (load >= 0) known.load = load;
  }
  return members;
}

/** Addresses to which members register and report. */
function mastersOf({ messages }: PacketFacts): string[] {
  return [
    ...new Set(
      messages.filter(({ message }) =>
        message === ClusterMessage.register || message === ClusterMessage.report
      ).map(({ destination }) => destination),
    ),
  ];
}

function forwardingsOf(facts: PacketFacts): Forwarding[] {
  const members = new Map([...membersOf(facts)].map(([member, { address }]) => [address, member]));
  const alike = Map.groupBy(
    facts.packets.filter(({ type }) => type === SCCRQ),
    ({ source, sourcePort, octets }) => `${source}:${sourcePort} ${octets}`,
  );
  return [...alike.values()].map((copies) => {
    const sent = copies.find(({ destination }) => members.has(destination));
    const came = copies.find(({ destination }) => !members.has(destination));
    return {
      request: came ?? copies[0],
      frames: copies.map(({ frame }) => frame),
      member: sent === undefined ? -1 : members.get(sent.destination)!,
      isToMaster: came !== undefined,
    };
  });
}

function clusterStory(
  facts: PacketFacts,
  requests: readonly Forwarding[],
  tone: Conversation["tone"],
): Conversation {
  const members = membersOf(facts), masters = mastersOf(facts);
  const sent = requests.filter(({ member }) => member >= 0);
  const times = [...facts.messages, ...requests.map(({ request }) => request)]
    .map(({ time }) => time);
  const shares = [...Map.groupBy(sent, ({ member }) => member)]
    .sort(([a], [b]) => a - b).map(([member, some]) => `${some.length} to member ${member}`);
  const outcome = sent.length > 0 ? "requests sent on" : "no request sent on";
  const events = [
    ...messageEvents(facts.messages),
    ...requests.slice(0, EVENTS).map(requestEvent),
  ].sort((a, b) => a.time - b.time);
  return {
    ...{ id: "1", title: "Cluster", outcome, tone, events, parts: [] },
    between: `master ${masters.join(", ") || "unknown"}, members ${
      [...members].sort(([a], [b]) => a - b)
        .map(([member, { address }]) => `${member} (${address})`).join(", ")
    }`,
    summary: `${several(members.size, "member")}; ${sent.length} of ${
      several(requests.length, "request")
    } seen to be sent on${shares.length > 0 ? `: ${shares.join(", ")}` : ""}`,
    began: times.reduce((a, b) => Math.min(a, b), Infinity),
    ended: times.reduce((a, b) => Math.max(a, b), -Infinity),
    properties: [...members].filter(([, { load }]) => load >= 0).slice(0, EVENTS)
      .map(([member, { load }]) => ({
        name: `load of member ${member}`,
        value: `${load / 100} %`,
      })),
    notes: requests.length > EVENTS
      ? [`${requests.length - EVENTS} more requests are not listed`]
      : [],
  };
}

const NAMES = new Map<number, string>(
  Object.entries(ClusterMessage).map(([name, message]) => [message, name.toUpperCase()]),
);

/** Messages within the cluster, those alike of one sender told once. */
function messageEvents(messages: readonly ClusterPacket[]): ConversationEvent[] {
  const alike = Map.groupBy(
    messages,
    ({ message, source, destination }) => `${message} ${source} ${destination}`,
  );
  return [...alike.values()].slice(0, EVENTS).map((group) => {
    const [{ time, source, destination, message, member }] = group;
    const loads = group.map(({ load }) => load).filter((load) => load >= 0);
    const said = loads.length === 0
      ? ""
      : `, load ${loads[0] / 100} %${loads.length > 1 ? ` to ${loads.at(-1)! / 100} %` : ""}`;
    return {
      ...{ time, way: `${source} → ${destination}`, what: NAMES.get(message) ?? `${message}` },
      text: `of member ${member}${group.length > 1 ? `, ${group.length} times` : ""}${said}`,
      tone: "note" as const,
      frames: group.slice(0, FRAMES).map(({ frame }) => frame),
    };
  });
}

function requestEvent({ request, frames, member, isToMaster }: Forwarding): ConversationEvent {
  return {
    ...{ time: request.time, way: `${request.source} → ${request.destination}`, what: "SCCRQ" },
    text: member < 0
      ? "not seen to be sent on"
      : `sent on to member ${member}${isToMaster ? "" : "; how it came is not in the captures"}`,
    tone: member < 0 ? "note" : "good",
    frames: frames.slice(0, FRAMES),
  };
}
