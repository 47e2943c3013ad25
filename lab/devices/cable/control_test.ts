import { match, ok, rejects, strictEqual } from "node:assert";
import { temporaryFolder } from "../../temporary.ts";
import { runControl } from "./control.ts";

/** Runs a shell script as a control command. */
function control(script: string, timeout = 10_000, abort = new AbortController().signal) {
  return runControl({ command: ["sh", "-c", script], input: "role='lns'\n", timeout }, abort);
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await temporaryFolder("control");
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const isAlive = (pid: string) =>
  Deno.readTextFile(`/proc/${pid.trim()}/stat`).then((stat) => !/\) Z /.test(stat), () => false);

Deno.test("a control command reads its settings, and nothing of this process's environment", () =>
  inFolder(async (folder) => {
    Deno.env.set("PLUMBLINE_TEST_SECRET", "x");
    await control(`. "$PLUMBLINE_SETTINGS"; echo "$role $PLUMBLINE_TEST_SECRET" > ${folder}/said`);
    Deno.env.delete("PLUMBLINE_TEST_SECRET");
    strictEqual(await Deno.readTextFile(`${folder}/said`), "lns \n");
  }));

Deno.test("one that fails is told of with what it said last, however much that was", async () => {
  await rejects(control("echo 'no \u001b[2J licence' >&2; exit 3"), {
    message: "sh ended with exit status 3: no \\u{1b}[2J licence",
  });
  await rejects(control("kill -9 $$"), /^Error: sh ended with SIGKILL$/);
  await rejects(
    control("head -c 50000000 /dev/zero | tr '\\0' x >&2; echo end >&2; exit 1"),
    (error: Error) => error.message.length < 600 && error.message.endsWith("xxend"),
  );
  await rejects(runControl({ command: ["/nowhere"], input: "", timeout: 1 }, AbortSignal.any([])));
});

Deno.test("one that hangs, or whose lab ends, is ended with all that it has started", () =>
  inFolder(async (folder) => {
    const hangs = `trap '' TERM; sleep 1000 & echo $! > ${folder}/pid; wait; sleep 1000`;
    const begin = performance.now();
    await rejects(control(hangs, 300), /sh did not end within 300 ms/);
    ok(performance.now() - begin < 5000);
    ok(!await isAlive(await Deno.readTextFile(`${folder}/pid`)));
    const lab = new AbortController();
    const running = control(hangs, 60_000, lab.signal);
    setTimeout(() => lab.abort(), 200);
    await rejects(running);
    ok(!await isAlive(await Deno.readTextFile(`${folder}/pid`)));
  }));

Deno.test({
  name: "what one leaves running keeps nobody waiting, and is not ended with it",
  // What it leaves holds its standard error, which is read on.
  sanitizeResources: false,
  sanitizeOps: false,
  fn: () =>
    inFolder(async (folder) => {
      const begin = performance.now();
      await control(`sh -c 'while sleep 0.1; do echo busy >&2; done' & echo $! > ${folder}/pid`);
      ok(performance.now() - begin < 3000);
      await new Promise((resolve) => setTimeout(resolve, 500));
      const pid = await Deno.readTextFile(`${folder}/pid`);
      ok(await isAlive(pid));
      Deno.kill(Number(pid), "SIGKILL");
      match(pid, /^\d+\n$/);
    }),
});
