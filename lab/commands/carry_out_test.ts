import { match, ok, strictEqual } from "node:assert";
import { available, inside } from "../worlds/netns/enter.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;
const able = inside() ? { ok: false } : await available();

/** Interrupts `certify` once it has told of its first scenario; what it said, its exit code, its run. */
async function interrupt(world: string): Promise<{ code: number; said: string; files: string[] }> {
  const out = await Deno.makeTempDir({ prefix: "plumbline-interrupted-" });
  try {
    const args = ["certify", "--world", world, "--suite", "core_identity", "--out", `${out}/run`];
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--no-prompt", MAIN, ...args],
      ...{ stdin: "null", stdout: "null", stderr: "piped" },
    }).spawn();
    let said = "";
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      if (!/^\[1\//m.test(said) && /^\[1\//m.test(said + text)) child.kill("SIGINT");
      said += text;
    }
    const { code } = await child.status;
    return { code, said, files: [...Deno.readDirSync(`${out}/run`)].map(({ name }) => name) };
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

for (const world of ["memory", "netns"]) {
  Deno.test({
    name:
      `a run in the ${world} world that is interrupted says how far it came, and concludes nothing`,
    ignore: world === "netns" && !able.ok,
    async fn() {
      const { code, said, files } = await interrupt(world);
      strictEqual(code, 130, said);
      match(
        said,
        /^plumbline: interrupted after \d+ of \d+ scenarios; certify --resume .*\/run goes on$/m,
      );
      ok(files.includes("plan.json") && files.includes("evidence"));
      ok(!files.includes("report.json"));
    },
  });
}
