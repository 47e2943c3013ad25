import { type Evidence, type Tap, UNPLACED } from "../kit/evidence.ts";
import { basename, resolve } from "../kit/paths.ts";
import type { Profile } from "../kit/profile.ts";
import { STANDARD_INPUT } from "./locate.ts";
import { UnreadableInput } from "./run_files.ts";

/**
 * Makes evidence of captures that no scenario of ours left. The profile says which tap each is:
 * `attach.taps` maps base names or `*` patterns; without any, each capture is a WAN of the device.
 * Standard input, `-`, is what the first pattern says unless one is made for it.
 * @param roles Roles of the suite: a node that is named after one plays it.
 * @throws {UnreadableInput} when a capture fits no pattern, or two fit the same tap.
 */
export function evidenceFromCaptures(
  suite: string,
  profile: Profile,
  captures: readonly string[],
  roles: readonly string[] = [],
): Evidence {
  const patterns = profile.attach.kind === "captures" ? Object.entries(profile.attach.taps) : [];
  const taps: Tap[] = captures.map((file) => {
    const name = basename(file);
    const found = patterns.find(([pattern]) => matches(pattern, name)) ??
      (file === STANDARD_INPUT ? patterns[0] : undefined);
    // What no pattern names is judged as far as it tells itself where it was taken.
    const unknown = { node: patterns.length > 0 ? UNPLACED : "device", side: "wan" as const };
    const { node, side } = found?.[1] ?? unknown;
    return {
      name: name.replace(/\.(pcapng|pcap|cap)$/, ""),
      node,
      side,
      file: file === STANDARD_INPUT ? file : resolve(file),
    };
  });
  const names = taps.map((tap) => tap.name);
  const double = names.find((name, i) => names.indexOf(name) !== i);
  if (double !== undefined) {
    const files = taps.filter(({ name }) => name === double).map(({ file }) => file);
    const remedy = new Set(files).size === 1
      ? "it is one file that was given twice"
      : "give one of them another name";
    throw new UnreadableInput(`Cannot tell captures apart as two are named ${double}: ${remedy}`);
  }
  const placed = taps.map(({ node }) => node).filter((node) => node !== UNPLACED);
  const nodes = new Set(placed.length > 0 ? placed : ["device"]);
  const roleOf = (node: string, i: number) => {
    const named = node.replace(/\d+$/, "");
    return roles.includes(named) ? named : profile.roles[Math.min(i, profile.roles.length - 1)];
  };
  return {
    schema: 2,
    suite,
    world: "captures",
    seed: 0,
    nodes: Object.fromEntries(
      [...nodes].map((node, i) => [
        node,
        { role: roleOf(node, i), config: {}, profile },
      ]),
    ),
    taps,
    traces: [],
    stimuli: [],
    captureCounters: {},
    linkCounters: {},
    directory: "",
  };
}

/** Whether a base name fits a pattern in which `*` stands for any text. */
function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(name);
}
