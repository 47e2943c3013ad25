/** Steps of calls that an LNS asks for, for cases of several sections. */
import type { CallEvent, CallState } from "../../../peers/l2tp/call_table.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { CALL_RULES } from "../../../peers/l2tp/rules/call.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, type PartialVerdict } from "../../kit/verdict.ts";
import { judgeGrammar } from "../facts/conduct_rules.ts";
import { missingAvpFault } from "../facts/grammar_rules.ts";
import { Attribute, type ControlMessage, formatMessage, number16 } from "../facts/message.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { acknowledged, expect, send } from "../../../peers/testing/l2tp_tester/steps.ts";
import type { DriverOf } from "../../kit/words.ts";
import type { L2tpWords, Mark } from "../vocabulary.ts";

/** Lets the scenario know that an LNS may be asked to dial now. */
export const ready = (event: Mark): StepInput => ({ do: "mark", event });

/** Has the LNS under test ask for a call, once the script is there. */
export function dials(...orders: [event: Mark, more: Record<string, unknown>][]) {
  return async (driver: DriverOf<L2tpWords>): Promise<void> => {
    for (const [event, order] of orders) {
      await driver.event("tester", event, 30_000);
      await driver.instruct("device", { kind: "dial", name: event, calledNumber: "100", ...order });
    }
  };
}

/** Answers the call that an LNS asks for, as a LAC does. */
export function place(tunnel: string, session: string): StepInput[] {
  return [
    expect("OCRQ", tunnel, 5000),
    send("OCRP", tunnel, { session }),
    send("OCCN", tunnel, { session }),
    acknowledged(tunnel),
  ];
}

/** Fails where a message lacks an AVP, or assigns no Session ID. */
export function judgeAssignment(message: ControlMessage): PartialVerdict {
  return gravest(
    judgeGrammar([message], missingAvpFault),
    number16(message, Attribute.assignedSession) > 0 ? undefined : fail(
      "an Assigned Session ID",
      `${formatMessage(message)} without one`,
      frameRefs(message),
    ),
  );
}

/** Forgets what the tables of calls say of some events in some states. */
export function ignores(test: (state: CallState, event: CallEvent) => boolean): L2tpOverrides {
  return {
    l2tp: {
      callTransition: (table, state, event) =>
        test(state, event) ? undefined : CALL_RULES.callTransition(table, state, event),
    },
  };
}

/** Events of outgoing calls. */
export const OUTGOING: readonly CallEvent[] = ["ocrq", "ocrp", "occn"];
/** Whether a call has been asked for and is not there yet. */
export const waits = (state: CallState): boolean => state !== "idle" && state !== "established";
