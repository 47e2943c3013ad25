/**
 * Hosts one reference peer: `deno run -A lab/peer_host.ts CONFIG.json`.
 *
 * With `--wait MODULE` instead it loads the suites from the module and waits for a first line on
 * standard input that names the file: `{"start": "PATH"}`. Its ports are open then, but it says
 * nothing before `{"go": true}`. Further lines are `{"instruct": {…}}`, `{"idle": true}`, which is
 * answered once all that has arrived so far is dealt with, and `{"stop": true}`, after which another may start. It reports on standard output, one JSON object a line:
 * `{"ready": true}`, `{"event": "tunnel_up"}` for the first occurrence of every event of the trace,
 * `{"claims": ["203.0.113.1"]}` for all that the machine claims whenever that has changed,
 * `{"instructed": true}` once what the instruction causes at once has happened, `{"idle": true}`,
 * `{"stopped": true, "lateness": MS}` with the milliseconds by which it was late at its worst,
 * `{"failed": "why", "unwritable": BOOLEAN}`, the latter when nothing can be written any more. The end of standard input stops it too.
 */
import { asUnwritable } from "../suites/engine/system_error.ts";
import { textLines } from "./peer_host/lines.ts";
import type { PeerHostConfig } from "./peer_host/config.ts";
import { PeerHost } from "./peer_host/host.ts";
import { LateHost, type RunningPeer } from "./peer_host/late_host.ts";
import { LATE } from "../peers/testing/null_devices.ts";
import { joinNamespace, leaveNamespace, presentNamespace } from "./kernel/thread.ts";

const encoder = new TextEncoder();

/** Standard output without a buffer of ours, so that a report is never late. */
function report(value: Record<string, unknown>): void {
  const line = encoder.encode(JSON.stringify(value) + "\n");
  try {
    for (let done = 0; done < line.length;) done += Deno.stdout.writeSync(line.subarray(done));
  } catch (error) {
    // Whoever has started this process is gone: nobody is left to be told.
    if (error instanceof Deno.errors.BrokenPipe) Deno.exit(4);
    throw error;
  }
}

/** What a line of standard input asks for. */
interface Order {
  start?: string;
  go?: boolean;
  instruct?: Record<string, unknown>;
  idle?: boolean;
  stop?: boolean;
}

/** Whether this process stands in another network namespace than its own. */
let joined = false;

async function start(path: string): Promise<RunningPeer> {
  const config = JSON.parse(Deno.readTextFileSync(path)) as PeerHostConfig;
  if (config.namespace !== undefined) {
    joinNamespace(config.namespace);
    joined = true;
  }
  const onEvent = (event: string) => report({ event });
  const onClaims = (claims: readonly string[]) => report({ claims });
  const host = config.null?.conduct === "late_starter"
    ? new LateHost(config, config.null.after ?? LATE, onEvent, onClaims)
    : await PeerHost.start(config, onEvent, onClaims);
  report({ ready: true });
  return host;
}

/**
 * Runs a peer until it is told to stop; its exit code.
 * @param file Its configuration; undefined waits to be told.
 */
export async function runPeerHost(file: string | undefined): Promise<number> {
  const home = presentNamespace();
  let host = file === undefined ? undefined : await start(file);
  host?.go();
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(textLines());
  for await (const line of lines) {
    const order = JSON.parse(line) as Order;
    if (order.start !== undefined && host === undefined) host = await start(order.start);
    if (order.go) host?.go();
    if (order.instruct !== undefined) {
      host?.instruct(order.instruct);
      report({ instructed: true });
    }
    if (order.idle) {
      await host?.idle();
      report({ idle: true });
    }
    if (order.stop) {
      const lateness = await host?.stop();
      host = undefined;
      // Not to keep a namespace alive that nobody needs any more. Who has joined none may not leave.
      if (joined) leaveNamespace(home);
      joined = false;
      report({ stopped: true, lateness });
    }
  }
  await host?.stop();
  return 0;
}

if (import.meta.main) {
  try {
    const [first, module] = Deno.args;
    if (first === "--wait") await import(module);
    Deno.exit(await runPeerHost(first === "--wait" ? undefined : first));
  } catch (error) {
    const unwritable = asUnwritable(error);
    const { message } = unwritable ?? error as Error;
    report({ failed: message ?? String(error), unwritable: unwritable !== undefined });
    Deno.exit(4);
  }
}
