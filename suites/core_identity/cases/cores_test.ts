import assert from "node:assert/strict";
import type { Worked } from "../facts/trace.ts";
import type { WanDirection, WanSession } from "../facts/wan_types.ts";
import {
  coresNamed,
  identitiesOffered,
  leavesGoneCores,
  oneCoreEach,
  processedAll,
  undisturbed,
} from "./cores.ts";
import type { Work } from "./premises.ts";

const FRAME = { capture: "wan", number: 7 };
const session = (flow: string, identity: string) =>
  ({ flow, identity, first: FRAME }) as WanSession;
const sent = { sessions: [session("17 a > b", "2")], first: FRAME } as WanDirection;
const worked = (...cores: number[]): Worked => ({
  cores: new Map(cores.map((core) => [core, 1])),
  ports: new Set(["wan0"]),
  last: cores.at(-1)!,
  lastTime: 2,
});

/** Work on two sessions: that of identity 2 moved from one core to another. */
function workWith(withdrawn: string[]): Work {
  const trace = {
    sessions: new Map([["17 a > b", worked(2, 0)], ["17 c > d", worked(1)]]),
    identities: new Map([["2", worked(2, 0)], ["1", worked(1)], ["9", worked(0)]]),
    cores: new Map([[0, "0"], [1, "1"], [2, "2"]]),
    ...{ processed: 3, changes: 1, changedAt: 1 },
  } as unknown as Work["trace"];
  const sessions = [session("17 a > b", "2"), session("17 c > d", "1")];
  const all = new Set(withdrawn);
  return { trace, sent, arrived: 3, sessions, withdrawn: all, gone: all, announced: ["1", "2"] };
}

Deno.test("a session on two cores fails, with its packet and the ways that it came in by", () => {
  const verdict = oneCoreEach(undisturbed(workWith([])), sent);
  assert.ok(verdict.verdict === "fail");
  assert.match(verdict.expected, /17 a > b, which came in by wan0/);
  assert.deepEqual([verdict.actual, verdict.frames], ["cores 2 and 0 do", [FRAME]]);
  assert.equal(oneCoreEach([["17 c > d", worked(1)]], sent).verdict, "pass");
  assert.equal(oneCoreEach([], sent).verdict, "inconclusive");
});

Deno.test("a session whose core was withdrawn may move, and no other", () => {
  assert.deepEqual(undisturbed(workWith(["2"])).map(([name]) => name), ["17 c > d"]);
  assert.deepEqual(undisturbed(workWith(["1"])).map(([name]) => name), ["17 a > b"]);
});

Deno.test("identities that nobody used, or whose cores were withdrawn, name no core", () => {
  assert.deepEqual(identitiesOffered(workWith([])).map(([identity]) => identity), ["2", "1"]);
  assert.deepEqual(identitiesOffered(workWith(["2"])).map(([identity]) => identity), ["1"]);
});

Deno.test("what arrived has to be processed", () => {
  assert.equal(processedAll(workWith([])), undefined);
  assert.equal(processedAll({ ...workWith([]), arrived: 4 })?.verdict, "fail");
});

Deno.test("the core that is named processes, unless it was withdrawn", () => {
  assert.equal(coresNamed(workWith([])).verdict, "fail");
  assert.equal(coresNamed(workWith(["2"])).verdict, "pass");
});

Deno.test("a session that goes on may not stay on a core that was withdrawn", () => {
  assert.equal(leavesGoneCores(workWith(["2"])), undefined, "its last packets were on another");
  assert.equal(leavesGoneCores(workWith(["1"]))?.verdict, "fail");
});
