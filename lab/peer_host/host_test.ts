import { ok } from "node:assert";
import { OWN_LOOPBACK } from "./_testing/own_loopback.ts";
import { PeerHost } from "./host.ts";

Deno.test("a host says that it is idle, and ends, amid traffic that never does", async () => {
  const directory = await Deno.makeTempDir({ prefix: "plumbline-host-" });
  const events: string[] = [];
  const host = await PeerHost.start({
    ...{ suite: "endless", role: "sender", node: "a", seed: 1, traceDirectory: directory },
    config: { wan: [{ port: "wan0", address: OWN_LOOPBACK, udp: 7000 }] },
    suites: new URL("./_testing/endless_suite.ts", import.meta.url).href,
  }, (event) => events.push(event));
  host.go();
  host.instruct({});
  ok(events.includes("told"), "the instruction took effect later");
  await host.idle();
  await host.idle();
  const lateness = await host.stop();
  ok(lateness >= 0 && lateness < Infinity, `${lateness}`);
  await Deno.remove(directory, { recursive: true });
});
