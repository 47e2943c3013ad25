import { rejects, strictEqual } from "node:assert";
import { temporaryFolder } from "../../temporary.ts";
import { PeerHosts } from "./peer_hosts.ts";

const AGENT = new URL("../../devices/container/agent.sh", import.meta.url).pathname;

Deno.test("a container that has ended is sought again each time, and found once it is back", async () => {
  const control = await temporaryFolder("hosts");
  const begin = () =>
    new Deno.Command(AGENT, {
      args: ["sleep", "1000"],
      env: { PLUMBLINE_CONTROL: control },
      stdin: "null",
      stderr: "null",
    }).spawn();
  const hosts = new PeerHosts("");
  const container = { service: "lns", namespace: "", control };
  let process = begin();
  try {
    const agent = await hosts.agent(container);
    strictEqual(await hosts.agent(container), agent);
    process.kill("SIGKILL");
    await process.status;
    while (!agent.isGone) await new Promise((resolve) => setTimeout(resolve, 10));
    const gone = /The container of "lns" does not run its agent/;
    await rejects(hosts.agent(container), gone);
    // Descriptors that were its own are somebody else's by now.
    const others = Array.from({ length: 16 }, () => Deno.openSync(AGENT));
    await rejects(hosts.agent(container), gone);
    for (const other of others) {
      strictEqual(other.readSync(new Uint8Array(2)), 2);
      other.close();
    }
    process = begin();
    strictEqual((await hosts.agent(container)).plays, "device");
  } finally {
    await hosts.end();
    process.kill("SIGTERM");
    await process.status;
    await Deno.remove(control, { recursive: true });
  }
});
