import { isOfTests } from "./source_path.ts";

/** Suites that stand on another one, and may import it: the word, and the words below it. */
export const BASES: Readonly<Record<string, readonly string[]>> = { tunnel_cluster: ["l2tp"] };

/** One import as the rules look at it; both paths from the root of the repository. */
export interface Import {
  from: string;
  to: string;
  /** Whether nothing but types is taken. */
  typeOnly: boolean;
}

const BELOW_SUITES = ["captures", "peers", "peers/net"];

/** What a zone may import beside itself: `peers/*` and `suites/*` stand for every word there. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "captures": [],
  "peers": ["captures", "peers/net"],
  "peers/net": ["captures", "peers"],
  "peers/*": ["captures", "peers", "peers/net"],
  "peers/testing": ["captures", "peers", "peers/net", "peers/*"],
  "suites/kit": BELOW_SUITES,
  "suites/engine": [...BELOW_SUITES, "suites/kit"],
  "suites/report": [...BELOW_SUITES, "suites/kit", "suites/engine"],
  "suites/_testing": [...BELOW_SUITES, "suites/kit", "suites/engine"],
  "suites/*": [...BELOW_SUITES, "peers/testing", "suites/kit"],
  "suites": [...BELOW_SUITES, "suites/kit", "suites/*"],
};

/** What tests may import on top of that; where a zone is not named, its layer's words stand for it. */
const TESTS_MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "peers": ["peers/testing", "peers/*"],
  "peers/*": ["peers/testing"],
  "suites/*": ["suites", "suites/engine", "suites/_testing"],
};

/** Folders that all words share; every other folder of `peers/` and `suites/` is a word. */
const SHARED: readonly string[] = [
  "peers/net",
  "peers/testing",
  "suites/kit",
  "suites/engine",
  "suites/report",
  "suites/self",
  "suites/_testing",
];

/**
 * Why an import points up or sideways, as a sentence; undefined when it is right.
 *
 * captures ← peers ← suites ← lab. Within peers and suites a word sees what is common, its own
 * word, and the word that it stands on. A peer names types of what tests it, to say which of its
 * rules they replace, and never runs it. `suites/self` has this repository as its device, and sees
 * all of it.
 */
export function layerProblem({ from, to, typeOnly }: Import): string | undefined {
  const zone = zoneOf(from);
  const target = zoneOf(to);
  if (zone === undefined || target === undefined || zone === target) return undefined;
  const layer = layerOf(from);
  if (layer === "lab" || zone === "suites/self") return undefined;
  const word = wordOf(zone);
  const other = wordOf(target);
  const isOwn = word !== undefined && other !== undefined &&
    [word, ...BASES[word] ?? []].includes(other);
  const forTests = TESTS_MAY_IMPORT[kindOf(zone)] ?? TESTS_MAY_IMPORT[`${layer}/*`];
  const fits = isOwn && (layer === "suites" || layerOf(to) === "peers") ||
    MAY_IMPORT[kindOf(zone)].includes(kindOf(target)) ||
    isOfTests(from) && forTests?.includes(kindOf(target)) ||
    typeOnly && kindOf(zone) === "peers/*" && target === "peers/testing";
  return fits ? undefined : `${zone}/ must not import ${target}/`;
}

/**
 * Why facts, the independent witness, are not independent: they take from the peers nothing but the
 * type of a line of the trace, which is the shape of a file and holds no behaviour.
 */
export function factsProblem({ from, to, typeOnly }: Import): string | undefined {
  if (!/^suites\/[^/]+\/facts\//.test(from) || isOfTests(from) || !to.startsWith("peers/")) {
    return undefined;
  }
  if (typeOnly && to === "peers/machine.ts") return undefined;
  return `facts must not import ${to}: they are derived a second time, without the peers`;
}

/** Why a part of the product must not stand on a helper of tests. */
export function helperProblem({ from, to }: Import): string | undefined {
  if (isOfTests(from) || !isOfTests(to) || from.startsWith("suites/self/")) return undefined;
  return `${to} is for tests: what both need lies outside of _testing/`;
}

function layerOf(path: string): string {
  return path.split("/")[0];
}

/** The zone of a path: a layer, or a folder of `peers/` or `suites/`; undefined for the rest. */
function zoneOf(path: string): string | undefined {
  const [layer, folder, ...rest] = path.split("/");
  if (layer === "captures" || layer === "lab") return layer;
  if (layer !== "peers" && layer !== "suites") return undefined;
  return rest.length === 0 ? layer : `${layer}/${folder}`;
}

/** The system that a zone belongs to. */
function wordOf(zone: string): string | undefined {
  return zone.includes("/") && !SHARED.includes(zone) ? zone.split("/")[1] : undefined;
}

function kindOf(zone: string): string {
  return wordOf(zone) === undefined ? zone : `${layerOf(zone)}/*`;
}
