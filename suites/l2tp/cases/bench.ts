/**
 * How a case of the bench is written: the script that the tester follows, and the check that judges
 * what was captured. Each is a scenario and a check of the same name; the check sees captures only.
 */
import { SESSIONS, TUNNELS } from "../../../peers/testing/l2tp_tester/names.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import type { Check } from "../../kit/check.ts";
import type { Scenario } from "../../kit/scenario.ts";
import type { Section } from "../../kit/suite.ts";
import { gravest, type Inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import type { DriverOf } from "../../kit/words.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import type { SessionName, TunnelName } from "../facts/bench_view.ts";
import { withWitness } from "./witness_script.ts";
import { controlFacts } from "../facts/control_collector.ts";
import type { Conduct } from "../facts/control_facts.ts";
import { Conversation } from "../facts/conversation.ts";
import { dataFacts } from "../facts/data_collector.ts";
import type { L2tpId } from "../requirements.ts";
import { BENCH, BENCH_IPV6, BENCH_IPV6_TOPOLOGY, BENCH_TOPOLOGY } from "../topologies.ts";
import { kit, type L2tpWords } from "../vocabulary.ts";
import type { L2tpClass, L2tpRole } from "../words.ts";

/** Milliseconds that a script may take. */
const LIMIT = 900_000;

/** A script of the tester and the device that it is for. */
export interface Script {
  /** Role of the device under test. */
  role: L2tpRole;
  /** Within its role: `avps/unknown_mandatory`. */
  name: string;
  title: string;
  /** Options besides the class of the role. */
  needs?: readonly L2tpClass[];
  /** Takes a second rather than milliseconds. */
  heavy?: boolean;
  steps: readonly StepInput[];
  /** Tunnels that the tester has identifiers for; all of them unless told. */
  tunnels?: readonly TunnelName[];
  /** Identifiers of the tester in the place of the usual ones. */
  ids?: Partial<Record<TunnelName | SessionName, number>>;
  /** What the device's configuration has besides addresses. */
  config?: Record<string, unknown>;
  /** Whether IPv6 carries the tunnels; IPv4 does unless told. */
  ipv6?: true;
  /** False where no tunnel can stand beside those of the script. */
  witness?: false;
  /** What the scenario does to the device while the script runs. */
  run?: (driver: DriverOf<L2tpWords>) => Promise<void>;
}

/** The tunnels and sessions of the tester, by the names that facts know. */
const ALL_TUNNELS: Readonly<Record<TunnelName, number>> = TUNNELS;
const ALL_SESSIONS: Readonly<Record<SessionName, number>> = SESSIONS;
const NAMES = (Object.keys(ALL_TUNNELS) as TunnelName[]).filter((name) => name !== "witness");

/** Milliseconds that a conformant device lets a step take, about: those that take longest begin first. */
function timeOf(step: StepInput): number {
  if (step.do === "wait") return step.ms;
  // Retransmissions after 1, 2, 4, 8, 8 … s (RFC 2661 §5.8).
  if (step.do === "copies") return step.count < 5 ? 1000 * (2 ** (step.count - 1) - 1) : 15_000;
  return step.do === "hellos" ? step.count / 5 : 0;
}

/** The scenario of a script. */
export function scripted(script: Script): Scenario {
  const { role, name, title, needs, heavy, run, ipv6, ids = {} } = script;
  const bench = ipv6 ? BENCH_IPV6 : BENCH;
  const { steps, tunnels, config } = script.witness === false
    ? { tunnels: NAMES, config: {}, ...script }
    : withWitness({ tunnels: NAMES, config: {}, ...script });
  const { secret } = config;
  return kit.scenario({
    ...{ name: `${role}/${name}`, title, class: role },
    ...(needs === undefined ? {} : { needs }),
    ...(heavy === undefined ? {} : { heavy }),
    waits: steps.reduce((sum, step) => sum + timeOf(step), 0),
    topology: ipv6 ? BENCH_IPV6_TOPOLOGY : BENCH_TOPOLOGY,
    nodes: {
      device: { role, config: deviceConfig(role, config, bench) },
      tester: {
        role: "tester",
        config: {
          wan: [
            { port: "wan0", address: bench.tester, udp: 1701 },
            { port: "high", address: bench.tester, udp: 40_000 },
            { port: "elsewhere", address: bench.elsewhere, udp: 1701 },
          ],
          peers: [{ name: "device", wan: [{ address: bench.device, port: 1701 }] }],
          tunnels: Object.fromEntries(
            tunnels.map((tunnel) => [tunnel, ids[tunnel] ?? ALL_TUNNELS[tunnel]]),
          ),
          sessions: Object.fromEntries(
            Object.entries(ALL_SESSIONS).map((
              [name, id],
            ) => [name, ids[name as SessionName] ?? id]),
          ),
          witness: "witness",
          ...(secret === undefined ? {} : { secret }),
          steps,
        },
      },
    },
    async run(driver) {
      await driver.instruct("tester", { kind: "begin" });
      await Promise.all([driver.event("tester", "script_done", LIMIT), run?.(driver)]);
      await driver.advance(50);
    },
  });
}

/** The configuration of the device under test. */
function deviceConfig(
  role: L2tpRole,
  additions: Record<string, unknown>,
  { device, tester }: typeof BENCH,
): Record<string, unknown> {
  const wan = [
    { port: "wan0", address: device, udp: 1701 },
    { port: "spare", address: device, udp: 1702 },
  ];
  const peers = [{ name: "tester", address: tester, port: 1701 }];
  return { wan, ...(role === "lac" ? { peers } : {}), ...additions };
}

/** Scenarios with the checks that judge them. */
export type Part = Pick<Section<L2tpOverrides>, "scenarios" | "checks">;

/** How the conversation at the bench is judged. @typeParam S What the stimulus is. */
export interface Judgement<S extends object> {
  covers: readonly [L2tpId, ...L2tpId[]];
  /** Finds what provoked the device, and that the device took part. */
  stimulus(conversation: Conversation): S | Inconclusive;
  /** What came of it; undefined where there is nothing to object. */
  judge(conversation: Conversation, stimulus: S): PartialVerdict;
}

/** A script with its own judgement. */
export interface BenchCase<S extends object> extends Script, Judgement<S> {
  /** Scenarios of other scripts that provoke the same. */
  alsoOn?: readonly Scenario[];
}

/** A case with its scenario. */
export function benchCase<S extends object>(definition: BenchCase<S>): Part {
  const scenario = scripted(definition);
  const on: [Scenario, ...Scenario[]] = [scenario, ...definition.alsoOn ?? []];
  return { scenarios: [scenario], checks: [...judged({ ...definition, on }).checks] };
}

/** A case that judges what scripts of other cases left. */
export function judged<S extends object>(
  { role, name, title, covers, on, stimulus, judge }:
    & Pick<Script, "role" | "name" | "title">
    & Judgement<S>
    & { on: readonly [Scenario, ...Scenario[]] },
): Part {
  const check: Check<L2tpId> = kit.testCase({
    ...{ name: `${role}/${name}`, title, covers, on, judges: [role] },
    needs: { control: controlFacts, data: dataFacts },
    stimulus: ({ control, data }, evidence) =>
      stimulus(Conversation.of(control, data, evidence, role)),
    judge: ({ control, data }, found: S, evidence) =>
      gravest(judge(Conversation.of(control, data, evidence, role), found)),
  });
  return { checks: [check] };
}

/** An invariant of everything that a role sends. @typeParam S What it judges of that. */
export interface ConductRule<S extends object> {
  role: L2tpRole;
  name: string;
  title: string;
  covers: readonly [L2tpId, ...L2tpId[]];
  /** Scenarios that are sure to show its subject. */
  on: readonly [Scenario, ...Scenario[]];
  /** Picks out what there is to judge. */
  subject(conduct: Conduct): S | Inconclusive;
  /** Judges it; undefined where there is nothing to object. */
  judge(subject: S, conduct: Conduct): PartialVerdict;
}

/** An invariant; who plays the role the evidence tells, or the messages themselves. */
export function conductRule<S extends object>(rule: ConductRule<S>): Part {
  const { role, name, title, covers, on, subject, judge } = rule;
  const check = kit.invariant({
    ...{ name: `${role}/${name}`, title, covers, on, judges: [role] },
    needs: { control: controlFacts },
    subject({ control }): { found: S; conduct: Conduct } | Inconclusive {
      const conduct = control.conduct(role);
      if ("verdict" in conduct) return conduct;
      const found = subject(conduct);
      return "verdict" in found ? found as Inconclusive : { found, conduct };
    },
    judge: (_, { found, conduct }) => gravest(judge(found, conduct)),
  });
  return { checks: [check] };
}

/** A section of the suite. */
export function section(
  title: string,
  parts: readonly Part[],
  additions: Pick<Section<L2tpOverrides>, "mutants" | "legalVariants"> = {},
): Section<L2tpOverrides> {
  return {
    title,
    scenarios: parts.flatMap(({ scenarios = [] }) => scenarios),
    checks: parts.flatMap(({ checks }) => checks),
    ...additions,
  };
}
