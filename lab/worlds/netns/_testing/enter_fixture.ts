/**
 * What `enter_test.ts` kills: stands a small lab up, or two labs side by side in the middle of their
 * scenarios, says so on standard output, and stays.
 */
import { endless } from "../../../_testing/test_claimants.ts";
import { enterNamespaces } from "../enter.ts";
import { bringUp } from "../lab.ts";
import { ParallelLabs } from "../parallel_labs.ts";

const code = await enterNamespaces(Deno.args, import.meta.url);
if (code !== undefined) Deno.exit(code);
const [mode] = Deno.args;
if (mode === "exit") Deno.exit(42);
if (mode === "orphan") Deno.exit(await orphanVanishes() ? 0 : 1);
if (mode === "parallel") await standTwo();
else await standOne();
console.log("up");
// A busy or stopped lab cannot notice anything itself: only the kernel can end it.
if (mode === "spin") { for (;;); }
await new Promise(() => {});

/** Whether a process whose parent ended first is gone once it has ended, and not only dead. */
async function orphanVanishes(): Promise<boolean> {
  const args = ["-c", "sleep 0.1 > /dev/null & echo $!"];
  const { stdout } = await new Deno.Command("sh", { args }).output();
  const orphan = `/proc/${new TextDecoder().decode(stdout).trim()}`;
  // No event tells of it.
  for (let tries = 0; tries < 1000; tries++) {
    if (await Deno.lstat(orphan).then(() => false, () => true)) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

async function standOne(): Promise<void> {
  await bringUp({
    name: "pair",
    title: "Two hosts",
    nodes: { left: { kind: "host" }, right: { kind: "device", tunnelled: ["10.9.0.0/16"] } },
    links: [{
      name: "wire",
      impairment: { delay: 1 },
      ends: [
        { node: "left", interface: "eth0", addresses: ["10.1.0.1/24"] },
        { node: "right", interface: "eth0", addresses: ["10.1.0.2/24"] },
      ],
    }],
    taps: [],
  });
  const args = ["netns", "exec", "left", "sleep", "infinity"];
  new Deno.Command("ip", { args, stdin: "null" }).spawn();
}

async function standTwo(): Promise<void> {
  const labs = new ParallelLabs(
    new URL("../../../_testing/test_claimants.ts", import.meta.url).href,
  );
  const begun = [1, 2].map((n) =>
    new Promise<void>((begun) => void labs.run({ ...endless, directory: `/run/${n}`, begun }))
  );
  await Promise.all(begun);
}
