import { match, rejects, strictEqual } from "node:assert";
import { provideRoot, unpackedRoot } from "./packages.ts";

/** Runs `body` with a folder for roots of its own. */
async function withPlace(body: (place: string) => Promise<void>): Promise<void> {
  const place = await Deno.makeTempDir({ prefix: "plumbline-" });
  try {
    await body(place);
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

async function has(command: string): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args: ["--version"] }).output()).success;
  } catch {
    return false;
  }
}

/** Makes the packages that are asked for, each with one file. */
async function build(packages: readonly string[], folder: string): Promise<void> {
  for (const name of packages) {
    const tree = `${folder}/${name}`;
    await Deno.mkdir(`${tree}/DEBIAN`, { recursive: true });
    await Deno.mkdir(`${tree}/usr/bin`, { recursive: true });
    const fields = ["Version: 1", "Architecture: all", "Maintainer: a <a@b.c>", "Description: t"];
    const control = [`Package: ${name}`, ...fields, ""].join("\n");
    await Deno.writeTextFile(`${tree}/DEBIAN/control`, control);
    await Deno.writeTextFile(`${tree}/usr/bin/${name}`, "text");
    await new Deno.Command("dpkg-deb", { args: ["-b", tree, `${folder}/${name}.deb`] }).output();
    await Deno.remove(tree, { recursive: true });
  }
}

Deno.test({
  name: "packages are unpacked side by side once, and found again without their source",
  ignore: !await has("dpkg-deb"),
  fn: () =>
    withPlace(async (place) => {
      const wanted = ["left", "right"];
      strictEqual(await unpackedRoot(wanted, place), undefined);
      const root = await provideRoot(wanted, { fetch: build }, place);
      match(root, new RegExp(`^${place}/`));
      for (const name of wanted) {
        strictEqual(await Deno.readTextFile(`${root}/usr/bin/${name}`), "text");
      }
      const never = () => Promise.reject(new Error("asked twice"));
      strictEqual(await provideRoot(["right", "left"], { fetch: never }, place), root);
      strictEqual([...Deno.readDirSync(place)].length, 1);
    }),
});

Deno.test("where nothing can be fetched, one line says what to fetch and nothing is left", () =>
  withPlace(async (place) => {
    const offline = { fetch: () => Promise.reject(new Error("no mirror answers")) };
    await rejects(provideRoot(["xl2tpd", "ppp"], offline, place), (error: Error) => {
      match(
        error.message,
        /^Cannot fetch the Debian packages xl2tpd, ppp as no mirror answers\. .*"apt-get update"/,
      );
      return true;
    });
    strictEqual([...Deno.readDirSync(place)].length, 0);
  }));
