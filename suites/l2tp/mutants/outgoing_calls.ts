/** Mutants of outgoing calls and of framing that was not advertised. */
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { CALL_RULES } from "../../../peers/l2tp/rules/call.ts";
import type { CallEvent, CallState } from "../../../peers/l2tp/call_table.ts";
import { both, type L2tpMutant, mutant } from "./make.ts";

/** Forgets what the tables of calls say of some events in some states. */
function ignores(test: (state: CallState, event: CallEvent) => boolean): L2tpOverrides {
  return {
    l2tp: {
      callTransition: (table, state, event) =>
        test(state, event) ? undefined : CALL_RULES.callTransition(table, state, event),
    },
  };
}

const OUTGOING: readonly CallEvent[] = ["ocrq", "ocrp", "occn"];
const waits = (state: CallState) => state !== "idle" && state !== "established";

/** The mutants of both roles. */
export const OUTGOING_CALL_MUTANTS: readonly L2tpMutant[] = [
  mutant(
    "lns",
    "no_connection",
    "Takes no OCCN",
    "L2TP-080",
    ignores((state, event) => state === "wait_connect" && event === "occn"),
  ),
  mutant("lns", "asks_any_lac", "Asks any LAC for calls", "L2TP-080", {
    l2tp: { mayRequestCall: () => true },
  }),
  mutant(
    "lns",
    "forgiving_outgoing_calls",
    "Ignores messages of outgoing calls that have no place",
    "L2TP-080",
    {
      l2tp: {
        callTransition(table, state, event) {
          const known = CALL_RULES.callTransition(table, state, event);
          const misplaced = waits(state) && OUTGOING.includes(event);
          return misplaced && known?.next === "idle" ? undefined : known;
        },
      },
    },
  ),
  mutant(
    "lac",
    "never_connects",
    "Never tells that a call is connected",
    "L2TP-080",
    ignores((_, event) => event === "answer"),
    ["L2TP-052"],
  ),
  mutant(
    "lac",
    "forgiving_outgoing_calls",
    "Ignores messages of outgoing calls that have no place",
    "L2TP-080",
    ignores((state, event) => waits(state) && OUTGOING.includes(event)),
  ),
  mutant("lns", "asks_any_framing", "Asks for calls of any framing", "L2TP-052", {
    l2tp: { mayRequestFraming: () => true },
  }),
  mutant("lac", "makes_any_framing", "Makes calls of any framing", "L2TP-097", {
    l2tp: { mayRequestFraming: () => true },
  }),
  ...both("any_framing", "Takes calls of any framing", "L2TP-052", {
    l2tp: { acceptsFraming: () => true },
  }),
];
