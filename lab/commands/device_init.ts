/** Writes a profile of a device, with a script to begin with where its kind has one. */
import { basename, dirname, join, resolve } from "../../suites/kit/paths.ts";
import { gotUnknown } from "../../suites/kit/nearest.ts";
import { writeTextInside } from "../../suites/engine/run_files.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import type { KindName } from "../devices/kinds/kind.ts";
import { KINDS } from "../devices/kinds/registry.ts";
import { contractText } from "./device_run.ts";
import { ask, canAsk } from "./dialogue.ts";
import { formatProblem, readProfile } from "./profile_text.ts";
import { classesOf, rolesOf } from "./run_plan.ts";
import { chooseSuites } from "./suites.ts";
import { print, UsageError } from "./usage.ts";

/** Options of `device init`. */
export interface InitOptions {
  name?: string;
  kind?: string;
  role?: string[];
  class?: string[];
  command?: string[];
  script?: string;
  ready?: string;
  package?: string[];
  cable?: string[];
  parameter?: string[];
  out?: string;
}

/** Kinds of which a vendor's device can be. */
const OFFERED: readonly KindName[] = [
  "process",
  "linux",
  "container",
  "interface",
  "address",
  "captures",
];

const SCHEMA = new URL("../../suites/profile.schema.json", import.meta.url).pathname;

/** Asks for what is missing, writes the profile, and says how to go on; the exit code. */
export async function init(options: InitOptions): Promise<number> {
  const suites = await chooseSuites();
  const name = options.name ?? ask("Name of the device, as reports call it", "box", String);
  const toKind = (text: string) => word(text, "a kind", OFFERED) as KindName;
  const kind = options.kind === undefined
    ? ask(`How it is reached:\n${kindsText()}`, "process", toKind)
    : toKind(options.kind);
  const asks = canAsk();
  if (asks) print(contractText(kind));
  const known = [...new Set(suites.flatMap(rolesOf))];
  const toRoles = (given: string[]) => given.map((role) => word(role, "a role", known));
  const roles = options.role === undefined
    ? ask(`Roles that it plays: ${known.join(", ")}`, "lns", (text) => toRoles(words(text)))
    : toRoles(options.role);
  const offered = classesFor(suites, roles), every = new Set(suites.flatMap(classesOf));
  const toClasses = (given: string[]) => given.map((each) => word(each, "a class", every));
  const classes = options.class === undefined
    ? ask(
      `Classes and options that it declares, each of which is then asked of it: ${
        offered.join(", ")
      }`,
      defaultClasses(offered, roles),
      (text) => toClasses(words(text)),
    )
    : toClasses(options.class);
  const out = resolve(options.out ?? `${name.replace(/[^\w.-]+/g, "_")}.json`);
  const script = scriptFor(kind, out, options);
  const profile = {
    $schema: SCHEMA,
    ...{ name, vendor: "", version: "", roles, classes },
    attach: attachOf(kind, script, options),
    ...(options.parameter === undefined ? {} : { parameters: parametersOf(options.parameter) }),
  };
  const text = JSON.stringify(profile, null, 2) + "\n";
  const { problems = [] } = readProfile(text);
  if (problems.length > 0) {
    throw new UsageError(`Cannot write the profile: ${formatProblem(problems[0])}`);
  }
  for (const path of [out, ...(script.text === undefined ? [] : [script.path])]) {
    refuseExisting(path);
  }
  if (!asks) print(contractText(kind));
  writeTextInside(dirname(out), basename(out), text);
  print(`Written: ${out}`);
  if (script.text !== undefined) {
    writeTextInside(dirname(script.path), basename(script.path), script.text);
    print(`Written: ${script.path} (what it does is yours to fill in)`);
  }
  print(nextSteps(kind, out));
  return 0;
}

/** `name=value` each, of which the value is a number or a flag where it looks like one. */
function parametersOf(given: readonly string[]): Record<string, string | number | boolean> {
  return Object.fromEntries(
    pairsOf("parameter", given).map(([name, text]) => {
      const number = Number(text);
      const flag = text === "true" ? true : text === "false" ? false : undefined;
      return [name, flag ?? (text.trim() !== "" && Number.isFinite(number) ? number : text)];
    }),
  );
}

/**
 * Names with their values, as `name=value` each.
 * @throws {UsageError} When one is no pair, or a name is given twice.
 */
function pairsOf(option: string, given: readonly string[]): [name: string, value: string][] {
  const pairs = given.map((pair) => pair.split(/=(.*)/s));
  for (const [i, [name, value]] of pairs.entries()) {
    if (name === "" || value === undefined) {
      throw new UsageError(`Cannot read --${option} as it must be name=value: got ${given[i]}`);
    }
    if (pairs.findIndex(([other]) => other === name) !== i) {
      throw new UsageError(`Cannot write the profile as --${option} ${name} is given twice`);
    }
  }
  return pairs.map(([name, value]) => [name, value]);
}

/** The kinds that can be chosen, a line each. */
function kindsText(): string {
  return OFFERED.map((kind) => `  ${kind.padEnd(10)} ${KINDS[kind].summary}`).join("\n");
}

/** How to go on with a profile. */
function nextSteps(kind: KindName, out: string): string {
  const plumbline = "deno task plumbline", check = `${plumbline} device validate ${out}`;
  const steps = {
    captures: [check, `${plumbline} check --profile ${out} CAPTURE…`],
    container: [check, "build an image of the device, and run it: README.md, With containers"],
    address: [
      `put the addresses of the device and those for its peers into ${out}: what stands there is an example`,
    ],
  }[kind as string] ?? [check];
  const last = [`${plumbline} device probe ${out}`, `${plumbline} certify --device ${out}`];
  const all = ["captures", "container"].includes(kind) ? steps : [...steps, ...last];
  return all.map((step, i) => `${i === 0 ? "Next: " : "      "}${step}`).join("\n");
}

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter((each) => each !== "");
}

function word(given: string, what: string, known: Iterable<string>): string {
  if ([...known].includes(given)) return given;
  throw new UsageError(
    `Cannot write the profile as ${what} is unknown: ${gotUnknown(given, known)}`,
  );
}

/** The classes and options of scenarios in which the roles are played. */
function classesFor(suites: readonly Suite[], roles: readonly string[]): string[] {
  const played = suites.flatMap(({ scenarios }) =>
    scenarios.filter(({ nodes }) => Object.values(nodes).some(({ role }) => roles.includes(role)))
  );
  return [...new Set(played.flatMap((scenario) => [scenario.class, ...scenario.needs ?? []]))];
}

/** What nearly every device of the roles declares: the classes that are called like them. */
function defaultClasses(offered: readonly string[], roles: readonly string[]): string {
  const own = offered.filter((each) => roles.includes(each));
  return (own.length > 0 ? own : offered.slice(0, 1)).join(",");
}

function attachOf(kind: KindName, script: Script, options: InitOptions): Record<string, unknown> {
  const { command, ready, package: packages } = options;
  const extras = { ...(packages === undefined ? {} : { packages }) };
  switch (kind) {
    case "process":
      return {
        kind,
        command: command ?? ["sh", script.path],
        ready: ready ?? READY,
        ...extras,
      };
    case "container":
      return { kind, ready: ready ?? READY };
    case "linux":
      return { kind, script: script.path, ready: ready ?? READY, ...extras };
    case "interface":
      return { kind, cables: cablesOf(options, (name) => name) };
    case "address":
      return {
        kind,
        cables: cablesOf(options, (name) => ({
          interface: name,
          addresses: ["198.51.100.7"],
          own: ["192.0.2.10/24", "192.0.2.11/24"],
          gateway: "192.0.2.1",
        })),
      };
    default:
      return { kind };
  }
}

/** `wan0=eth1` each; what follows the sign is empty where there is no cable. */
function cablesOf<T>({ cable }: InitOptions, of: (name: string) => T): Record<string, T | null> {
  const given = cable ??
    ask("Cables, as wan0=eth1, or lan0= where there is none", "wan0=eth1,lan0=", words);
  return Object.fromEntries(
    pairsOf("cable", given).map(([inLab, here]) => [inLab, here === "" ? null : of(here)]),
  );
}

/** What the script to begin with prints when the device is ready. */
const READY = "the device is ready";

/** A script of the device's: `text` where it is to be written. */
interface Script {
  path: string;
  text?: string;
}

function scriptFor(kind: KindName, out: string, { command, script }: InitOptions): Script {
  if (script !== undefined) return { path: resolve(script) };
  const path = join(dirname(out), `${basename(out).replace(/\.json$/, "")}.sh`);
  const isScript = kind === "linux" || kind === "container" ||
    kind === "process" && command === undefined;
  if (!isScript) return { path };
  return { path, text: scriptText(kind) };
}

function scriptText(kind: KindName): string {
  const contract = contractText(kind).split("\n").filter((line) => line !== "")
    .map((line) => `# ${line}`);
  return `#!/bin/sh
${contract.join("\n")}
set -eu
. "$PLUMBLINE_SETTINGS"
cd "$PLUMBLINE_WORK"

# What the scenario asks for, for instance:
echo "$role at $config_wan_0_address, port \${config_wan_0_udp-}, secret \${config_secret-none}"

# Write the configuration of your device here, and start it in place of the last line. It must not
# leave the foreground. Whatever line says that it listens can stand as attach.ready in the profile.
echo "${READY}"
exec sleep 3600
`;
}

function refuseExisting(path: string): void {
  try {
    Deno.lstatSync(path);
  } catch {
    return;
  }
  throw new UsageError(`Cannot write ${path} as it is there already: --out names another file`);
}
