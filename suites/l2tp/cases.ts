/**
 * A case of the bench: the script that the tester follows, and the check that judges what was
 * captured. Each is a scenario and a check of the same name; the check sees captures only.
 */
import type { Check } from "../kit/check.ts";
import { check } from "../kit/legacy.ts";
import type { Driver, Scenario } from "../kit/scenario.ts";
import type { Verdict } from "../kit/verdict.ts";
import { Conversations } from "./checks/conversation.ts";
import { wireFacts } from "./facts/wire.ts";
import type { L2tpId } from "./requirements.ts";
import { SESSIONS, type StepInput, TUNNELS } from "../../peers/testing/l2tp_tester/script.ts";
import { BENCH, BENCH_TOPOLOGY } from "./topologies.ts";

/** The role of the device under test. */
export type Role = "lac" | "lns";

/** One case. */
export interface Case {
  /** Within its role: `avps/unknown_mandatory`. */
  name: string;
  title: string;
  covers: readonly [L2tpId, ...L2tpId[]];
  role: Role;
  /** Class of the device; that of its role unless told. */
  class?: string;
  needs?: readonly string[];
  /** Takes a second rather than milliseconds. */
  heavy?: boolean;
  /** What the tester does; a case without steps judges what those of `on` left. */
  steps?: readonly StepInput[];
  /** Names of other cases whose evidence it judges. */
  on?: readonly [string, ...string[]];
  /** Tunnels and sessions that the tester has identifiers for. */
  tunnels?: readonly (keyof typeof TUNNELS)[];
  /** What the device's configuration has besides addresses. */
  config?: Record<string, unknown>;
  /** What the scenario does to the device while the script runs. */
  run?: (driver: Driver) => Promise<void>;
  judge(conversations: Conversations): Verdict;
}

/** Milliseconds that a script may take. */
const LIMIT = 900_000;

/** Milliseconds that a conformant device lets a step take, about: those that take longest begin first. */
function timeOf(step: StepInput): number {
  if (step.do === "wait") return step.ms;
  // Retransmissions after 1, 2, 4, 8, 8 … s (RFC 2661 §5.8).
  if (step.do === "copies") return step.count < 5 ? 1000 * (2 ** (step.count - 1) - 1) : 15_000;
  return step.do === "hellos" ? step.count / 5 : 0;
}

/** The scenario of a case. */
export function scenarioOf(one: Case): Scenario {
  const { role, name, title, steps = [], run, tunnels = ["a", "b", "c", "probe"] } = one;
  return {
    ...{ id: `l2tp/${role}/${name}`, title, suite: "l2tp", class: one.class ?? role },
    ...(one.needs === undefined ? {} : { needs: one.needs }),
    ...(one.heavy === undefined ? {} : { heavy: one.heavy }),
    waits: steps.reduce((sum, step) => sum + timeOf(step), 0),
    topology: BENCH_TOPOLOGY,
    nodes: {
      device: { role, config: deviceConfig(role, one.config ?? {}) },
      tester: {
        role: "tester",
        config: {
          wan: [
            { port: "wan0", address: BENCH.tester, udp: 1701 },
            { port: "high", address: BENCH.tester, udp: 40_000 },
            { port: "elsewhere", address: BENCH.elsewhere, udp: 1701 },
          ],
          peers: [{ name: "device", wan: [{ address: BENCH.device, port: 1701 }] }],
          tunnels: Object.fromEntries(tunnels.map((tunnel) => [tunnel, TUNNELS[tunnel]])),
          sessions: SESSIONS,
          steps,
        },
      },
    },
    async run(driver) {
      await driver.instruct("tester", { kind: "begin" });
      await Promise.all([driver.event("tester", "script_done", LIMIT), run?.(driver)]);
      await driver.advance(50);
    },
  };
}

/** The check of a case. */
export function checkOf(one: Case): Check<L2tpId> {
  const { role, name, title, covers, judge, on = [] } = one;
  const id = `l2tp/${role}/${name}`;
  const names = [...(one.steps === undefined ? [] : [name]), ...on];
  return check<L2tpId, { wire: typeof wireFacts }>({
    ...{ id, title, covers, judges: [role] },
    on: names.map((each) => `l2tp/${role}/${each}`) as [string, ...string[]],
    needs: { wire: wireFacts },
    judge: ({ wire }, evidence) => judge(new Conversations(wire, evidence, role)),
  });
}

/** The configuration of the device under test. */
function deviceConfig(role: Role, more: Record<string, unknown>): Record<string, unknown> {
  const wan = [
    { port: "wan0", address: BENCH.device, udp: 1701 },
    { port: "spare", address: BENCH.device, udp: 1702 },
  ];
  const peers = [{ name: "tester", address: BENCH.tester, port: 1701 }];
  return { wan, ...(role === "lac" ? { peers } : {}), ...more };
}
