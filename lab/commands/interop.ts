import type { Command } from "commander";
import { campaignOptions } from "./campaign_options.ts";
import type { InteropOptions } from "./interop/campaign.ts";
import { collect, UsageError, whole } from "./usage.ts";

/** Adds `interop` to the program. */
export function register(program: Command): void {
  campaignOptions(
    program.command("interop")
      .summary("every pair of devices in every pair of roles, as a matrix")
      .description(
        "Lets each two of the devices meet in each pair of roles that a suite has in one scenario, and " +
          "writes a matrix (report.html, interop.json, summary.md) whose cells lead to a run directory for " +
          "each pair. Each device is judged, and the matrix says whose fault a failure is. Pairs that " +
          "cannot be are listed with the reason.",
      )
      .option("--device <file|name>", "profile of a device; to be repeated", collect)
      .option("--reference", "our reference peers are a device as well, in all roles"),
  )
    .option("--shard <i/n>", "only one part of the pairs, from 1; auto/n asks the environment")
    .option("--resume <dir>", "go on with an interrupted matrix, as its interop.json says")
    .option("--out <dir>", "directory of the matrix (default: runs/<date>-<n>)")
    .option("--jobs <n>", "scenarios at a time, where they do not load the machine", whole(1))
    .option("--json", "print interop.json instead of the tables")
    .addHelpText(
      "after",
      `
Exit codes: 0 no pair shows a failure of something required; 1 some pair does;
2 usage, profile, or no pair that can be; 3 a pair was inconclusive or not run;
4 an error of Plumbline's own.

Examples:
  plumbline interop --device xl2tpd --reference --suite tunnel_cluster
  plumbline interop --device a.json --device b.json --out matrix
  plumbline interop --device a.json --reference --shard 1/3 --out matrix/1
  plumbline interop --resume matrix

Two devices meet in what scenarios put them into together: a LAC and an LNS as
initiator and endpoint of a cluster, as either meets our tester alone in l2tp.
--resume keeps pairs whose runs have ended. The shards of a matrix are put
together by merge.`,
    )
    .action(async (options: InteropOptions, command: Command) => {
      verifyResumed(command);
      const { interop } = await import("./interop/run.ts");
      Deno.exitCode = await interop(options);
    });
}

/** Options beside which a matrix can be gone on with: the others say what interop.json says. */
const BESIDE_RESUME: readonly string[] = ["resume", "jobs", "json"];

/** @throws {UsageError} When an option would make another matrix of the one that is gone on with. */
function verifyResumed(command: Command): void {
  const given = command.options.filter((option) =>
    command.getOptionValueSource(option.attributeName()) === "cli"
  );
  if (!given.some((option) => option.attributeName() === "resume")) return;
  const other = given.find((option) => !BESIDE_RESUME.includes(option.attributeName()));
  if (other === undefined) return;
  throw new UsageError(
    `Cannot resume a matrix with ${other.long} as its interop.json says what it is`,
  );
}
