import assert from "node:assert/strict";
import { available, spawnInside } from "./worlds/netns/enter.ts";
import { temporaryFolder } from "./temporary.ts";

const MODULE = new URL("./temporary.ts", import.meta.url).href;
/** Makes a folder, names it, and waits for ever. */
const KEEPS = `
  const { temporaryFolder } = await import(${JSON.stringify(MODULE)});
  console.log(await temporaryFolder("fuzz", Deno.args[0]));
  setInterval(() => {}, 1000);
`;

/** A process that keeps a folder in a place; started in namespaces of its own, if need be. */
async function keeper(place: string, isInside: boolean) {
  const command = [Deno.execPath(), "eval", "--no-config", KEEPS, place];
  const child = isInside
    ? await spawnInside(command, "keeper", "piped")
    : new Deno.Command(command[0], { args: command.slice(1), stdin: "piped", stdout: "piped" })
      .spawn();
  const output = child.stdout.pipeThrough(new TextDecoderStream());
  let folder = "";
  for await (const text of output.values({ preventCancel: true })) {
    folder += text;
    if (folder.endsWith("\n")) break;
  }
  return {
    name: folder.trim().split("/").at(-1)!,
    async kill() {
      child.kill("SIGKILL");
      await child.status;
      await output.cancel();
      await child.stdin.close().catch(() => {});
    },
  };
}

const namesIn = (place: string) => [...Deno.readDirSync(place)].map(({ name }) => name).sort();
const nameOf = (path: string) => path.split("/").at(-1)!;

const canEnter = await available();
for (const isInside of [false, true]) {
  const where = isInside ? "inside a lab" : "here";
  Deno.test({
    name: `what a process ${where} keeps is let be until it is killed, then removed by the next`,
    ignore: isInside && !canEnter.ok,
    async fn() {
      const place = await Deno.makeTempDir({ prefix: "plumbline-place-" });
      try {
        const other = await keeper(place, isInside);
        const own = nameOf(await temporaryFolder("bench", place));
        assert.deepEqual(namesIn(place), [own, other.name].sort());
        await other.kill();
        // The kernel ends what was inside when it has ended what is outside.
        let names: string[] = [], last = "";
        for (let i = 0; i < 100 && names.length !== 1; i++) {
          if (last !== "") await Deno.remove(`${place}/${last}`);
          last = nameOf(await temporaryFolder("bench", place));
          names = namesIn(place).filter((name) => name !== own && name !== last).concat(own);
          if (names.length !== 1) await new Promise((resolve) => setTimeout(resolve, 20));
        }
        assert.deepEqual(names, [own]);
      } finally {
        await Deno.remove(place, { recursive: true });
      }
    },
  });
}

Deno.test("what nobody holds is removed, and nothing else", async () => {
  const place = await Deno.makeTempDir({ prefix: "plumbline-place-" });
  const strange = [
    "else",
    "plumbline-fuzz-a",
    "x-plumbline-fuzz-a.held",
    "plumbline-fuzz-a.held.x",
  ];
  const left = "plumbline-fuzz-left.held", link = "plumbline-fuzz-link.held";
  try {
    const own = await temporaryFolder("fuzz", place);
    for (const name of [left, ...strange]) {
      await Deno.mkdir(`${place}/${name}/inner`, { recursive: true });
    }
    const kept = `${place}/else/inner/file`;
    await Deno.writeTextFile(kept, "kept");
    await Deno.symlink(`${place}/else`, `${place}/${left}/link`);
    await Deno.symlink(`${place}/else`, `${place}/${link}`);
    const next = await temporaryFolder("bench", place);
    assert.deepEqual(namesIn(place), [own, next].map(nameOf).concat(strange, link).sort());
    assert.equal(await Deno.readTextFile(kept), "kept");
  } finally {
    await Deno.remove(place, { recursive: true });
  }
});
