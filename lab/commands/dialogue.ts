/** Asks on a terminal. */
import { escapeControls } from "../../captures/escape.ts";
import { print, UsageError } from "./usage.ts";

/** Whether somebody is there to answer. */
export const canAsk = (): boolean => Deno.stdin.isTerminal();

/**
 * Asks until an answer can be used.
 * @param otherwise What an empty answer stands for.
 * @param parse Makes a value of an answer. @throws {UsageError} Which is said, before it is asked again.
 * @throws {UsageError} When nobody answers, or nobody is there.
 */
export function ask<T>(question: string, otherwise: string, parse: (answer: string) => T): T {
  if (!canAsk()) {
    const what = question.split(/[:,]/)[0].toLowerCase();
    throw new UsageError(
      `Cannot write a profile as nothing tells the ${what}: --help names the options`,
    );
  }
  for (;;) {
    // A default that stood there to be changed would be part of what is typed.
    const answer = prompt(`${question}\n[${otherwise}]`);
    if (answer === null) throw new UsageError("Cannot write a profile as nobody answers");
    try {
      return parse(answer.trim() === "" ? otherwise : answer.trim());
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      print(`${escapeControls(error.message)}\n`);
    }
  }
}
