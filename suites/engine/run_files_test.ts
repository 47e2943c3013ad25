import assert from "node:assert/strict";
import { jsonOf, locateInside, openInside, readNamedText, readTextInside } from "./run_files.ts";
import { isInside, UnreadableInput, writeTextInside } from "./run_files.ts";
import { UnwritableOutput } from "./system_error.ts";

/** Makes a directory with one of every kind of file, and a directory beside it. */
async function withFiles(body: (root: string, beside: string) => Promise<void> | void) {
  const top = await Deno.makeTempDir({ prefix: "plumbline-files-" });
  const root = `${top}/run`, beside = `${top}/beside`;
  try {
    await Deno.mkdir(`${root}/folder`, { recursive: true });
    await Deno.mkdir(beside);
    await Deno.writeTextFile(`${root}/folder/text`, "inside");
    await Deno.writeTextFile(`${beside}/text`, "outside");
    await Deno.symlink(`${beside}/text`, `${root}/link`);
    await Deno.symlink(beside, `${root}/linked_folder`);
    await Deno.symlink("nowhere", `${root}/dangling`);
    await Deno.symlink("/dev/zero", `${root}/zero`);
    await new Deno.Command("mkfifo", { args: [`${root}/fifo`] }).output();
    using _socket = Deno.listen({ transport: "unix", path: `${root}/socket` });
    await body(root, beside);
  } finally {
    await Deno.remove(top, { recursive: true });
  }
}

const REFUSED: [string, RegExp][] = [
  ["link", /is a link/],
  ["linked_folder/text", /linked_folder is a link/],
  ["dangling", /is a link/],
  ["zero", /is a link/],
  ["fifo", /must be a regular file: got a FIFO/],
  ["socket", /must be a regular file: got a socket/],
  ["folder", /must be a regular file: got a directory/],
  ["none", /there is no such file/],
  ["folder/text/more", /there is no such file/],
  ["../beside/text", /lies outside/],
  ["folder/../../beside/text", /lies outside/],
  ["/etc/hostname", /lies outside/],
  ["", /lies outside/],
  ["a\0b", /lies outside/],
];

Deno.test("within a run directory nothing is opened but regular files behind no link", async () => {
  await withFiles((root) => {
    assert.equal(readTextInside(root, "folder/text", 100), "inside");
    for (const [path, why] of REFUSED) {
      for (const read of [locateInside, openInside]) {
        assert.throws(
          () => read(root, path),
          (error) => error instanceof UnreadableInput && why.test(error.message),
          path,
        );
      }
    }
  });
});

Deno.test("a root that is a link itself is what the user named", async () => {
  await withFiles((root) => {
    assert.equal(readTextInside(`${root}/linked_folder`, "text", 100), "outside");
  });
});

Deno.test("no more is read than the limit", async () => {
  await withFiles((root) => {
    assert.equal(readTextInside(root, "folder/text", 6), "inside");
    assert.throws(() => readTextInside(root, "folder/text", 5), /at most 5 octets: got 6/);
    // A file of the kernel has no size before it is read.
    assert.throws(() => readNamedText("/proc/self/status", 5), /at most 5 octets: got more/);
  });
});

Deno.test("what the user names may be a link, and no device, FIFO or directory", async () => {
  await withFiles((root) => {
    assert.equal(readNamedText(`${root}/link`, 100), "outside");
    assert.throws(() => readNamedText("/dev/zero", 100), /got a device/);
    assert.throws(() => readNamedText(`${root}/fifo`, 100), /got a FIFO/);
    assert.throws(() => readNamedText(`${root}/folder`, 100), /got a directory/);
  });
});

Deno.test("writing replaces a link, and never what it leads to", async () => {
  await withFiles(async (root, beside) => {
    for (const name of ["report.html", "report.html.part"]) {
      await Deno.symlink(`${beside}/text`, `${root}/${name}`);
    }
    writeTextInside(root, "report.html", "new\ud800");
    assert.equal(await Deno.readTextFile(`${beside}/text`), "outside");
    assert.ok((await Deno.lstat(`${root}/report.html`)).isFile);
    assert.equal(readTextInside(root, "report.html", 100), "new\ufffd");
    assert.throws(() => writeTextInside(root, "folder", "x"), UnwritableOutput);
    const parts = [...Deno.readDirSync(root)].filter(({ name }) => /^\..*part$/.test(name));
    assert.deepEqual(parts, [], "a part was left behind");
  });
});

Deno.test("JSON that nests too deep or holds too many values is refused before it is parsed", () => {
  assert.deepEqual(jsonOf('{"a":["[[\\\\\\"[",1]}', "x"), { a: ['[[\\"[', 1] });
  const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  assert.ok(jsonOf(deep(64), "x"));
  assert.throws(() => jsonOf(deep(65), "x"), /nest at most 64 levels/);
  assert.throws(() => jsonOf(deep(1_000_000), "x"), /nest at most 64 levels/);
  assert.throws(() => jsonOf(`[${"0,".repeat(1_000_001)}0]`, "x"), /at most 1000000 values/);
  assert.throws(() => jsonOf("{", "x"), /must be JSON/);
  assert.throws(() => jsonOf('"\\', "x"), /must be JSON/);
});

Deno.test("a path is inside by its text alone", () => {
  for (const path of ["a", "a/b c", "...", "a/..b", "-"]) assert.ok(isInside(path), path);
  for (const path of ["", ".", "..", "a/", "/a", "a//b", "a/../b", "\0"]) {
    assert.ok(!isInside(path), path);
  }
});
