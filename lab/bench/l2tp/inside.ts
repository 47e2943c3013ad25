/** The comparison in namespaces of its own: `inside.ts OPTIONS` prints its report as JSON. */
import { dieWithLaunchers } from "../../worlds/netns/launcher.ts";
import { available, settle, spawnInside } from "../../worlds/netns/enter.ts";
import { compareEndpoints, type ComparisonOptions, type ComparisonReport } from "./comparison.ts";

/** Runs the comparison as the first process of new namespaces, whose progress goes to standard error. */
export async function compareInside(options: ComparisonOptions): Promise<ComparisonReport> {
  const able = await available();
  if (!able.ok) throw new Error(able.reason);
  dieWithLaunchers();
  const main = [Deno.execPath(), "run", "-A", "--no-prompt", import.meta.url];
  const child = await spawnInside([...main, JSON.stringify(options)], "bench l2tp", "piped");
  const [said, { code }] = await Promise.all([
    new Response(child.stdout).text(),
    child.status,
    child.stderr.pipeTo(Deno.stderr.writable, { preventClose: true }),
  ]);
  await child.stdin.close().catch(() => {});
  if (code !== 0) throw new Error(`Cannot measure L2TP as the lab ended with code ${code}`);
  return JSON.parse(said);
}

if (import.meta.main) {
  settle();
  try {
    const options = JSON.parse(Deno.args[0]) as ComparisonOptions;
    const report = await compareEndpoints(options, (line) => console.error(`bench: ${line}`));
    console.log(JSON.stringify(report));
    Deno.exit(0);
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : error}`);
    Deno.exit(4);
  }
}
