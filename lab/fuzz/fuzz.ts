/**
 * `deno task fuzz`: every capture of others and of our own, cut at every octet of its first 4 KiB and
 * with bits flipped in so many ways, through everything that reads captures. Damaged copies that do
 * harm are kept, and named with the recipe that makes them.
 *
 * A worker for each processor does the work; this thread watches that none stands still or grows.
 */
import { Command } from "commander";
import { whole } from "../commands/usage.ts";
import { temporaryFolder } from "../temporary.ts";
import { CLOCK, type Finding, type Order, type Progress } from "./messages.ts";

/** Seconds that one damaged capture may take; whoever needs more hangs. */
const PATIENCE = 20;

interface FuzzOptions {
  seconds: number;
  rounds: number;
  seed: number;
}

/** Runs the workers to their end; gives the exit code: 1 when anything was found. */
async function fuzz({ seconds, rounds, seed }: FuzzOptions): Promise<number> {
  const folder = await temporaryFolder("fuzz");
  const findings: Finding[] = [];
  let examined = 0;
  try {
    const shares = Math.max(1, navigator.hardwareConcurrency);
    const begun = performance.now();
    const deadline = seconds === 0 ? Infinity : Date.now() + seconds * 1000;
    const results = Array.from(
      { length: shares },
      (_, share) => work({ share, shares, rounds, seed, deadline, folder }, findings),
    );
    for (const count of await Promise.all(results)) examined += count;
    const took = ((performance.now() - begun) / 1000).toFixed(0);
    console.log(`${examined} damaged captures in ${took} s, ${findings.length} of them did harm`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  for (const finding of findings) await keep(finding);
  if (examined === 0) console.error("fuzz: there was nothing to damage");
  return findings.length > 0 || examined === 0 ? 1 : 0;
}

/** Lets one worker do its share; gives how many damaged captures it examined. */
function work(order: Omit<Order, "clock">, findings: Finding[]): Promise<number> {
  const clock = new Int32Array(new SharedArrayBuffer(4 * CLOCK));
  const worker = new Worker(new URL("./fuzz_worker.ts", import.meta.url), { type: "module" });
  let now: Finding = { name: "the first", recipe: "cut 0", why: "" };
  return new Promise((resolve) => {
    let count = -1, still = 0;
    const end = (examined: number) => {
      clearInterval(watch);
      worker.terminate();
      resolve(examined);
    };
    const watch = setInterval(() => {
      still = clock[0] === count ? still + 1 : 0;
      count = clock[0];
      if (still < PATIENCE) return;
      const recipe = clock[2] === 0 ? `cut ${clock[1]}` : `flip ${clock[1] >>> 0}`;
      findings.push({ ...now, recipe, why: `no end within ${PATIENCE} s` } as Finding);
      end(count);
    }, 1000);
    worker.onmessage = ({ data }: MessageEvent<Progress>) => {
      if (data.kind === "specimen") now = data.finding;
      else if (data.kind === "finding") findings.push(data.finding);
      else end(data.examined);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      findings.push({ ...now, why: event.message });
      end(clock[0]);
    };
    worker.postMessage({ ...order, clock } satisfies Order);
  });
}

/** Writes a finding down, where its octets are known, and prints it. */
async function keep({ name, recipe, why, octets }: Finding): Promise<void> {
  console.log(`${name}, ${recipe}: ${why}`);
  if (octets === undefined) return;
  const path = await Deno.makeTempFile({ prefix: "plumbline-found-", suffix: ".pcap" });
  await Deno.writeFile(path, octets);
  console.log(`  kept as ${path}`);
}

const program = new Command("fuzz")
  .description("Damages captures in every way it knows, and reads, dissects and judges them.")
  .option("--seconds <n>", "stop after so many; 0 for no limit", whole(0), 0)
  .option("--rounds <n>", "copies of each capture with bits flipped", whole(0), 1000)
  .option("--seed <n>", "where the flips begin", whole(0), 1);

if (import.meta.main) {
  program.parse(Deno.args, { from: "user" });
  Deno.exit(await fuzz(program.opts<FuzzOptions>()));
}
