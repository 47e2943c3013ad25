/**
 * RFC 2661 §7.2 to §7.5: messages that have no place in a state, state by state. The tables answer each
 * with a CDN or a StopCCN; §7.1 lets the control connection be cleared for any of them.
 */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { CALL_RULES } from "../../../peers/l2tp/rules/call.ts";
import { CONTROL_CONNECTION_RULES } from "../../../peers/l2tp/rules/control_connection.ts";
import type { CallEvent, CallState } from "../../../peers/l2tp/call_table.ts";
import type { ControlEvent, ControlState } from "../../../peers/l2tp/control_connection.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { expect, send } from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import { type ControlMessage, formatMessage } from "../facts/message.ts";
import type { L2tpId } from "../requirements.ts";
import type { L2tpRole } from "../words.ts";
import { benchCase, type Part, section } from "./bench.ts";
import { ENDS } from "./ends.ts";
import { type Misplaced, type State, STATES } from "./misplaced_states.ts";
import { type L2tpMutant, mutant } from "./mutants.ts";

const { StopCCN, CDN } = MessageType;
/** The message without a place. */
function sending({ message, tunnel, session }: Misplaced): StepInput {
  const asks = message === "ICRQ" || message === "OCRQ";
  return send(message, tunnel, {
    ...(session === undefined ? {} : { session }),
    ...(asks ? { header: { ofSession: true } } : {}),
  });
}

/** Which of the messages of its type on its tunnel it is: the last about its session. */
function placeOf(steps: readonly StepInput[], { tunnel, session, message }: Misplaced): number {
  const alike = steps.flatMap((step) =>
    step.do === "send" && step.tunnel === tunnel && step.type === MessageType[message] ? [step] : []
  );
  return alike.findLastIndex((step) => step.session === session);
}

/** The case of a state: each message is answered, unless the tunnel had been cleared for another. */
function caseOf(state: State): Part {
  const { role, name, title, covers, needs, config = {}, run, misplaced, isReady } = state;
  const end = ENDS[role];
  const steps = misplaced.flatMap((one) => [
    ...one.before,
    sending(one),
    expect(one.session === undefined ? "StopCCN" : "CDN", one.tunnel, 1000),
  ]);
  const places = misplaced.map((one) => ({ ...one, at: placeOf(steps, one) }));
  return benchCase({
    ...{ role, name, title, config, covers: [covers] as [L2tpId] },
    ...(needs && { needs }),
    ...(run && { run }),
    steps: [...steps, ...end.probe()],
    stimulus(c) {
      const all = places.map(({ tunnel, message, session, at }) => ({
        ...{ tunnel, session },
        sent: c.sent(tunnel, MessageType[message])[at],
      }));
      const found = all.filter(({ tunnel, sent }) => {
        const stop = c.got(tunnel, StopCCN)[0];
        return sent !== undefined && (stop === undefined || isAfter(stop, sent));
      });
      const isMissing = all.some(({ sent }) => sent === undefined) || found.length === 0;
      const idle = all.find(({ tunnel, session = "a1" }) => !isReady(c, tunnel, session));
      return idle !== undefined
        ? inconclusive(`the device did not come to the state on ${c.nameOf(idle.tunnel)}`)
        : isMissing
        ? inconclusive("not every message without a place was captured")
        : found;
    },
    judge: (c, found) =>
      gravest(...found.map(({ tunnel, sent }) => {
        const type = misplaced[0].session === undefined ? StopCCN : CDN;
        const isEnd = (m: ControlMessage) => m.type === StopCCN || m.type === type;
        const next = found.find((other) => other.tunnel === tunnel && isAfter(other.sent, sent));
        const answer = c.tunnel(tunnel).device.find((m) =>
          isAfter(m, sent) && isEnd(m) && (next === undefined || isAfter(next.sent, m))
        );
        return answer === undefined
          ? c.mistaken(tunnel, sent) ?? fail(
            `a ${type === StopCCN ? "StopCCN" : "CDN"} to the ${formatMessage(sent)}`,
            "there is none",
            frameRefs(sent),
          )
          : undefined;
      })),
  });
}

/** Does nothing about an event in a state of a control connection. */
const deafControl = (state: ControlState, event: ControlEvent): L2tpOverrides => ({
  l2tp: {
    controlTransition: (now, happened) =>
      now === state && happened === event
        ? undefined
        : CONTROL_CONNECTION_RULES.controlTransition(now, happened),
  },
});

/** Likewise of a call. */
const deafCall = (state: CallState, event: CallEvent): L2tpOverrides => ({
  l2tp: {
    callTransition: (table, now, happened) =>
      now === state && happened === event
        ? undefined
        : CALL_RULES.callTransition(table, now, happened),
  },
});

function deaf(role: L2tpRole, id: L2tpId, state: CallState, event: CallEvent): L2tpMutant {
  const words = `${event.toUpperCase()} in state ${state.replaceAll("_", "-")}`;
  return mutant(role, `no_${event}_${state}`, `Ignores an ${words}`, id, deafCall(state, event));
}

const MUTANTS = [
  ...(["sccrq", "sccrp", "scccn"] as const).flatMap((event) =>
    (["lac", "lns"] as const).map((role) =>
      mutant(
        role,
        `no_${event}_established`,
        `Ignores an ${event.toUpperCase()} on an established tunnel`,
        role === "lac" ? "L2TP-124" : "L2TP-045",
        deafControl("established", event),
      )
    )
  ),
  mutant(
    "lns",
    "no_sccrq_waiting",
    "Ignores an SCCRQ while it awaits the SCCCN",
    "L2TP-045",
    deafControl("wait_ctl_conn", "sccrq"),
  ),
  ...(["icrq", "icrp", "iccn"] as const).flatMap((event) => [
    deaf("lac", "L2TP-125", "established", event),
    deaf("lns", "L2TP-077", "established", event),
  ]),
  deaf("lac", "L2TP-125", "wait_reply", "icrq"),
  deaf("lns", "L2TP-077", "wait_connect", "icrq"),
  ...(["ocrq", "ocrp", "occn"] as const).flatMap((event) => [
    deaf("lac", "L2TP-126", "established", event),
    deaf("lns", "L2TP-126", "established", event),
  ]),
  deaf("lac", "L2TP-126", "wait_cs_answer", "ocrp"),
  deaf("lns", "L2TP-126", "wait_reply", "ocrq"),
  deaf("lns", "L2TP-126", "wait_connect", "ocrq"),
];

/** §7, messages that have no place. */
export const MISPLACED = section(
  "§7.2 to §7.5 Messages that have no place",
  STATES.map(caseOf),
  { mutants: MUTANTS },
);
