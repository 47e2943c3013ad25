/** What `peer` does. */
import { jsonOf, Limit, readNamedText } from "../../suites/engine/run_files.ts";
import { SUITES } from "../../suites/registry.ts";
import { PeerHost } from "../peer_host/host.ts";
import { LAN_PORT } from "../worlds/netns/ip_commands.ts";
import { interfaceExists } from "../kernel/interface.ts";
import { makeTun } from "../kernel/tun.ts";
import { print, UsageError } from "./usage.ts";

/** Options of `peer` as the command line gives them. */
export interface PeerOptions {
  config: string;
  suite: string;
  node?: string;
  trace: string;
  seed: number;
  tun?: boolean;
}

/** Runs a peer until it is asked to end; gives the exit code. */
export async function runPeer(role: string, options: PeerOptions): Promise<number> {
  if (!Object.hasOwn(SUITES, options.suite)) {
    const known = Object.keys(SUITES).join(", ");
    throw new UsageError(
      `Cannot find the suite as it must be one of ${known}: got ${options.suite}`,
    );
  }
  const config = readConfig(options.config);
  if (options.tun && !interfaceExists(LAN_PORT)) makeTun(LAN_PORT);
  await Deno.mkdir(options.trace, { recursive: true });
  const node = options.node ?? role;
  const { suite, trace: traceDirectory, seed } = options;
  const host = await PeerHost.start(
    { suite, role, config, node, traceDirectory, seed },
    (event) => {
      print(JSON.stringify({ event }));
    },
  );
  host.go();
  print(JSON.stringify({ ready: true }));
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, resolve);
  });
  await host.stop();
  return 0;
}

/** Reads a machine's configuration, bare or as a run directory holds it. */
function readConfig(path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = jsonOf(readNamedText(path, Limit.profile), path);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(`Cannot use the configuration ${path} as it must be a JSON object`);
  }
  const { config } = value as { config?: unknown };
  const inner = typeof config === "object" && config !== null ? config : value;
  return inner as Record<string, unknown>;
}
