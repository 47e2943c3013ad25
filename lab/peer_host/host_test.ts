import { ok } from "node:assert";
import { DUE_AFTER, HELD_UP } from "./_testing/held_up_suite.ts";
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

Deno.test("a host tells of a deadline that came up and passed while packets kept it at work", async () => {
  const directory = await Deno.makeTempDir({ prefix: "plumbline-host-" });
  const received = Promise.withResolvers<void>();
  const host = await PeerHost.start({
    ...{ suite: "held_up", role: "sender", node: "a", seed: 1, traceDirectory: directory },
    config: { wan: [{ port: "wan0", address: OWN_LOOPBACK, udp: 7001 }] },
    suites: new URL("./_testing/held_up_suite.ts", import.meta.url).href,
  }, (event) => event === "received" && received.resolve());
  host.go();
  await host.idle();
  host.instruct({});
  await received.promise;
  const lateness = await host.stop();
  ok(lateness >= HELD_UP - DUE_AFTER - 1, `${lateness}`);
  await Deno.remove(directory, { recursive: true });
});
