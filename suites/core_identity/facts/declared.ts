/** What a device declares of itself, or was asked to do. */
import type { Evidence } from "../../kit/evidence.ts";
import { LabView } from "../../kit/lab_view.ts";
import { declaredValue } from "../../kit/parameters.ts";
import { type ParameterName, PARAMETERS } from "../parameters.ts";
import type { CoreIdentityClass, CoreIdentityRole } from "../requirements/classes.ts";

/** What only a scenario can ask for. */
type Asked =
  | "class"
  | "coreLimit"
  | "countOnly"
  | "criteria"
  | "everyPair"
  | "offline"
  | "pinnedTunnel"
  | "processors"
  | "provisionedSessionIds"
  | "reportAfter"
  | "reports"
  | "reverseIdentity"
  | "wan";

/**
 * What the devices of a role are asked for by the scenario, or else declare among the parameters of
 * their profile, in every world; undefined where nothing says it. What our own peers do unasked is no
 * declaration, and neither is a value that the source does not allow.
 */
export function declared<T>(
  evidence: Evidence,
  role: CoreIdentityRole,
  field: ParameterName | Asked,
): T | undefined {
  const { world, nodes } = evidence;
  // With captures alone one profile says what they show, whatever the nodes are called.
  const setup = world === "captures"
    ? Object.values(nodes)[0]
    : nodes[new LabView(evidence).nodesOf(role)[0] ?? ""];
  const asked = (setup?.config as Record<string, unknown> | undefined)?.[field];
  return (asked ?? (setup && declaredValue(setup.profile, PARAMETERS, field))) as T | undefined;
}

/** The classes and options that the devices under test declare. */
export function declares(evidence: Evidence, word: string): boolean {
  return Object.values(evidence.nodes).some(({ profile }) => profile.classes.includes(word));
}

/**
 * Whether both ends were asked for one of these figures. Captures alone are of a figure that is
 * declared, where none of the others is.
 */
export function isOfFigure(
  evidence: Evidence,
  figures: readonly CoreIdentityClass[],
  others: readonly CoreIdentityClass[],
): boolean {
  const asked = declared<string>(evidence, "sender", "class");
  if (asked !== undefined) return figures.some((word) => word === asked);
  return evidence.world === "captures" && figures.some((word) => declares(evidence, word)) &&
    !others.some((word) => declares(evidence, word));
}

/**
 * The number of cores that a role has to offer: what its profile declares, as hardware does not follow
 * requests, or else what it was asked for; less those that it takes off line, or keeps.
 */
export function offeredCores(evidence: Evidence, role: CoreIdentityRole): number | undefined {
  const asked = declared<number[]>(evidence, role, "offline") ?? [];
  return coresWithout(evidence, role, asked.length);
}

/**
 * The numbers of cores that a role had to offer as the scenario took cores off line, one after another,
 * the first before that; undefined where nothing says it.
 */
export function offeredInTurn(evidence: Evidence, role: CoreIdentityRole): number[] | undefined {
  const first = offeredCores(evidence, role), nodes = new LabView(evidence).nodesOf(role);
  if (first === undefined) return undefined;
  const later = evidence.stimuli.filter(({ kind, node }) =>
    kind === "instruct" && nodes.includes(String(node))
  ).map(({ instruction }) => instruction as { kind?: unknown; cores?: unknown })
    .flatMap(({ kind, cores }) => kind === "offline" && Array.isArray(cores) ? [cores.length] : []);
  return [first, ...later.map((offline) => coresWithout(evidence, role, offline) ?? first)];
}

function coresWithout(
  evidence: Evidence,
  role: CoreIdentityRole,
  offline: number,
): number | undefined {
  const processors = declared<{ cores: number }[]>(evidence, role, "processors");
  const asked = Array.isArray(processors)
    ? processors.reduce((sum, unit) => sum + unit.cores, 0)
    : undefined;
  const all = declared<number>(evidence, role, "cores") ?? asked;
  if (all === undefined) return undefined;
  return all - offline - (declared<number>(evidence, role, "keptCores") ?? 0);
}

/** Whether the sender's session key holds the protocol, or the DSCP; undefined where nothing says it. */
export function isInKey(evidence: Evidence, criterion: "protocol" | "dscp"): boolean | undefined {
  const asked = declared<Record<typeof criterion, boolean>>(evidence, "sender", "criteria");
  return asked?.[criterion] ?? declared<boolean>(evidence, "sender", `${criterion}InKey`);
}

/** The identities that a sender was provisioned with, in hexadecimal; undefined where it was not. */
export function provisionedSet(evidence: Evidence): string[] | undefined {
  const lists = declared<string | Record<string, number[]>>(evidence, "sender", "provisioned");
  if (typeof lists !== "object") return lists?.toLowerCase().split(" ");
  return Object.values(lists).flat().map((identity) => identity.toString(16));
}

/** The secret that the evidence holds, as a key log would give it: 64 hexadecimal digits. */
export function keyOf({ nodes }: Evidence): string | undefined {
  for (const { config, profile } of Object.values(nodes)) {
    const asked = (config as { key?: unknown } | undefined)?.key;
    const key = asked ?? declaredValue(profile, PARAMETERS, "key");
    if (typeof key === "string" && /^[0-9a-fA-F]{64}$/.test(key)) return key;
  }
  return undefined;
}

/** Whether the evidence says that senders mask identities ([0053]). */
export function masksIdentities(evidence: Evidence): boolean {
  return declared(evidence, "sender", "identityEncrypted") === true;
}
