/** Tells one aggregated tunnel: its tunnels, the cores that were announced, and its sessions. */
import { IdentityKind } from "../../../captures/wire/core_identity.ts";
import { messageName } from "../../../captures/wire/core_identity_control.ts";
import type { Conversation, ConversationEvent, Tone } from "../../kit/conversation.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { several, span } from "../../kit/narration.ts";
import type { Announcement, TunnelSetup, WanDirection } from "../facts/wan_types.ts";

/** Events of one kind that are told, identities of an announcement, and frames of an event. */
const EVENTS = 40, IDENTITIES = 16, FRAMES = 8;

/** What became of an aggregate. */
export interface AggregateOutcome {
  outcome: string;
  tone: Tone;
  summary: string;
}

const KINDS = new Map<number, string>([
  [IdentityKind.none, "no identity"],
  [IdentityKind.core, "core identities"],
  [IdentityKind.session, "session-IDs"],
]);

/** What became of an aggregate: whether it came up, and what it carried. */
export function outcomeOf(id: number, directions: readonly WanDirection[]): AggregateOutcome {
  const tunnels = new Set(directions.flatMap((sent) => [
    ...tunnelsOf(sent, id).map((tunnel) => tunnel.id),
    ...setupsOf(sent, id).map((setup) => setup.id),
  ]));
  const [opener, answerer] = directions;
  const asked = opener === undefined ? [] : setupsOf(opener, id).filter((setup) => setup.greeting);
  const packets = directions.map((sent) =>
    tunnelsOf(sent, id).reduce((sum, tunnel) => sum + tunnel.packets, 0)
  );
  const many = several(tunnels.size, "tunnel");
  if (packets.every((count) => count === 0) && asked.length > 0) {
    const answered = answerer !== undefined && setupsOf(answerer, id).length > 0;
    if (!answered) {
      const summary = `no answer: ${many} asked for by HELLO, and the receiver was silent`;
      return { outcome: "no answer", tone: "bad", summary };
    }
  }
  const carried = directions.map((sent, i) => {
    const sessions = sent.sessions.filter(({ aggregate }) => aggregate === id).length;
    if (packets[i] === 0) return undefined;
    const kind = KINDS.get(sent.kind) ?? `identities of kind ${sent.kind}`;
    return `${several(packets[i], "packet")} of the ${sent.role} in ${
      several(sessions, "session")
    } with ${kind}`;
  }).filter((text) => text !== undefined);
  const start = asked.length > 0 ? "came up" : "begun before the capture";
  return {
    outcome: start,
    tone: "good",
    summary: `${start} with ${many}; ${carried.join("; ") || "no data"}`,
  };
}

/** Tells an aggregate. */
export function aggregateStory(
  aggregate: number,
  directions: readonly WanDirection[],
  outcome: AggregateOutcome,
  id: string,
): Conversation {
  const events = directions.flatMap((sent) => [
    ...setupEvents(setupsOf(sent, aggregate), sent),
    ...announcementEvents(sent.announcements.filter((one) => one.aggregate === aggregate), sent),
    ...dataEvents(sent, aggregate),
  ]).sort((a, b) => a.time - b.time);
  const times = events.map(({ time }) => time);
  const lasts = directions.flatMap(({ sessions }) => sessions).map(({ lastTime }) => lastTime);
  const began = times.length === 0 ? 0 : times[0];
  return {
    ...{ id, ...outcome, events, notes: [], parts: [] },
    title: `Aggregated tunnel ${aggregate}`,
    between: directions.filter(({ addresses }) => addresses.length > 0)
      .map(({ role, addresses }) => `${role} ${addresses.join(", ")}`).join(" and "),
    began,
    ended: lasts.reduce((a, b) => Math.max(a, b), times.at(-1) ?? began),
    properties: directions.flatMap((sent) => {
      const used = [...new Set(sent.sessions.map(({ identity }) => identity).filter(Boolean))];
      const shown = used.slice(0, IDENTITIES).join(", ") + (used.length > IDENTITIES ? ", …" : "");
      return used.length === 0 ? [] : [{ name: `identities of the ${sent.role}`, value: shown }];
    }),
  };
}

/** How tunnels came up: one event for all that an end greeted, and for all that it held to be up. */
function setupEvents(setups: readonly TunnelSetup[], sent: WanDirection): ConversationEvent[] {
  const way = wayOf(sent), events: ConversationEvent[] = [];
  const greeted = setups.filter(({ greeting }) => greeting !== undefined);
  const up = setups.filter(({ confirmed }) => confirmed !== undefined);
  if (greeted.length > 0) {
    const text = tunnelsText(greeted.map(({ id }) => id));
    events.push(eventOf(sent.initiator ? "HELLO" : "HELLO ACK", text, greeted, "greeting", way));
  }
  if (up.length > 0) {
    const took = up.flatMap(({ greeting, confirmed }) =>
      greeting?.place === confirmed!.place ? [confirmed!.time - greeting!.time] : []
    );
    const text = `${tunnelsText(up.map(({ id }) => id))} up` +
      (took.length === 0 ? "" : ` after ${span(Math.max(...took))} at most`);
    events.push(eventOf(sent.initiator ? "CONFIRM" : "KEEPALIVE", text, up, "confirmed", way));
  }
  return events;
}

function eventOf(
  what: string,
  text: string,
  setups: readonly TunnelSetup[],
  field: "greeting" | "confirmed",
  way: string,
): ConversationEvent {
  const sightings = setups.map((setup) => setup[field]!).sort((a, b) => a.time - b.time);
  const tone = field === "confirmed" ? "good" : "note";
  const frames = sightings.slice(0, FRAMES).map(({ frame }) => frame);
  return { time: sightings[0].time, way, what, text, tone, frames };
}

function tunnelsText(ids: readonly number[]): string {
  const shown = ids.slice(0, 12).join(", ") + (ids.length > 12 ? ", …" : "");
  return `${ids.length === 1 ? "tunnel" : "tunnels"} ${shown}`;
}

/** What a device said of its cores: what it said alike on several tunnels is told once. */
function announcementEvents(
  announcements: readonly Announcement[],
  sent: WanDirection,
): ConversationEvent[] {
  const alike = Map.groupBy(
    announcements,
    (one) => `${messageName(one.message)} ${coresText(one)}`,
  );
  return [...alike.values()].slice(0, EVENTS).map((group) => {
    const [first] = group, { time } = (first.departure ?? first.arrival)!;
    const tunnels = tunnelsText([...new Set(group.map(({ tunnel }) => tunnel))]);
    return {
      ...{ time, way: wayOf(sent), what: NAMES[first.message] ?? "message", tone: "note" as const },
      text: `announces ${coresText(first)} on ${tunnels}`,
      frames: group.slice(0, FRAMES).map(({ departure, arrival }) => (departure ?? arrival)!.frame),
    };
  });
}

function coresText(one: Announcement): string {
  const shown = one.identities.slice(0, IDENTITIES).join(", ");
  const identities = one.identities.length === 0
    ? ""
    : `, identities ${shown}${one.identities.length > IDENTITIES ? ", …" : ""}`;
  const rules = [
    one.excluded.length > 0 ? `${one.excluded.length} excluded` : "",
    one.preferred.length > 0 ? `${one.preferred.length} preferred` : "",
    one.reserved.length > 0 ? `${several(one.reserved.length, "rule")} of reservation` : "",
    one.tellsLoads ? "with loads" : "",
  ].filter(Boolean);
  return `${one.cores === 0 ? "no cores" : several(one.cores, "core")} in version ${one.version}` +
    `${identities}${rules.length > 0 ? `, ${rules.join(", ")}` : ""}`;
}

/** Messages as they are written in stories. */
const NAMES: Readonly<Record<number, string>> = {
  ...{ 1: "HELLO", 2: "HELLO ACK", 3: "CONFIRM", 4: "KEEPALIVE", 5: "KEEPALIVE ACK" },
  ...{ 6: "UPDATE", 7: "UPDATE ACK", 8: "REPORT", 9: "REPORT ACK", 10: "CLOSE" },
};

/** What data there was, and what is odd in it. */
function dataEvents(sent: WanDirection, aggregate: number): ConversationEvent[] {
  const tunnels = tunnelsOf(sent, aggregate), events: ConversationEvent[] = [];
  const way = wayOf(sent);
  for (const tunnel of tunnels.slice(0, EVENTS)) {
    const gaps = tunnel.gaps === 0
      ? ""
      : `; ${several(tunnel.gaps, "gap")} or reordering in its sequence numbers`;
    events.push({
      ...{ time: tunnel.firstTime, way, what: "data", tone: gaps === "" ? "good" : "note" },
      text: `${several(tunnel.packets, "packet")} on tunnel ${tunnel.id}${gaps}`,
      frames: frameRefs(tunnel.first, tunnel.firstGap),
    });
  }
  const changing = sent.sessions.filter((one) => one.aggregate === aggregate && one.changed > 0);
  for (const { flow, identity, changes, firstTime } of changing.slice(0, EVENTS)) {
    events.push({
      ...{ time: changes[0]?.from ?? firstTime, way, what: "session", tone: "note" },
      text: `${flow} has identity ${identity}, then ${changes.map((c) => c.identity).join(", ")}`,
      frames: frameRefs(changes[0]),
    });
  }
  if (sent.untagged > 0) {
    events.push({
      ...{ time: sent.firstTime, way, what: "data", tone: "note" },
      text: `${several(sent.untagged, "packet")} without identity`,
      frames: frameRefs(sent.firstUntagged),
    });
  }
  return events;
}

function wayOf({ role }: WanDirection): string {
  return role === "sender" ? "sender → receiver" : "receiver → sender";
}

function tunnelsOf({ tunnels }: WanDirection, id: number) {
  return [...tunnels.values()].filter(({ aggregate }) => aggregate === id);
}

function setupsOf({ setups }: WanDirection, id: number): TunnelSetup[] {
  return [...setups.values()].filter(({ aggregate }) => aggregate === id);
}
