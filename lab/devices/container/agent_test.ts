import { deepStrictEqual, match, rejects, strictEqual } from "node:assert";
import { textLines } from "../../peer_host/lines.ts";
import { temporaryFolder } from "../../temporary.ts";
import { Agent, type Container } from "./agent.ts";
import type { HostedProcess } from "../hosted_process.ts";

const AGENT = new URL("./agent.sh", import.meta.url).pathname;

/** Says its argument, and what it is told until it is told to end, with 3. */
const DEVICE = 'echo "told $1"; while read -r word; do echo "got $word"; ' +
  '[ "$word" != end ] || exit 3; done; exit 4';

/** Runs the agent of a container, without the container. */
async function inContainer(
  command: readonly string[],
  act: (container: Container, agent: Deno.ChildProcess) => Promise<void>,
): Promise<void> {
  const control = await temporaryFolder("agent");
  const agent = new Deno.Command(AGENT, {
    args: [...command],
    env: { PLUMBLINE_CONTROL: control },
    stdin: "null",
    stderr: "null",
  }).spawn();
  try {
    await act({ service: "sender", namespace: "", control }, agent);
  } finally {
    try {
      agent.kill("SIGTERM");
    } catch {
      // It has ended.
    }
    await agent.status;
    await Deno.remove(control, { recursive: true });
  }
}

async function say(child: HostedProcess, text: string): Promise<void> {
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${text}\n`));
  writer.releaseLock();
}

const linesOf = (child: HostedProcess) =>
  child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(textLines()).getReader();

/** Why a device is stuck, once that is no longer what it was: signals take their time. */
async function changed(child: HostedProcess, before?: string): Promise<string | undefined> {
  for (let i = 0; i < 100; i++) {
    const now = await child.stuck?.();
    if (now !== before) return now;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return before;
}

async function leave(agent: Agent, child?: HostedProcess): Promise<void> {
  await child?.stdin.close();
  await agent.close();
  await child?.stdout.cancel().catch(() => {});
  await child?.stderr.cancel();
}

Deno.test("a device in a container is started, spoken to, and its exit status known", async () => {
  await inContainer(["sh", "-c", DEVICE, "device"], async (container) => {
    const agent = await Agent.connect(container);
    strictEqual(agent.plays, "device");
    for (let i = 0; i < 3; i++) {
      const child = await agent.start();
      const lines = linesOf(child);
      strictEqual((await lines.read()).value, `told ${container.control}/work/config.json`);
      await say(child, "end");
      strictEqual((await lines.read()).value, "got end");
      strictEqual((await lines.read()).done, true);
      deepStrictEqual(await child.status, { code: 3, signal: null });
      await child.stdin.close();
      await child.stderr.cancel();
    }
    await leave(agent);
  });
});

Deno.test("a device in a container is killed with what it has started", async () => {
  await inContainer(["sh", "-c", "echo up; sleep 100; true"], async (container) => {
    const agent = await Agent.connect(container);
    const child = await agent.start();
    const lines = linesOf(child);
    strictEqual((await lines.read()).value, "up");
    child.kill("SIGKILL");
    deepStrictEqual(await child.status, { code: 137, signal: "SIGKILL" });
    strictEqual((await lines.read()).done, true);
    await child.stdin.close();
    await child.stderr.cancel();
    await leave(agent);
  });
});

Deno.test("a device that is stopped, and a container that is paused, are told from others", async () => {
  await inContainer(["sh", "-c", "echo $$; sleep 100 & wait"], async (container, process) => {
    const agent = await Agent.connect(container);
    const child = await agent.start();
    const lines = linesOf(child);
    const pid = Number((await lines.read()).value);
    strictEqual(await child.stuck?.(), undefined);
    Deno.kill(pid, "SIGSTOP");
    match(await changed(child, undefined) ?? "", /its process is stopped/);
    Deno.kill(pid, "SIGCONT");
    strictEqual(await changed(child, "its process is stopped, by SIGSTOP or the like"), undefined);
    process.kill("SIGSTOP");
    match(await child.stuck?.() ?? "", /its container does not answer within 5000 ms/);
    process.kill("SIGCONT");
    child.kill("SIGKILL");
    await child.status;
    strictEqual(await child.stuck?.(), undefined);
    await lines.cancel();
    await child.stdin.close();
    await child.stderr.cancel();
    await leave(agent);
  });
});

Deno.test("a lab that ends leaves no device running, and the next lab finds the container", async () => {
  await inContainer(["--reference", "sh", "-c", "echo $$; sleep 100; true"], async (container) => {
    const pids: number[] = [];
    for (let i = 0; i < 3; i++) {
      const agent = await Agent.connect(container);
      strictEqual(agent.plays, "reference");
      const child = await agent.start();
      const lines = linesOf(child);
      pids.push(Number((await lines.read()).value));
      await agent.close();
      await child.stdin.close();
      const how = await child.status;
      match(how.signal ?? "", /the end of its container|SIGKILL/);
      await lines.cancel().catch(() => {});
      await child.stderr.cancel().catch(() => {});
    }
    const agent = await Agent.connect(container);
    await agent.close();
    for (const pid of pids) {
      const state = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "gone");
      match(state, /^gone$|\) Z /);
    }
  });
});

Deno.test("a container that runs no agent is named", async () => {
  const control = await temporaryFolder("agent");
  await rejects(
    Agent.connect({ service: "sender", namespace: "", control }, 100),
    /^Error: The container of "sender" does not run its agent: "docker compose logs sender" may/,
  );
  await Deno.remove(control, { recursive: true });
});
