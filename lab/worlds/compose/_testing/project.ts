/** A Compose project of a test's own. */
import { join } from "../../../../suites/kit/paths.ts";
import type { Report } from "../../../../suites/report/model.ts";
import type { PrivateEngine } from "../../../engine/_testing/private_engine.ts";

const ROOT = new URL("../../../../", import.meta.url).pathname;

/** What a run in the lab's container came to. */
export interface LabRun {
  code: number;
  /** What it printed, results and progress. */
  said: string;
  /** Seconds that it took, containers included. */
  seconds: number;
  report: Report | undefined;
}

/** A project, whose containers are started for some systems only. */
export class Project {
  /**
   * @param profiles Systems, as `COMPOSE_PROFILES` has them.
   * @param variables Such as `LNS_IMAGE`.
   */
  constructor(
    readonly engine: PrivateEngine,
    readonly name: string,
    readonly profiles: string,
    readonly folder: string,
    readonly variables: Readonly<Record<string, string>> = {},
    readonly files: readonly string[] = [],
  ) {}

  /** Starts `docker compose` with arguments. */
  compose(...args: string[]): Deno.Command {
    const files = ["compose.yaml", ...this.files].flatMap((file) => ["-f", ROOT + file]);
    return new Deno.Command("docker", {
      args: ["compose", "--progress", "quiet", "-p", this.name, ...files, ...args],
      env: {
        ...this.engine.environment,
        ...this.variables,
        COMPOSE_PROFILES: this.profiles,
        PLUMBLINE_RUNS: this.folder,
      },
      cwd: ROOT,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    });
  }

  /** Certifies in the lab's container. */
  async certify(...args: string[]): Promise<LabRun> {
    const began = performance.now();
    const out = crypto.randomUUID();
    const command = ["certify", "--out", `runs/${out}`, ...args];
    const { code, stdout, stderr } = await this.compose(
      "run",
      "--rm",
      "-T",
      "lab",
      ...command,
    )
      .output();
    const text = new TextDecoder();
    const path = join(this.folder, out, "report.json");
    const report = await Deno.readTextFile(path).then(JSON.parse, () => undefined);
    return {
      code,
      said: text.decode(stderr) + text.decode(stdout),
      seconds: (performance.now() - began) / 1000,
      report,
    };
  }

  /** Removes its containers. */
  async down(): Promise<void> {
    await this.compose("down", "-v", "-t", "0", "--remove-orphans").output();
  }
}

/** The verdicts of a report: what each check said of each scenario. */
export function verdictsOf(report: Report): Record<string, string> {
  return Object.fromEntries(
    report.suites.flatMap(({ checks }) => checks)
      .map(({ id, evidence, verdict }) => [`${id} on ${evidence}`, verdict]),
  );
}
