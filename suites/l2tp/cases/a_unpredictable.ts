/** Cases of both roles for identifiers that nobody can foresee (§9.1, group A). */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case, Role } from "../cases.ts";
import {
  all,
  type Conversations,
  fail,
  inconclusive,
  number16,
  refs,
  type Step,
} from "../checks/conversation.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { accept, call, open, take } from "../../../peers/testing/l2tp_tester/steps.ts";
import { calls } from "./ends.ts";

const { SCCRQ, SCCRP, ICRQ, ICRP } = MessageType;
const ASSIGNED_TUNNEL = 9, ASSIGNED_SESSION = 14;
const TUNNELS = ["a", "b", "c", "probe"] as const;
const SESSIONS = ["a1", "a2", "a3", "a4", "a5", "a6"] as const;
/** Identifiers without which nothing can be said of how they are chosen. */
const ENOUGH = 4;
/** Identifiers so near to each other, all of them, are found by trying. */
const NEAR = 16;

/** Fails where identifiers, in the order of their assignment, follow one another by a rule. */
function unpredictable(c: Conversations, what: string, types: number[], attribute: number): Step {
  const assigned = c.device.filter((m) => types.includes(m.type) && number16(m, attribute) > 0);
  const ids = [...new Set(assigned.map((m) => number16(m, attribute)))];
  if (ids.length < ENOUGH) return inconclusive(`only ${ids.length} ${what}s were assigned`);
  const steps = ids.slice(1).map((id, i) => (id - ids[i]) & 0xffff);
  const same = new Set(steps).size === 1;
  const near = steps.every((step) => Math.min(step, 0x10000 - step) <= NEAR);
  return same || near
    ? fail(`${what}s that cannot be foreseen`, ids.join(", "), refs(...assigned.slice(0, ENOUGH)))
    : undefined;
}

function unforeseen(role: Role, config: Record<string, unknown>, steps: StepInput[]): Case {
  return {
    ...{ role, config, steps },
    name: "header/unpredictable",
    title: "Tunnel IDs and Session IDs follow no rule that an outsider could guess",
    covers: ["L2TP-009"],
    judge: (c) =>
      all(
        unpredictable(c, "Tunnel ID", [SCCRQ, SCCRP], ASSIGNED_TUNNEL),
        unpredictable(c, "Session ID", [ICRQ, ICRP], ASSIGNED_SESSION),
      ),
  };
}

/** The cases of both roles. */
export const UNPREDICTABLE: readonly Case[] = [
  unforeseen("lns", {}, [
    ...TUNNELS.flatMap((tunnel) => open(tunnel)),
    ...SESSIONS.flatMap((session) => call("a", session)),
  ]),
  unforeseen("lac", calls(SESSIONS.length, TUNNELS.length), [
    ...TUNNELS.flatMap((tunnel) => accept(tunnel)),
    ...SESSIONS.flatMap((session) => take("a", session)),
  ]),
];
