/** RFC 2661 §9.1: identifiers that nobody can foresee. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { accept, call, open, take } from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import type { Conversation } from "../facts/conversation.ts";
import { Attribute, number16 } from "../facts/message.ts";
import { type Part, section } from "./bench.ts";
import { both } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";

const { SCCRQ, SCCRP, ICRQ, ICRP } = MessageType;
const TUNNELS = ["a", "b", "c", "probe"] as const;
const SESSIONS = ["a1", "a2", "a3", "a4", "a5", "a6"] as const;
/** Identifiers without which nothing can be said of how they are chosen. */
const ENOUGH = 4;
/** Identifiers so near to each other, all of them, are found by trying. */
const NEAR = 16;

/** The messages by which the device assigned identifiers, in their order, each identifier once. */
function assigned(c: Conversation, types: readonly number[], attribute: number) {
  const first = new Map<number, Conversation["device"][number]>();
  for (const message of c.device) {
    const id = types.includes(message.type) ? number16(message, attribute) : 0;
    if (id > 0 && !first.has(id)) first.set(id, message);
  }
  return first;
}

/** Fails where identifiers, in the order of their assignment, follow one another by a rule. */
function unpredictable(what: string, found: ReturnType<typeof assigned>): PartialVerdict {
  const ids = [...found.keys()];
  if (ids.length < ENOUGH) return inconclusive(`only ${ids.length} ${what}s were assigned`);
  const steps = ids.slice(1).map((id, i) => (id - ids[i]) & 0xffff);
  const same = new Set(steps).size === 1;
  const near = steps.every((step) => Math.min(step, 0x10000 - step) <= NEAR);
  if (!same && !near) return undefined;
  const refs = frameRefs(...[...found.values()].slice(0, ENOUGH));
  return fail(`${what}s that cannot be foreseen`, ids.join(", "), refs);
}

const PARTS: readonly Part[] = both(({ role }) => ({
  name: "header/unpredictable",
  title: "Tunnel IDs and Session IDs follow no rule that an outsider could guess",
  covers: ["L2TP-009"],
  calls: [SESSIONS.length, TUNNELS.length],
  steps: role === "lns"
    ? [
      ...TUNNELS.flatMap((tunnel) => open(tunnel)),
      ...SESSIONS.flatMap((session) => call("a", session)),
    ]
    : [
      ...TUNNELS.flatMap((tunnel) => accept(tunnel)),
      ...SESSIONS.flatMap((session) => take("a", session)),
    ],
  stimulus(c) {
    const tunnels = assigned(c, [SCCRQ, SCCRP], Attribute.assignedTunnel);
    const sessions = assigned(c, [ICRQ, ICRP], Attribute.assignedSession);
    return tunnels.size < ENOUGH && sessions.size < ENOUGH
      ? inconclusive(
        `only ${tunnels.size} Tunnel IDs and ${sessions.size} Session IDs were assigned`,
      )
      : { tunnels, sessions };
  },
  judge: (_, { tunnels, sessions }) =>
    gravest(unpredictable("Tunnel ID", tunnels), unpredictable("Session ID", sessions)),
}));

const MUTANTS = mutantOfBoth(
  "counts_identifiers",
  "Assigns the least identifier that is free",
  "L2TP-009",
  {
    l2tp: {
      assignsId(_random, taken) {
        let id = 1;
        while (taken(id)) id++;
        return id;
      },
    },
  },
);

/** §9.1. */
export const UNPREDICTABLE = section("§9.1 Tunnel Endpoint Security", PARTS, { mutants: MUTANTS });
