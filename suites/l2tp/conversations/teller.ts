/** Tells of the tunnels and calls of captures: the answer to whoever asks what went wrong. */
import type { FrameRef } from "../../../captures/frame.ts";
import {
  type ConversationTeller,
  frameKey,
  type Tellable,
  teller,
  tellMost,
  type Told,
} from "../../kit/conversation.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { controlFacts } from "../facts/control_collector.ts";
import type { ControlConnection } from "../facts/control_connection.ts";
import type { DataFlow } from "../facts/data.ts";
import type { ControlFacts } from "../facts/control_facts.ts";
import { PairTable } from "../facts/pair_table.ts";
import { Census } from "./figures.ts";
import { type FlowIndex, flowsOf, idsKey, wentWrong } from "./call_story.ts";
import { carriesPpp, linksWithoutTunnel } from "./lone_data.ts";
import { pppFacts } from "./ppp_collector.ts";
import type { PppFlow } from "./ppp_flow.ts";
import { type IcmpError, type Surroundings, surroundings } from "./surroundings.ts";
import type { Tunnel } from "./tunnel.ts";
import { type Setting, type TunnelOutcome, tunnelOutcome, tunnelStory } from "./tunnel_story.ts";
import { type Plan, planOf, reverseKey, sorted, wayKey, winsTie } from "./tunnel_plan.ts";
import { classesSeen } from "./usage.ts";
import { several } from "../../kit/narration.ts";

/** What the suite tells of captures. */
export const l2tpTeller: ConversationTeller = teller({
  needs: { control: controlFacts, ppp: pppFacts, around: surroundings },
  tell({ control, ppp, around }, evidence, cited, claimed): Told {
    const flows: FlowIndex = new PairTable();
    for (const flow of ppp) {
      flows.set(flow.place, flow.to, idsKey(flow.tunnelId, flow.sessionId), flow);
    }
    for (const { place, to, tunnelId, sessionId, count } of doublesOf(control)) {
      const flow = flows.get(place, to, idsKey(tunnelId, sessionId));
      if (flow !== undefined) flow.doubled = count;
    }
    const owners = new Map<string, Tellable>();
    const wanted = new Set(cited.map(frameKey));
    // Nobody asks of other frames, and there may be very many.
    const own = (frame: FrameRef, tellable: Tellable) => {
      const key = frameKey(frame);
      if (wanted.has(key)) owners.set(key, tellable);
    };
    const taken = new Set<PppFlow>();
    const byTunnel = new PairTable<Plan>();
    const plans = control.connections.filter(({ ends }) =>
      ends.some(({ messages }) => messages.length > 0)
    ).map((connection) => {
      // It is judged already.
      connection.derived = undefined;
      const plan = planOf(connection, around);
      const tunnel = sorted(plan);
      for (const call of tunnel.calls) {
        for (const flow of flowsOf(call, tunnel, flows)) if (flow !== undefined) taken.add(flow);
      }
      // What comes later under the same identifiers replaces it, as it does at the ends.
      for (const { party, tunnelId } of connection.ends) {
        if (tunnelId <= 0) continue;
        const before = byTunnel.get(plan.place, party, tunnelId);
        if (before !== undefined) {
          before.until = Math.min(before.until, plan.began);
          plan.since = Math.max(plan.since, plan.began);
        }
        byTunnel.set(plan.place, party, tunnelId, plan);
      }
      return plan;
    });
    const lone = Map.groupBy(
      ppp.filter((flow) => !taken.has(flow)),
      ({ place, to, tunnelId }) => byTunnel.get(place, to, tunnelId),
    );
    const stray = lone.get(undefined) ?? [];
    const granted = Map.groupBy(plans.filter(({ connection }) => connection.isGranted), wayKey);
    const census = new Census();
    const context = { flows, lone, around, wanted, claimed, granted };
    const tellables = plans.map((plan) => {
      const tellable = new TellableTunnel(plan, context, census);
      for (const { messages } of wanted.size > 0 ? plan.connection.ends : []) {
        for (const { frame } of messages) own(frame, tellable);
      }
      return tellable;
    });
    const byPlan = new Map(plans.map((plan, i) => [plan, tellables[i]]));
    for (const flow of wanted.size > 0 ? control.flows : []) {
      const plan = byTunnel.get(flow.place, flow.to, flow.tunnelId);
      const tellable = plan && byPlan.get(plan);
      if (tellable === undefined) continue;
      for (const frame of framesOf(flow)) own(frame, tellable);
    }
    const { conversations, outcomes, ids } = tellMost([
      ...tellables,
      ...linksWithoutTunnel(stray.filter(carriesPpp)),
    ]);
    // Two places may show the same tunnels, by clocks of their own.
    const [place, other] = new Set(plans.map(({ place }) => place));
    const figure = place === undefined || other !== undefined
      ? undefined
      : census.drawing(around.lastTimes.get(place) ?? 0);
    const noise = stray.filter((flow) => !carriesPpp(flow));
    return {
      ...{
        conversations,
        outcomes,
        noun: "tunnel",
        notes: notesOf(control, around, noise, evidence),
      },
      ...(figure === undefined ? {} : { figures: [figure] }),
      roles: rolesOf(control),
      classes: classesSeen(control, ppp),
      owner(frame) {
        const tellable = owners.get(frameKey(frame));
        return tellable && ids.get(tellable);
      },
    };
  },
});

/** What became of a tunnel, and of its calls where it went well itself. */
function withCalls(found: TunnelOutcome, tunnel: Tunnel, setting: Setting): TunnelOutcome {
  const { flows, until } = setting;
  if (found.tone === "bad" || !tunnel.calls.some((c) => wentWrong(c, tunnel, flows, until))) {
    return found;
  }
  return { ...found, outcome: `${found.outcome}, a call went wrong`, tone: "bad" };
}

/** What becomes of a request that a cluster's master sends on: who takes it answers elsewhere. */
const FORWARDED: TunnelOutcome = {
  ...{ outcome: "sent on within a cluster", tone: "note" },
  summary: "the request passes the master of a cluster: what became of it the cluster's story says",
};

/** What becomes of one of two requests that cross (RFC 2661 §4.4.3, Tie Breaker). */
const GAVE_WAY: TunnelOutcome = {
  ...{ outcome: "gave way", tone: "note" },
  summary: "both ends asked at the same time, and the other request was granted: this one gave way",
};

/** What all tunnels are told with. */
interface Context {
  flows: FlowIndex;
  /** Data of which no call tells, by the tunnel whose identifiers they bear. */
  lone: ReadonlyMap<Plan | undefined, readonly PppFlow[]>;
  around: Surroundings;
  /** Frames that failures name, and those that mean something else to other suites. */
  wanted: ReadonlySet<string>;
  claimed: ReadonlySet<string>;
  /** Connections that were granted, by who asked whom. */
  granted: ReadonlyMap<string | undefined, readonly Plan[]>;
}

/** A tunnel that is told when it is wanted: of many thousand only whether they went well is kept. */
class TellableTunnel implements Tellable {
  readonly outcome: string;
  readonly tone: TunnelOutcome["tone"];
  readonly isCited: boolean;
  readonly #plan: Plan;
  readonly #context: Context;

  constructor(plan: Plan, context: Context, census: Census) {
    this.#plan = plan;
    this.#context = context;
    const tunnel = sorted(plan), { outcome, tone } = this.#outcomeOf(tunnel, this.#setting());
    census.add(tunnel);
    this.outcome = outcome;
    this.tone = tone;
    const { wanted } = context;
    this.isCited = wanted.size > 0 &&
      plan.connection.ends.some(({ messages }) =>
        messages.some(({ frame }) => wanted.has(frameKey(frame)))
      );
  }

  tell(id: string): ReturnType<Tellable["tell"]> {
    const tunnel = sorted(this.#plan), setting = this.#setting();
    return tunnelStory(tunnel, id, this.#outcomeOf(tunnel, setting), setting);
  }

  #setting(): Setting {
    const { flows, lone, around } = this.#context, { connection, place } = this.#plan;
    return {
      ...{ flows, lone: lone.get(this.#plan) ?? [], cut: around.cut.count > 0 },
      errors: around.errors.filter((error) => isAbout(error, connection, place)),
      until: around.lastTimes.get(place) ?? 0,
    };
  }

  #outcomeOf(tunnel: Tunnel, setting: Setting): TunnelOutcome {
    const { claimed, granted } = this.#context, plan = this.#plan;
    const isClaimed = claimed.size > 0 && plan.connection.responder.messages.length === 0 &&
      tunnel.request?.copies.some(({ frame }) => claimed.has(frameKey(frame)));
    if (isClaimed) return FORWARDED;
    const isTied = (granted.get(reverseKey(plan)) ?? []).some((other) => winsTie(other, plan));
    return isTied ? GAVE_WAY : withCalls(tunnelOutcome(tunnel, setting), tunnel, setting);
  }
}

/** Whether an ICMP error quotes a datagram of a connection. */
function isAbout(error: IcmpError, { ends, request }: ControlConnection, place: string): boolean {
  if (error.place !== place) return false;
  return ends.some(({ messages: [first], peer }) =>
    first !== undefined && error.source === first.source && error.sourcePort === first.sourcePort &&
    [first.destination, peer.party, request?.to].includes(error.destination)
  );
}

/** The frames of a flow that a failure may name. */
function framesOf({ first, last, bare, conduct }: DataFlow): FrameRef[] {
  return [
    first,
    last,
    ...bare === undefined ? [] : [bare],
    ...conduct.all.flatMap((f) => f.frames),
  ];
}

/** The flows in which frames came twice at once, and how many. */
function doublesOf({ flows }: ControlFacts) {
  return flows.filter(({ conduct }) => conduct.faultOf("doubled").count > 0)
    .map(({ place, to, tunnelId, sessionId, conduct }) => ({
      ...{ place, to, tunnelId, sessionId, count: conduct.faultOf("doubled").count },
    }));
}

function rolesOf(control: ControlFacts): string[] {
  const ends = control.connections.flatMap((connection) => connection.ends)
    .filter(({ messages }) => messages.length > 0);
  return [...new Set(ends.flatMap((end) => control.judgedAs(end) ?? []))];
}

/** What limits the answer. */
function notesOf(
  control: ControlFacts,
  around: Surroundings,
  noise: readonly PppFlow[],
  { taps }: Evidence,
): string[] {
  const notes: string[] = [];
  if (noise.length > 0) {
    notes.push(
      `${several(noise.length, "flow")} that ${
        noise.length === 1 ? "looks" : "look"
      } like data of L2TP without any tunnel ${
        noise.length === 1 ? "carries" : "carry"
      } no PPP, the first in ${frameText(noise[0].first, taps.length)}: probably no L2TP at all`,
    );
  }
  for (const { what, count, first } of around.strangers) {
    notes.push(
      `${several(count, "packet")} on UDP port 1701 ${count === 1 ? "is" : "are"} ${what}, ` +
        `the first in ${frameText(first, taps.length)}: nothing that this suite judges`,
    );
  }
  const { count, first, largest } = around.fragments;
  if (first !== undefined) {
    notes.push(
      `${several(count, "datagram")} of L2TP came in IP fragments, the first in ` +
        `${
          frameText(first, taps.length)
        }: the path takes no datagram of ${largest} octets; a lower ` +
        "MRU or MTU within the tunnel spares the fragments",
    );
  }
  if (around.cut.first !== undefined) {
    notes.push(
      `${
        several(around.cut.count, "control message")
      } were cut short by the capture, the first in ` +
        `${frameText(around.cut.first, taps.length)}: they were not read`,
    );
  }
  if (control.mirrored > 0) {
    notes.push(
      `${
        several(control.mirrored, "control message")
      } came twice within a millisecond, which looks ` +
        "like a mirror port that shows both of its sides: capture at one port, or filter duplicates",
    );
  }
  const places = new Set(control.connections.map((c) => c.ends.flatMap((e) => e.messages)[0]))
    .values().map((m) => m?.place).toArray();
  if (new Set(places).size > 1) {
    notes.push("each capture is told by itself: a tunnel that two of them show is listed twice");
  }
  return notes;
}

function frameText({ capture, number }: FrameRef, captures: number): string {
  return captures === 1 ? `frame ${number}` : `frame ${number} of ${capture}`;
}
