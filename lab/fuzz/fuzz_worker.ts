/// <reference lib="webworker" />
/** Does a share of the fuzzing. */
import { CUT_REACH, damaged, type Recipe } from "../../captures/_testing/damage.ts";
import { examine } from "./examine.ts";
import type { Finding, Order, Progress } from "./messages.ts";
import { ownSpecimens, type Specimen, thirdPartySpecimens } from "./specimens.ts";

declare const self: DedicatedWorkerGlobalScope;

/** Octets that may be held after a specimen beyond what was held after the first ones. */
const GROWTH = 64 << 20;

/** Specimens before the memory is taken for what it will be. */
const WARM = 20;

/** Findings of one specimen that are reported; more of them say the same. */
const SHOWN = 3;

self.onmessage = async ({ data }: MessageEvent<Order>) => {
  say({ kind: "end", examined: await work(data) });
};

function say(progress: Progress): void {
  self.postMessage(progress);
}

async function work(order: Order): Promise<number> {
  const folder = `${order.folder}/${order.share}`;
  await Deno.mkdir(folder);
  // Ours take longer: spread among the others, a short run meets some of both.
  const ours = await ownSpecimens(folder), all = await thirdPartySpecimens();
  ours.forEach((specimen, i) => all.splice(Math.floor(all.length * i / ours.length), 0, specimen));
  const mine = all.filter((_, i) => i % order.shares === order.share);
  let base = Infinity;
  for (const [i, specimen] of mine.entries()) {
    if (Date.now() >= order.deadline) break;
    say({ kind: "specimen", finding: { name: specimen.name, recipe: "cut 0", why: "" } });
    await exhaust(specimen, order);
    const held = heap();
    if (i < WARM) base = i === 0 ? held : Math.max(base, held);
    else if (held > base + GROWTH) {
      const why = `memory grew from ${base >> 20} to ${held >> 20} MiB`;
      say({ kind: "finding", finding: { name: specimen.name, recipe: "cut 0", why } });
      base = held;
    }
  }
  return order.clock[0];
}

/** Cuts a specimen everywhere, then flips its bits in so many ways. */
async function exhaust(specimen: Specimen, { clock, rounds, seed, deadline }: Order) {
  const cuts = Math.min(specimen.octets.length, CUT_REACH) + 1;
  let found = 0;
  for (let n = 0; n < cuts + rounds && found < SHOWN && Date.now() < deadline; n++) {
    const flips = n >= cuts;
    const number = flips ? (seed + n - cuts) >>> 0 : n;
    const recipe: Recipe = flips ? `flip ${number}` : `cut ${number}`;
    clock[1] = number;
    clock[2] = flips ? 1 : 0;
    Atomics.add(clock, 0, 1);
    const octets = damaged(specimen.octets, recipe);
    try {
      await examine(specimen, octets);
    } catch (error) {
      found++;
      say({ kind: "finding", finding: { ...finding(specimen, recipe, error), octets } });
    }
  }
}

function finding({ name }: Specimen, recipe: Recipe, error: unknown): Finding {
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  return { name, recipe, why: text.split("\n").slice(0, 6).join("\n") };
}

/** Octets held once what nobody needs is gone, where that can be asked for. */
function heap(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return Deno.memoryUsage().heapUsed;
}
