import { UNPLACED } from "../kit/evidence.ts";
import { basename, isAbsolute, resolve } from "../kit/paths.ts";
import type { Evidence, EvidenceRecord, Tap } from "../kit/evidence.ts";
import type { Profile } from "../kit/profile.ts";
import { isAltered } from "./integrity/digest.ts";
import { recordSchema } from "./record_schema.ts";
import { jsonOf, Limit, locateInside, readTextInside, UnreadableInput } from "./run_files.ts";
import { z } from "zod";

export { UnreadableInput } from "./run_files.ts";

/** What the command line and the reader call standard input. */
const STANDARD_INPUT = "-";

/**
 * Reads the evidence of one scenario from its directory.
 * @throws {UnreadableInput} when `scenario.json` is missing, is no JSON, or breaks the schema.
 */
export function loadEvidence(directory: string): Promise<Evidence> {
  return Promise.resolve().then(() => {
    const text = readTextInside(directory, "scenario.json", Limit.scenario);
    return { ...parseRecord(text, `${directory}/scenario.json`), directory };
  });
}

/**
 * Turns the text of a `scenario.json` into a record, and says whether it is as it was sealed.
 * @param path For the error message.
 */
export function parseRecord(
  text: string,
  path: string,
): EvidenceRecord & Pick<Evidence, "altered"> {
  const value = jsonOf(text, path);
  const result = recordSchema.safeParse(value);
  if (!result.success) {
    throw new UnreadableInput(
      `Cannot read evidence as ${path} breaks the schema: ${oneLine(result.error)}`,
    );
  }
  return { ...result.data as EvidenceRecord, ...(isAltered(value) ? { altered: true } : {}) };
}

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
    throw new UnreadableInput(`Cannot tell captures apart as two are named ${double}`);
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

/**
 * The place of a file of the evidence: within its directory, and behind no link. What the user named
 * for a capture may lie anywhere.
 * @throws {UnreadableInput} when it does not exist, is no regular file, or lies outside.
 */
export function locate({ world, directory }: Evidence, file: string): string {
  // What a record of evidence names is relative, and has a directory to be relative to.
  if (world === "captures") {
    if (isAbsolute(file) || file === STANDARD_INPUT && directory === "") return file;
  }
  return locateInside(directory || ".", file);
}

/** The first problems of a schema, on one line. */
export function oneLine(error: z.ZodError): string {
  const issues = error.issues.slice(0, 3).map((issue) => {
    const path = issue.path.join(".");
    return path === "" ? issue.message : `${path}: ${issue.message}`;
  });
  const more = error.issues.length - issues.length;
  return issues.join("; ") + (more > 0 ? `; and ${more} more` : "");
}

/** Whether a base name fits a pattern in which `*` stands for any text. */
function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(name);
}
