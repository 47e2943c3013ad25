import type { Command } from "commander";
import { campaignOptions } from "./campaign_options.ts";
import type { CertifyOptions } from "./certify_options.ts";
import { collect, repetitions, UsageError, whole } from "./usage.ts";

/** Adds `certify` to the program. */
export function register(program: Command): void {
  campaignOptions(
    program.command("certify")
      .summary("run the lab, capture, judge, report")
      .description(
        "Brings up the lab, puts devices through the scenarios, captures, judges, and writes a run " +
          "directory. Without --device the reference peers play every role.",
      )
      .option("--device <file|name>", "profile of a device under test; may be repeated", collect),
  )
    .option("--repeat <n>", "play each scenario so often, at seeds that follow", repetitions)
    .option("--shard <i/n>", "play one part of n, from 1; auto/n asks the environment which")
    .option("--fail-fast", "begin nothing more after the first failure that turns the run")
    .option("--last-failed [run]", "only scenarios that failed or stayed open in an earlier run")
    .option("--resume <dir>", "go on with an interrupted run, as its plan says")
    .option("--out <dir>", "run directory (default: runs/<date>-<n>)")
    .option("--jobs <n>", "scenarios at a time, where they do not load the machine", whole(1))
    .option("--sign <key>", "sign the run with this private key (key new makes one)")
    .option("--json", "print report.json instead of the summary")
    .addHelpText(
      "after",
      `
Examples:
  plumbline certify
  plumbline certify --world memory --suite core_identity --class F7
  plumbline certify --device box.json --out box-run
  plumbline certify --device null_mirror --json > report.json
  plumbline certify --device box.json --out box-run --last-failed
  plumbline certify --resume box-run
  plumbline certify --world memory --shard 2/3 --out shard-2

--repeat plays repetition k at the seed of the run + k - 1: a device that stays
up must not take one for a copy of another. Of judgements that differ the
gravest counts, and the report says how often each came. --last-failed without
a run takes the last of OUT, OUT-2, …, or the newest in runs/. --resume keeps
scenarios whose evidence is whole; options beside it must say what its plan
says. The shards of a run are put together by merge.`,
    )
    .action(async (options: CertifyOptions, command: Command) => {
      const given = Object.keys(options).filter((name) =>
        command.getOptionValueSource(name) === "cli"
      );
      verifyTogether(given);
      const { certify } = await import("./certify_run.ts");
      Deno.exitCode = await certify({ ...options, given });
    });
}

/** Options of which one says what the other would. */
const APART: readonly (readonly [string, string])[] = [
  ["resume", "out"],
  ["resume", "lastFailed"],
  ["lastFailed", "shard"],
];

/** @throws {UsageError} When two options were given that cannot both be meant. */
function verifyTogether(given: readonly string[]): void {
  const found = APART.find((pair) => pair.every((name) => given.includes(name)));
  if (found === undefined) return;
  const [one, other] = found.map((name) => `--${name.replace(/[A-Z]/g, (c) => `-${c}`)}`);
  throw new UsageError(
    `Cannot certify as ${one.toLowerCase()} and ${other.toLowerCase()} cannot be used together`,
  );
}
