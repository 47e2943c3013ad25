/** The words that can stand where a command line ends. */
import type { Argument, Command, Option } from "commander";
import { SUITES } from "../../suites/registry.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { KINDS } from "../devices/kinds/registry.ts";
import { WORLDS } from "../worlds/registry.ts";
import { deviceNames } from "./devices.ts";
import { classesOf, rolesOf } from "./run_plan.ts";
import { chooseSuites } from "./suites.ts";

/** A word that fits, and what it says. */
export interface Candidate {
  word: string;
  says: string;
}

/**
 * The words that can stand in the place of the last one; none where it may be anything, or a file.
 * @param words The words behind `plumbline`, the last as far as it is typed.
 */
export async function candidates(
  program: Command,
  words: readonly string[],
): Promise<Candidate[]> {
  const typed = words.at(-1) ?? "", before = words.slice(0, -1);
  const { command, given, open } = follow(program, before);
  if (open !== undefined) return beginning(await ofOption(open), typed);
  if (typed.startsWith("-")) {
    const options = command.createHelp().visibleOptions(command);
    return options.map(({ long, description }) => ({ word: long!, says: description }))
      .filter(({ word }) => word.startsWith(typed));
  }
  if (command.commands.length > 0) {
    const commands = command.createHelp().visibleCommands(command);
    return commands.map((each) => ({
      word: each.name(),
      says: each.summary() || each.description(),
    }))
      .filter(({ word }) => word.startsWith(typed));
  }
  const expected = command.registeredArguments;
  const argument = expected[given] ?? expected.findLast(({ variadic }) => variadic);
  return argument === undefined ? [] : beginning(await ofArgument(command, argument), typed);
}

/** Which command the words lead to, how many arguments it has, and an option that waits for its value. */
function follow(
  program: Command,
  words: readonly string[],
): { command: Command; given: number; open?: Option } {
  let command = program, given = 0, open: Option | undefined;
  for (const word of words) {
    if (open !== undefined) {
      open = undefined;
      continue;
    }
    if (word.startsWith("-")) {
      const option = command.options.find(({ long, short }) => word === long || word === short);
      if (option?.required) open = option;
      continue;
    }
    const below = command.commands.find((each) => each.name() === word);
    if (below !== undefined) command = below;
    else given++;
  }
  return { command, given, ...(open === undefined ? {} : { open }) };
}

/** Words that may be the value of an option, by the option's name. */
const VALUES: Readonly<Record<string, () => Promise<Iterable<string>>>> = {
  suite: () => Promise.resolve(Object.keys(SUITES)),
  class: () => ofSuites(classesOf),
  role: () => ofSuites(rolesOf),
  check: () => ofSuites(({ checks }) => checks.map(({ id }) => id)),
  mutant: () => ofSuites(({ mutants }) => mutants.map(({ id }) => id)),
  device: deviceNames,
  profile: deviceNames,
  kind: () => Promise.resolve(Object.keys(KINDS)),
  world: () => Promise.resolve(WORLDS.map(({ name }) => name)),
  topology: () => ofSuites(({ scenarios }) => scenarios.map(({ topology }) => topology.name)),
};

/** Options whose value is a beginning: shown as far as the next stroke. */
const BEGINNINGS = ["check", "mutant"];

interface Values {
  words: Iterable<string>;
  /** Whether several words may stand there, with commas between them. */
  several?: boolean;
  /** Whether a word may be cut behind a stroke. */
  cut?: boolean;
}

async function ofSuites(of: (suite: Suite) => Iterable<string>): Promise<string[]> {
  return (await chooseSuites()).flatMap((suite) => [...of(suite)]);
}

async function ofOption(option: Option): Promise<Values> {
  const name = option.long!.slice(2);
  return {
    words: option.argChoices ?? await VALUES[name]?.() ?? [],
    several: option.flags.includes(",…"),
    cut: BEGINNINGS.includes(name),
  };
}

async function ofArgument(command: Command, argument: Argument): Promise<Values> {
  if (argument.argChoices !== undefined) return { words: argument.argChoices };
  const name = argument.name();
  // A profile is a file or a name; that of `device` has no word of its own.
  const key = name === "file|name" && command.parent?.name() === "device" ? "device" : name;
  return { words: await VALUES[key]?.() ?? [] };
}

/** Those of the values that begin as typed; behind a comma a word begins anew. */
function beginning({ words, several = false, cut = false }: Values, typed: string): Candidate[] {
  const at = several ? typed.lastIndexOf(",") + 1 : 0;
  const [kept, begun] = [typed.slice(0, at), typed.slice(at)];
  const shown = [...words].filter((word) => word.startsWith(begun)).map((word) => {
    const stroke = cut ? word.indexOf("/", begun.length) : -1;
    return kept + (stroke < 0 ? word : word.slice(0, stroke + 1));
  });
  return [...new Set(shown)].sort().map((word) => ({ word, says: "" }));
}
