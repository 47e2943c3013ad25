/** What `enter_test.ts` kills: stands a small lab up, says so on standard output, and stays. */
import { enterNamespaces } from "./enter.ts";
import { bringUp } from "./lab.ts";

const code = await enterNamespaces(Deno.args, import.meta.url);
if (code !== undefined) Deno.exit(code);
const [mode] = Deno.args;
if (mode === "exit") Deno.exit(42);
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
new Deno.Command("ip", { args: ["netns", "exec", "left", "sleep", "infinity"], stdin: "null" })
  .spawn();
console.log("up");
// A busy or stopped lab cannot notice anything itself: only the kernel can end it.
if (mode === "spin") { for (;;); }
await new Promise(() => {});
