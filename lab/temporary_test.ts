import assert from "node:assert/strict";
import { temporaryFolder } from "./temporary.ts";

Deno.test({
  name: "what a killed process has left is removed by the next, and nothing else",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const place = await Deno.makeTempDir({ prefix: "plumbline-place-" });
    const child = new Deno.Command("true").spawn();
    const { pid } = child;
    await child.status;
    const here = /\d+/.exec(await Deno.readLink("/proc/self/ns/pid"))![0];
    const dead = `plumbline-fuzz-${pid}.12.${here}-abc`,
      restarted = `plumbline-fuzz-${Deno.pid}.1.${here}-abc`;
    const strange = [
      "plumbline-found-x",
      "else",
      `plumbline-fuzz-${pid}`,
      `x-plumbline-fuzz-${pid}.1.${here}-`,
      `plumbline-fuzz-${pid}.1.7-elsewhere`,
    ];
    try {
      const own = await temporaryFolder("fuzz", place);
      for (const name of [dead, restarted, ...strange]) {
        await Deno.mkdir(`${place}/${name}/inner`, { recursive: true });
      }
      const kept = `${place}/else/inner/file`;
      await Deno.writeTextFile(kept, "kept");
      await Deno.symlink(`${place}/else`, `${place}/${dead}/link`);
      await Deno.symlink(`${place}/else`, `${place}/plumbline-fuzz-${pid}.13.${here}-link`);
      const next = await temporaryFolder("bench", place);
      assert.deepEqual(
        [...Deno.readDirSync(place)].map(({ name }) => name).sort(),
        [own, next].map((path) => path.split("/").at(-1)!)
          .concat(strange, `plumbline-fuzz-${pid}.13.${here}-link`).sort(),
      );
      assert.equal(await Deno.readTextFile(kept), "kept");
    } finally {
      await Deno.remove(place, { recursive: true });
    }
  },
});
