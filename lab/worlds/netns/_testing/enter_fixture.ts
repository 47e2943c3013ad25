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
if (mode === "parallel") await standTwo();
else await standOne();
console.log("up");
// A busy or stopped lab cannot notice anything itself: only the kernel can end it.
if (mode === "spin") { for (;;); }
await new Promise(() => {});

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
