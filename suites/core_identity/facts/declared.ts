/** What a device declares of itself, or was asked to do. */
import type { Evidence } from "../../kit/evidence.ts";
import { LabView } from "../../kit/lab_view.ts";
import type { CoreIdentityRole } from "../requirements/classes.ts";

/**
 * What the devices of a role are asked for by the scenario, or else declare among the parameters of
 * their profile; undefined where nothing says it. What our own peers do unasked is no declaration.
 */
export function declared<T>(
  evidence: Evidence,
  role: CoreIdentityRole,
  field: string,
): T | undefined {
  return declaredByNode(evidence, nodeOf(evidence, role), field);
}

/** As `declared`, of one node. */
export function declaredByNode<T>(
  { world, nodes }: Evidence,
  node: string | undefined,
  field: string,
): T | undefined {
  // With captures alone one profile says what they show, whatever the nodes are called.
  const setup = world === "captures" ? Object.values(nodes)[0] : nodes[node ?? ""];
  const asked = (setup?.config as Record<string, unknown> | undefined)?.[field];
  return (asked ?? setup?.profile.parameters[field]) as T | undefined;
}

/** The classes and options that the devices under test declare. */
export function declares(evidence: Evidence, word: string): boolean {
  return Object.values(evidence.nodes).some(({ profile }) => profile.classes.includes(word));
}

/** The number of cores that a node was asked to offer, or declares; undefined where nothing says it. */
export function offeredCores(evidence: Evidence, role: CoreIdentityRole): number | undefined {
  const processors = declared<{ cores: number }[]>(evidence, role, "processors");
  if (!Array.isArray(processors)) {
    const cores = declared<unknown>(evidence, role, "cores");
    return typeof cores === "number" ? cores : undefined;
  }
  const offline = declared<number[]>(evidence, role, "offline") ?? [];
  return processors.reduce((sum, unit) => sum + unit.cores, 0) - offline.length;
}

/** The secret that the evidence holds, as a key log would give it: 64 hexadecimal digits. */
export function keyOf({ nodes }: Evidence): string | undefined {
  for (const { config, profile } of Object.values(nodes)) {
    const asked = (config as { key?: unknown } | undefined)?.key;
    const key = asked ?? profile.parameters.key;
    if (typeof key === "string" && /^[0-9a-fA-F]{64}$/.test(key)) return key;
  }
  return undefined;
}

/** Whether the evidence says that senders mask identities ([0053]). */
export function masksIdentities(evidence: Evidence): boolean {
  return declared(evidence, "sender", "identityEncrypted") === true;
}

function nodeOf(evidence: Evidence, role: string): string | undefined {
  return new LabView(evidence).nodesOf(role)[0];
}
