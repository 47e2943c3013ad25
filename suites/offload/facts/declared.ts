/** What an offloading device declares of itself, or was asked to do. */
import {
  OPAQUE_FORMATS,
  type OpaqueFormat,
  type OpaqueFormatName,
} from "../../../captures/wire/opaque.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { declaredValue, type ParameterValue } from "../../kit/parameters.ts";
import { OFFLOAD_PARAMETERS, type OffloadParameter } from "../parameters.ts";
import {
  type Implementation,
  IMPLEMENTATIONS,
  type OffloadClass,
} from "../requirements/classes.ts";

/** Formats of the tunnels of real stacks, by the class of who offloads them without being configured. */
const KNOWN: Readonly<Partial<Record<OffloadClass, readonly OpaqueFormatName[]>>> = {
  gre_tunnels: ["gre_plain", "gre_checksum", "gre_key"],
  nvgre: ["nvgre"],
  vxlan: ["vxlan"],
  geneve: ["geneve"],
  ipip: ["ipip", "ip6ip"],
};

/**
 * Formats that a device of somebody else's offloads, whatever its scenario configures: those of the
 * tunnels that it declares, where it does not take presets instead.
 */
export function knownFormats(evidence: Evidence, node: string): readonly OpaqueFormatName[] {
  const profile = evidence.world === "captures" ? undefined : setupOf(evidence, node)?.profile;
  if (profile === undefined || profile.attach.kind === "reference") return [];
  if (profile.classes.includes("presets")) return [];
  return profile.classes.flatMap((word) => KNOWN[word as OffloadClass] ?? []);
}

const isImplementation = (word: unknown): word is Implementation =>
  typeof word === "string" && Object.hasOwn(IMPLEMENTATIONS, word);

/** A node's setup; with captures alone one profile says what they show, whatever its node is called. */
function setupOf({ world, nodes }: Evidence, node: string) {
  return nodes[node] ?? (world === "captures" ? Object.values(nodes)[0] : undefined);
}

/** Where a card's configuration says what a profile says in its parameters. */
const ASKED: Readonly<Record<OffloadParameter | "implementation", readonly string[]>> = {
  implementation: ["coalescing", "implementation"],
  preset: ["preset"],
  direction: ["direction"],
  mtu: ["mtu"],
  mss: ["mss"],
  sizeLimit: ["coalescing", "sizeLimit"],
  timer: ["coalescing", "timer"],
  buckets: ["coalescing", "buckets"],
  outerId: ["segmentation", "outerId"],
  innerId: ["segmentation", "innerId"],
  checksums: ["coalescing", "checksums"],
  outerKey: ["coalescing", "outerKey"],
};

function askedFor(config: unknown, name: keyof typeof ASKED): unknown {
  let value = config;
  for (const word of ASKED[name]) value = (value as Record<string, unknown> | undefined)?.[word];
  return value;
}

/**
 * Whose rules a NIC follows: the one implementation that its profile declares, or else the one that its
 * scenario asks of it, as our own NIC follows each in turn; undefined where nothing says it, and only
 * what all implementations agree on can be asked.
 */
export function implementationOf(evidence: Evidence, node: string): Implementation | undefined {
  const setup = setupOf(evidence, node);
  if (setup === undefined) return undefined;
  const { classes, attach } = setup.profile;
  const words = classes.filter(isImplementation);
  if (words.length === 1) return words[0];
  const asked = askedFor(setup.config, "implementation");
  return attach.kind === "reference" && isImplementation(asked) ? asked : undefined;
}

/**
 * A parameter of a node: what its profile declares, or else what its scenario asks of our own peers,
 * which do as they are told; undefined where nothing says it, or says what is not allowed. The MTU is
 * that of the lab's link, which binds every device.
 */
export function declared<T extends ParameterValue>(
  evidence: Evidence,
  node: string,
  name: OffloadParameter,
): T | undefined {
  const setup = setupOf(evidence, node);
  if (setup === undefined) return undefined;
  const own = declaredValue(setup.profile, OFFLOAD_PARAMETERS, name);
  if (own !== undefined) return own as T;
  const isOurs = setup.profile.attach.kind === "reference" || name === "mtu";
  return isOurs ? askedFor(setup.config, name) as T | undefined : undefined;
}

/**
 * The presets that a card had at any time, by name: those that its scenario configured or pushed, those
 * that it knows without, or the one that its profile says its traffic comes in. Private formats of a profile are not among them.
 */
export function presetsOf(evidence: Evidence, node: string): Record<string, OpaqueFormat> {
  const found: Record<string, OpaqueFormat> = {};
  const preset = declared<string>(evidence, node, "preset");
  if (preset !== undefined && preset !== "plain") {
    found[preset] = OPAQUE_FORMATS[preset as OpaqueFormatName];
  }
  for (const name of knownFormats(evidence, node)) found[name] = OPAQUE_FORMATS[name];
  const config = setupOf(evidence, node)?.config as { formats?: typeof found } | undefined;
  Object.assign(found, config?.formats);
  for (const { kind, node: instructed, instruction } of evidence.stimuli) {
    if (kind !== "instruct" || instructed !== node) continue;
    Object.assign(found, (instruction as { formats?: typeof found }).formats);
  }
  return found;
}

/** Whether a scenario asks of a card to segment nothing. */
export function isSegmentationOff({ nodes }: Evidence): boolean {
  return Object.values(nodes).some(({ config }) =>
    (config as { segmentation?: { enabled?: unknown } }).segmentation?.enabled === false
  );
}
