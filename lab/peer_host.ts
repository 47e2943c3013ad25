/**
 * Hosts one reference peer: `deno run -A lab/peer_host.ts [CONFIG.json]`.
 *
 * Without a file the first line of standard input names it: `{"start": "PATH"}`. Further lines are
 * `{"instruct": {…}}` and `{"stop": true}`. It reports on standard output, one JSON object a line:
 * `{"ready": true}`, `{"event": "tunnel_up"}` for the first occurrence of every event of the trace,
 * `{"instructed": true}`, `{"failed": "why"}`. The end of standard input stops it too.
 */
import { textLines } from "./peer_host/lines.ts";
import type { PeerHostConfig } from "./peer_host/config.ts";
import { PeerHost } from "./peer_host/host.ts";
import { joinNamespace } from "./sys/thread.ts";

const encoder = new TextEncoder();

/** Standard output without a buffer of ours, so that a report is never late. */
function report(value: Record<string, unknown>): void {
  const line = encoder.encode(JSON.stringify(value) + "\n");
  for (let done = 0; done < line.length;) done += Deno.stdout.writeSync(line.subarray(done));
}

/** What a line of standard input asks for. */
interface Order {
  start?: string;
  instruct?: Record<string, unknown>;
  stop?: boolean;
}

async function start(path: string): Promise<PeerHost> {
  const config = JSON.parse(Deno.readTextFileSync(path)) as PeerHostConfig;
  if (config.namespace !== undefined) joinNamespace(config.namespace);
  const host = await PeerHost.start(config, (event) => report({ event }));
  report({ ready: true });
  return host;
}

/** Runs a peer until it is told to stop; its exit code. */
export async function runPeerHost(file: string | undefined): Promise<number> {
  let host = file === undefined ? undefined : await start(file);
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(textLines());
  for await (const line of lines) {
    const order = JSON.parse(line) as Order;
    if (order.start !== undefined && host === undefined) host = await start(order.start);
    if (order.instruct !== undefined) {
      host?.instruct(order.instruct);
      report({ instructed: true });
    }
    if (order.stop) break;
  }
  await host?.stop();
  return 0;
}

if (import.meta.main) {
  try {
    Deno.exit(await runPeerHost(Deno.args[0]));
  } catch (error) {
    report({ failed: error instanceof Error ? error.message : String(error) });
    Deno.exit(4);
  }
}
