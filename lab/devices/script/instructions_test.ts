import { rejects, strictEqual } from "node:assert";
import { instructScript } from "./instructions.ts";

const SCRIPT = `until [ -e instruction.sh ]; do sleep 0.01; done
. ./instruction.sh
echo "$kind $name" > taken
rm instruction.sh`;

Deno.test("a script takes an instruction and is known to have carried it out", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const script = new Deno.Command("sh", { args: ["-c", SCRIPT], cwd: folder }).spawn();
    const instruction = { kind: "dial", name: "it's me" };
    await instructScript({ node: "lac", folder, kinds: ["dial"] }, instruction);
    strictEqual(await Deno.readTextFile(`${folder}/taken`), "dial it's me\n");
    await script.status;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("what a script does not understand is refused", async () => {
  await rejects(
    instructScript({ node: "lac", folder: "/", kinds: ["dial"] }, { kind: "load", value: 3 }),
    /Cannot instruct "lac" to load as its profile has other instructions: dial/,
  );
});
