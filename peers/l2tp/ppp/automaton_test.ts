import assert from "node:assert/strict";
import { type PppEvent, pppTransition, STATES } from "./automaton.ts";

const EVENTS: PppEvent[] = [
  "up",
  "down",
  "open",
  "close",
  "timeout",
  "timeout_last",
  "rcr_good",
  "rcr_bad",
  "rca",
  "rcn",
  "rtr",
  "rta",
  "ruc",
  "rxj_good",
  "rxj_bad",
  "rxr",
];

Deno.test("every cell of the automaton is empty, or leads to a state by known actions", () => {
  const actions = /^(tlu|tld|tls|tlf|irc|zrc|scr|sca|scn|str|sta|scj|ser)$/;
  let cells = 0;
  for (const event of EVENTS) {
    for (const state of STATES) {
      const transition = pppTransition(state, event);
      if (transition === undefined) continue;
      cells++;
      assert.ok(STATES.includes(transition.next), `${event} in ${state}`);
      for (const action of transition.actions) assert.match(action, actions);
    }
  }
  // RFC 1661 §4.1 has 160 cells, of which 40 cannot happen or mean nothing.
  assert.equal(cells, 120);
});

Deno.test("the layer goes up and down with the opened state alone", () => {
  for (const event of EVENTS) {
    for (const state of STATES) {
      const transition = pppTransition(state, event);
      if (transition === undefined) continue;
      const { actions, next } = transition;
      assert.equal(actions.includes("tlu"), state !== "opened" && next === "opened");
      assert.equal(actions.includes("tld"), state === "opened" && next !== "opened");
    }
  }
});
