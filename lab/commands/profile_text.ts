/** What is wrong with the text of a device profile, and where. */
import {
  findNodeAtLocation,
  getNodePath,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import type { z } from "zod";
import { gotOther, gotUnknown } from "../../suites/kit/nearest.ts";
import { type Profile, profileJsonSchema, profileSchema } from "../../suites/kit/profile.ts";

/** One thing that is wrong, at its place; lines and columns count from 1. */
export interface TextProblem {
  line: number;
  column: number;
  /** Path of the value: `attach.kind`; empty for the whole. */
  path: string;
  text: string;
}

/** A profile, or what is wrong with its text: one of the two. */
export type ReadProfile =
  | { profile: Profile; problems?: undefined }
  | { profile?: undefined; problems: readonly TextProblem[] };

/** Reads the text of a profile. */
export function readProfile(text: string): ReadProfile {
  const errors: ParseError[] = [];
  const options = { allowTrailingComma: false, disallowComments: true };
  const tree = parseTree(text, errors, options);
  if (errors.length > 0 || tree === undefined) {
    const [{ error, offset }] = errors.length > 0 ? errors : [{ error: 4, offset: 0 }];
    const what = printParseErrorCode(error).replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
    return { problems: [{ ...placeOf(text, offset), path: "", text: `it must be JSON: ${what}` }] };
  }
  const doubles = doubleKeys(tree);
  if (doubles.length > 0) {
    return {
      problems: doubles.map((key) => ({
        ...placeOf(text, key.offset),
        path: getNodePath(key).join("."),
        text: `"${key.value}" is there twice`,
      })),
    };
  }
  const result = profileSchema.safeParse(JSON.parse(text));
  if (result.success) return { profile: result.data };
  return { problems: result.error.issues.flatMap((issue) => problemsOf(issue, tree, text)) };
}

/** Where a word stands in the text of a profile, or its beginning. */
export function placeOfWord(text: string, word: string): Pick<TextProblem, "line" | "column"> {
  return placeOf(text, Math.max(0, text.indexOf(JSON.stringify(word))));
}

/** A problem in one line. */
export function formatProblem({ line, column, path, text }: TextProblem): string {
  return `line ${line}, column ${column}: ${path === "" ? "" : `${path}: `}${text}`;
}

function problemsOf(issue: z.core.$ZodIssue, tree: Node, text: string): TextProblem[] {
  const path = issue.path.map(String), where = issue.path as (string | number)[];
  const node = nodeAt(tree, where);
  const at = (offset: number) => placeOf(text, offset);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key): TextProblem => {
      const property = node?.children?.find(({ children }) => children?.[0].value === key);
      const nearest = gotUnknown(key, keysAt(path, tree)).replace(/^got .*?; /, "");
      return {
        ...at(property?.offset ?? 0),
        path: path.join("."),
        text: `"${key}" is unknown: ${nearest}`,
      };
    });
  }
  const place = { ...at(node?.offset ?? 0), path: path.join(".") };
  const got = node === undefined ? undefined : JSON.stringify(valueOf(node, text)).slice(0, 60);
  const words = wordsOf(issue);
  if (words !== undefined) {
    const given = nodeAt(tree, issue.code === "invalid_union" ? [...where, "kind"] : where);
    const value = given?.value;
    const hint = typeof value === "string" ? gotOther(value, words) : `got ${got ?? "nothing"}`;
    const choice = issue.code === "invalid_union" && !path.includes("kind")
      ? [...path, "kind"]
      : path;
    return [{
      ...at(given?.offset ?? node?.offset ?? 0),
      path: choice.join("."),
      text: `it must be one of ${words.join(", ")}: ${hint}`,
    }];
  }
  if (node === undefined || isMissing(tree, where)) return [{ ...place, text: "it is missing" }];
  const said = issue.message.replace(
    /^Invalid input: expected (\w+).*$/,
    (_, what) => `it must be ${/^[aeiou]/.test(what) ? "an" : "a"} ${what}`,
  );
  return [{ ...place, text: `${said}: got ${got}` }];
}

/** The words of which one has to stand there. */
function wordsOf(issue: z.core.$ZodIssue): string[] | undefined {
  if (issue.code === "invalid_value") return issue.values.map(String);
  if (issue.code === "invalid_union" && "discriminator" in issue) return kinds();
  return undefined;
}

interface SchemaNode {
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  oneOf?: SchemaNode[];
  anyOf?: SchemaNode[];
  additionalProperties?: SchemaNode;
  const?: string;
}

const schema = () => profileJsonSchema() as SchemaNode;

/** Every kind of attachment. */
function kinds(): string[] {
  const { oneOf = [], anyOf = [] } = schema().properties!.attach;
  return [...oneOf, ...anyOf].map(({ properties }) => properties!.kind.const!);
}

/** The keys that the schema knows at a place. */
function keysAt(path: readonly string[], tree: Node): string[] {
  let nodes = [schema()];
  for (const [i, key] of path.entries()) {
    nodes = nodes.flatMap((each) =>
      [each, ...each.oneOf ?? [], ...each.anyOf ?? []].flatMap((one) =>
        one.properties?.[key] ?? one.items ?? one.additionalProperties ?? []
      )
    );
    if (i === 0 && key === "attach") {
      const kind = findNodeAtLocation(tree, ["attach", "kind"])?.value;
      nodes = nodes.flatMap(({ oneOf = [], anyOf = [] }) => [...oneOf, ...anyOf])
        .filter(({ properties }) => properties?.kind.const === kind);
    }
  }
  return nodes.flatMap((each) =>
    [each, ...each.oneOf ?? [], ...each.anyOf ?? []].flatMap(({ properties }) =>
      Object.keys(properties ?? {})
    )
  );
}

/** The value at a path, or the nearest above it. */
function nodeAt(tree: Node, path: readonly (string | number)[]): Node | undefined {
  for (let n = path.length; n >= 0; n--) {
    const node = findNodeAtLocation(tree, path.slice(0, n));
    if (node !== undefined) return node;
  }
}

function isMissing(tree: Node, path: readonly (string | number)[]): boolean {
  return findNodeAtLocation(tree, [...path]) === undefined;
}

function valueOf(node: Node, text: string): unknown {
  return JSON.parse(text.slice(node.offset, node.offset + node.length));
}

/** The keys that their object has had before: JSON would take the last, an operator the first. */
function doubleKeys({ type, children = [] }: Node): Node[] {
  const keys = type === "object" ? children.map(({ children }) => children![0]) : [];
  const seen = new Set<unknown>();
  const own = keys.filter(({ value }) => seen.size === seen.add(value).size);
  return [...own, ...children.flatMap(doubleKeys)].sort((a, b) => a.offset - b.offset);
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}
