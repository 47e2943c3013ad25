/** How the devices of the cluster labs are configured, and what scenarios have in common. */
import { SESSIONS, TUNNELS } from "../../peers/testing/l2tp_tester/names.ts";
import type { StepInput } from "../../peers/testing/l2tp_tester/script.ts";
import type { Scenario } from "../kit/scenario.ts";
import type { DriverOf, ScenarioDefinition } from "../kit/words.ts";
import {
  ADDRESS,
  ENDPOINTS,
  globalAddress,
  hasLink,
  LABS,
  localAddress,
  type Variant,
} from "./topologies.ts";
import {
  kit,
  type TunnelClusterClass,
  type TunnelClusterEvent,
  type TunnelClusterNode,
  type TunnelClusterWords,
} from "./vocabulary.ts";

/** What a scenario of this suite can do. */
export type Driver = DriverOf<TunnelClusterWords>;
type Nodes = ScenarioDefinition<TunnelClusterWords>["nodes"];
type Node = NonNullable<Nodes[TunnelClusterNode]>;

/** UDP ports of the NAT's address. */
const POOL = [1701, 20_001, 20_002, 20_003];

/** What the members of a cluster agree on (D4-09, D4-13): milliseconds. */
export const TIMES = { period: 400, silence: 5000, lease: 3000 } as const;
/** The same where somebody falls silent, so that it is found out soon. */
export const QUICK = { period: 250, silence: 1200, lease: 900 } as const;

type Config = Record<string, unknown>;

/** What differs between scenarios. */
export interface Arrangement {
  policy?: string;
  /** Tunnels of each initiator. */
  tunnels?: number;
  /** Configuration besides the usual one, by node; `endpoint`, `lns` and `initiator` of all such. */
  more?: Record<string, Config>;
  /** Whether what has fallen silent is found out soon. */
  quick?: boolean;
  /** Whether endpoints take over when the master dies (FIG. 4). */
  takeOver?: boolean;
  /** UDP port that the endpoints answer from, in the place of 1701. */
  replyPort?: number;
  /** Initiators that follow a script. */
  scripts?: Partial<Record<"initiator" | "initiator2", Script>>;
}

/** What an initiator that follows a script does, and the identifiers that it assigns. */
export interface Script {
  steps: readonly StepInput[];
  tunnels?: Record<string, number>;
  /** Where it sends to in the place of the master. */
  to?: string;
}

/** Loads of the worked example (L108): the third endpoint has the least. */
const LOADS = [70, 50, 10];

/** What a master is told of the endpoints, for those that do not register by themselves. */
export function standing(...loads: number[]) {
  return ENDPOINTS.map((member, i) => ({
    ...{ member, address: localAddress(member), load: loads[i] ?? 0 },
  }));
}

/** The devices of a cluster. */
export function nodeSetups(variant: Variant, arrangement: Arrangement): Nodes {
  const { policy = "lowest_load", more = {}, scripts = {}, takeOver = false, quick = false } =
    arrangement;
  const out: Nodes = {
    master: {
      role: "master",
      config: {
        masterAddress: ADDRESS.master,
        policy,
        wan: [{ port: "cluster", address: ADDRESS.masterLocal, udp: 49_700 }],
        standing: standing(...LOADS),
        ...(quick ? QUICK : TIMES),
        ...(takeOver ? { quorumOf: ENDPOINTS.length } : {}),
        ...more.master,
      },
    },
  };
  for (const node of ["initiator", "initiator2"] as const) {
    const script = scripts[node];
    out[node] = script === undefined ? initiator(node, arrangement) : scripted(node, script);
  }
  for (const n of ENDPOINTS) out[`endpoint${n}`] = endpoint(n, variant, arrangement);
  if (variant !== "global") {
    const wan = POOL.map((udp) => ({ port: `wan${udp}`, address: ADDRESS.nat as string, udp }));
    wan.push({ port: "spare", address: ADDRESS.spare, udp: 20_009 });
    out.nat = { role: "nat", config: { inside: "10.0.0.0/16", wan, ...more.nat } };
  }
  return out;
}

function initiator(node: "initiator" | "initiator2", arrangement: Arrangement): Node {
  const { tunnels = 1, more = {} } = arrangement;
  return {
    role: "initiator",
    config: {
      wan: [{ port: "wan0", address: ADDRESS[node], udp: 1701 }],
      peers: [{ name: "cluster", address: ADDRESS.master, port: 1701 }],
      calls: Array.from({ length: tunnels }, (_, tunnel) => ({
        ...{ name: `call${tunnel}`, tunnel, autodial: false },
      })),
      follow: "follow",
      ...more.initiator,
      ...more[node],
    },
  };
}

/** An initiator that does as it is told: see `peers/testing/l2tp_tester`. */
function scripted(node: "initiator" | "initiator2", { steps, tunnels, to }: Script): Node {
  const address = ADDRESS[node];
  return {
    role: "tester",
    config: {
      wan: [
        { port: "wan0", address, udp: 1701 },
        { port: "high", address, udp: 40_000 },
        ...(node === "initiator2"
          ? [{ port: "elsewhere", address: ADDRESS.third, udp: 1701 }]
          : []),
      ],
      peers: [{ wan: [{ address: to ?? ADDRESS.master, port: 1701 }] }],
      tunnels: tunnels ?? TUNNELS,
      sessions: SESSIONS,
      steps,
    },
  };
}

function endpoint(n: (typeof ENDPOINTS)[number], variant: Variant, arrangement: Arrangement): Node {
  const { more = {}, replyPort, takeOver = false, quick = false } = arrangement;
  const local = { port: "local", address: localAddress(n), udp: 1701 };
  const global = { port: "global", address: globalAddress(n), udp: 1701 };
  const linked = hasLink(variant, n), answering = linked ? global : local;
  const other = { ...answering, port: "other", udp: replyPort };
  const others = ENDPOINTS.filter((other) => other !== n);
  return {
    role: "endpoint",
    config: {
      member: n,
      wan: [
        local,
        { port: "cluster", address: localAddress(n), udp: 49_700 },
        ...(linked ? [global] : []),
        ...(replyPort === undefined ? [] : [other]),
      ],
      members: [
        { member: 0, address: ADDRESS.masterLocal },
        ...others.map((member) => ({ member, address: localAddress(member) })),
      ],
      lns: {
        ...{ wan: [answering], hostName: `endpoint${n}` },
        ...(replyPort === undefined ? {} : { reply: "other" }),
        ...more.lns,
      },
      ...(quick ? QUICK : TIMES),
      ...(takeOver ? { priority: n - 1, takeOver: { masterAddress: ADDRESS.master } } : {}),
      ...more.endpoint,
      ...more[`endpoint${n}`],
    },
  };
}

/** Initiators that may be told what to do. */
type Initiator = "initiator" | "initiator2" | "initiator3";

/** Milliseconds within which what a scenario waits for has to happen. */
const PATIENCE = 10_000;

/**
 * Gives the endpoints loads in per cent. Those of endpoints that report none stay what the master was
 * told of them.
 */
export async function loads(driver: Driver, ...values: number[]) {
  for (const [i, value] of values.entries()) {
    await tell(driver, `endpoint${ENDPOINTS[i]}`, { kind: "load", value });
  }
}

/** Instructs a device that may not take instructions, or may not have what this one is about. */
export async function tell(
  driver: Driver,
  node: TunnelClusterNode,
  instruction: Record<string, unknown>,
) {
  await driver.instruct(node, instruction).catch(ignoreUninstructed);
}

function ignoreUninstructed(error: unknown) {
  if (!(error instanceof Error) || !error.message.startsWith("Cannot instruct")) throw error;
}

/** Lets an initiator make a call, which opens its tunnel. */
export async function dial(driver: Driver, node: Initiator = "initiator", tunnel = 0) {
  await driver.instruct(node, { kind: "dial", name: `call${tunnel}` });
}

/** Waits until a device has traced an event; for one that tells nothing, as long as it usually takes. */
export async function until(
  driver: Driver,
  node: TunnelClusterNode,
  event: TunnelClusterEvent,
  limit = PATIENCE,
) {
  await driver.event(node, event, limit).catch(() => driver.advance(1500));
}

/** Lets an initiator make its first call, and waits until PPP is up in it. */
export async function connect(driver: Driver, node: Initiator = "initiator") {
  await dial(driver, node);
  await until(driver, node, "ppp_up");
}

/** Milliseconds in which a HELLO has come again, and a master that is silent is missed. */
const LIVES = 1850;

/**
 * Asks in the end, in every tunnel and from either end of it, whether the other end still knows it, and
 * listens for the master: whoever died of what a scenario did, or in it, is not passed.
 */
export async function askAll(driver: Driver, nodes: Nodes) {
  for (const [node, setup] of Object.entries(nodes)) {
    if (setup.role !== "initiator" && setup.role !== "endpoint") continue;
    await tell(driver, node as TunnelClusterNode, { kind: "hello_in_all" });
  }
  await driver.advance(LIVES);
}

/** Lets an initiator follow its script. */
export async function follow(driver: Driver, node: "initiator" | "initiator2" = "initiator") {
  await driver.instruct(node, { kind: "begin" });
  await driver.event(node, "script_done", 120_000);
}

/** A scenario of this suite in one of the architectures. */
export interface Plan extends Arrangement {
  variant: Variant;
  /** Below the variant. */
  name: string;
  title: string;
  /** Options that a device must declare besides the variant. */
  needs?: readonly TunnelClusterClass[];
  /** Takes much longer than others: see `Scenario`. */
  heavy?: boolean;
  run(driver: Driver): Promise<void>;
}

/** Makes a scenario in one of the architectures. */
export function scenario(plan: Plan): Scenario {
  const { variant, name, title, run, needs } = plan;
  const nodes = nodeSetups(variant, plan);
  return kit.scenario({
    name: `${variant.toLowerCase()}/${name}`,
    title,
    class: variant,
    ...(needs === undefined ? {} : { needs }),
    ...(plan.heavy === undefined ? {} : { heavy: plan.heavy }),
    topology: LABS[variant],
    nodes,
    async run(driver) {
      // An endpoint hears of its master once it is registered.
      for (const n of ENDPOINTS) await until(driver, `endpoint${n}`, "follows");
      await run(driver);
      await driver.advance(100);
      await askAll(driver, nodes);
    },
  });
}

/** The same scenario behind a NAT and with global addresses. */
export interface InBoth {
  nat: Scenario;
  global: Scenario;
}

/** Makes a scenario in both architectures. */
export const inBoth = (plan: Omit<Plan, "variant">): InBoth => ({
  nat: scenario({ ...plan, variant: "NAT" }),
  global: scenario({ ...plan, variant: "global" }),
});
