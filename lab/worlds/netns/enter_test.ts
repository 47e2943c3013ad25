import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { Poller } from "../../kernel/poll.ts";
import { closeDescriptor, openDescriptor } from "../../kernel/descriptor.ts";
import { processDescriptor } from "../../kernel/thread.ts";
import { available, inside } from "./enter.ts";

const FIXTURE = new URL("./_testing/enter_fixture.ts", import.meta.url).pathname;
/** In the environment of every process of one test, so that none is missed. */
const MARK = "PLUMBLINE_TEST_MARK";

const able = inside() ? { ok: false } : await available();

/** Processes that carry a mark, wherever they are. */
function marked(mark: string): number[] {
  const found: number[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const text = Deno.readTextFileSync(`/proc/${name}/environ`);
      if (text.includes(`${MARK}=${mark}`)) found.push(Number(name));
    } catch {
      // Ended meanwhile, or somebody else's.
    }
  }
  return found;
}

/** Waits for the end of processes, by the kernel's word; each descriptor is of a process. */
async function gone(descriptors: readonly (number | undefined)[]): Promise<void> {
  for (const fd of descriptors) {
    if (fd === undefined) continue;
    await new Poller([fd]).waitAsync(Infinity);
    closeDescriptor(fd);
  }
}

/** The network namespace of a process as the kernel names it; undefined when the process is gone. */
function namespaceOf(pid: number): string | undefined {
  try {
    return Deno.readLinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined;
  }
}

/**
 * Network namespaces of processes by name, each with a descriptor that holds it: the kernel gives the
 * name of one that has vanished to the next that anybody makes.
 */
function held(pids: readonly number[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const pid of pids) {
    try {
      const fd = openDescriptor(`/proc/${pid}/ns/net`);
      const name = Deno.readLinkSync(`/proc/self/fd/${fd}`);
      if (found.has(name)) closeDescriptor(fd);
      else found.set(name, fd);
    } catch {
      // Ended meanwhile.
    }
  }
  return found;
}

/** Every process that can be seen. */
function everybody(): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter(Number.isInteger);
}

interface Launch {
  command: string[];
  /** What is killed once the lab is up, given the first process and all of them. */
  kill(first: number, all: number[]): void | Promise<void>;
}

/** Starts a lab, kills it, and waits until every process of it has ended; the exit code of the first. */
async function killed({ command, kill }: Launch): Promise<number> {
  const mark = crypto.randomUUID();
  const [first, ...args] = command;
  const child = new Deno.Command(first, {
    args,
    env: { [MARK]: mark },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  strictEqual(new TextDecoder().decode(value).trim(), "up");
  const all = marked(mark);
  const ends = all.map(processDescriptor);
  const theirs = held(all);
  const own = namespaceOf(Deno.pid)!;
  ok([...theirs.keys()].some((name) => name !== own), "the lab has no namespace of its own");
  await kill(child.pid, all);
  await gone(ends);
  while (!(await reader.read()).done);
  const { code } = await child.status;
  deepStrictEqual(marked(mark), []);
  const left = everybody().map(namespaceOf).filter((name) =>
    name !== own && theirs.has(name ?? "")
  );
  theirs.forEach((fd) => closeDescriptor(fd));
  deepStrictEqual(left, []);
  return code;
}

const us = (mode: string) => [Deno.execPath(), "run", "-A", "--no-prompt", FIXTURE, mode];

Deno.test({
  name: "what runs inside passes its exit code on",
  ignore: !able.ok,
  async fn() {
    const [first, ...args] = us("exit");
    strictEqual((await new Deno.Command(first, { args, stdin: "null" }).output()).code, 42);
  },
});

Deno.test({
  name: "what ends inside without a parent is taken leave of",
  ignore: !able.ok,
  async fn() {
    const [first, ...args] = us("orphan");
    strictEqual((await new Deno.Command(first, { args, stdin: "null" }).output()).code, 0);
  },
});

for (const mode of ["idle", "spin", "parallel"]) {
  Deno.test({
    name: `a lab that is ${mode} vanishes with the process that was killed`,
    ignore: !able.ok,
    async fn() {
      await killed({ command: us(mode), kill: (first) => Deno.kill(first, "SIGKILL") });
    },
  });
}

Deno.test({
  name: "a lab vanishes with the process that was interrupted, which says so by its exit code",
  ignore: !able.ok,
  async fn() {
    strictEqual(
      await killed({ command: us("idle"), kill: (first) => Deno.kill(first, "SIGINT") }),
      130,
    );
  },
});

Deno.test({
  name: "who interrupts a busy lab twice does not have to wait for it",
  ignore: !able.ok,
  async fn() {
    const code = await killed({
      command: us("spin"),
      async kill(first) {
        Deno.kill(first, "SIGINT");
        // Signals of one kind that wait are one.
        await new Promise((resolve) => setTimeout(resolve, 100));
        Deno.kill(first, "SIGINT");
      },
    });
    strictEqual(code, 130);
  },
});

Deno.test({
  name: "a lab whose own processes are stopped vanishes all the same",
  ignore: !able.ok,
  async fn() {
    await killed({
      command: us("idle"),
      kill(first, all) {
        for (const pid of all) if (pid !== first) Deno.kill(pid, "SIGSTOP");
        Deno.kill(first, "SIGKILL");
      },
    });
  },
});

Deno.test({
  name: "a lab that deno task launched vanishes with deno task",
  ignore: !able.ok,
  async fn() {
    const command = [Deno.execPath(), "task", "--eval", us("idle").join(" ")];
    await killed({ command, kill: (first) => Deno.kill(first, "SIGKILL") });
  },
});
