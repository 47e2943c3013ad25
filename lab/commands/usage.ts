import { type Command, InvalidArgumentError } from "commander";
import { MOST_REPETITIONS } from "../../suites/engine/limits.ts";
import { Output } from "./output.ts";

/** The command line, a profile or an input is at fault: exit code 2, and one line that says why. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** Parses the beginning of a name: an empty one would choose everything, and say that it chose. */
export function prefix(value: string): string {
  if (value.trim() === "") throw new InvalidArgumentError("It must name a beginning.");
  return value;
}

/** Parses `a,b,c`; may be given several times. */
export function words(value: string, before: string[] = []): string[] {
  const found = value.split(",").map((word) => word.trim()).filter((word) => word !== "");
  if (found.length === 0) throw new InvalidArgumentError("It must name at least one.");
  return [...before, ...found];
}

/** Collects an option that may be given several times. */
export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** Parsers of options of which every occurrence counts. */
const COLLECTING: readonly unknown[] = [words, collect];

/**
 * Refuses the second occurrence of an option of a command, or of its parts, that has one value: the first
 * would be forgotten without a word.
 */
export function refuseRepeated(command: Command): void {
  for (const option of command.options) {
    if ((!option.required && !option.optional) || COLLECTING.includes(option.parseArg)) continue;
    let isGiven = false;
    command.on(`option:${option.name()}`, () => {
      if (isGiven) command.error(`option '${option.flags}' is given twice, and has one value`);
      isGiven = true;
    });
  }
  command.commands.forEach(refuseRepeated);
}

/** Makes a parser of whole numbers from `least` to 2^32 - 1. */
export function whole(least: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > 0xffffffff) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to 4294967295.`);
    }
    return number;
  };
}

/** Parses how often something is to be done. */
export function repetitions(value: string): number {
  const number = whole(1)(value);
  if (number > MOST_REPETITIONS) {
    throw new InvalidArgumentError(`It must be at most ${MOST_REPETITIONS}.`);
  }
  return number;
}

/** Parses a day, `YYYY-MM-DD`. */
export function date(value: string): string {
  const time = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(value) : NaN;
  // A day that its month does not have becomes one of the next.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== value) {
    throw new InvalidArgumentError("It must be a day, such as 2026-01-31.");
  }
  return value;
}

/** Prints the one JSON document of a `--json` run. */
export function printJson(value: unknown): void {
  const text = JSON.stringify(value, (_, v) => typeof v === "bigint" ? String(v) : v, 2);
  print(text);
}

/** Writes a line to standard output. */
export function print(line: string): void {
  const output = new Output();
  output.line(line);
  output.flush();
}
