/** What an offloading device declares of itself, or was asked to do. */
import type { Evidence } from "../../kit/evidence.ts";
import { declaredValue, type ParameterValue } from "../../kit/parameters.ts";
import { OFFLOAD_PARAMETERS, type OffloadParameter } from "../parameters.ts";
import { type Implementation, IMPLEMENTATIONS } from "../requirements/classes.ts";

const isImplementation = (word: unknown): word is Implementation =>
  typeof word === "string" && Object.hasOwn(IMPLEMENTATIONS, word);

/** A node's setup; with captures alone one profile says what they show, whatever its node is called. */
function setupOf({ world, nodes }: Evidence, node: string) {
  return nodes[node] ?? (world === "captures" ? Object.values(nodes)[0] : undefined);
}

/**
 * Whose rules a NIC follows: the one implementation that its profile declares, or else the one that its
 * scenario asks of it, as our own NIC follows each in turn; undefined where nothing says it, and only
 * what all implementations agree on can be asked.
 */
export function implementationOf(evidence: Evidence, node: string): Implementation | undefined {
  const setup = setupOf(evidence, node);
  if (setup === undefined) return undefined;
  const words = setup.profile.classes.filter(isImplementation);
  if (words.length === 1) return words[0];
  const asked = (setup.config as { implementation?: unknown } | undefined)?.implementation;
  return setup.profile.attach.kind === "reference" && isImplementation(asked) ? asked : undefined;
}

/**
 * A parameter of a node, which its scenario asks for, or its profile declares; undefined where neither
 * says it, or what it says is not allowed.
 */
export function declared<T extends ParameterValue>(
  evidence: Evidence,
  node: string,
  name: OffloadParameter,
): T | undefined {
  const setup = setupOf(evidence, node);
  const asked = (setup?.config as Record<string, unknown> | undefined)?.[name];
  return (asked ?? (setup && declaredValue(setup.profile, OFFLOAD_PARAMETERS, name))) as
    | T
    | undefined;
}
