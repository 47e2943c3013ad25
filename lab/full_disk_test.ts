/** A disk that is full ends a run with one clear line, wherever it shows, and never with a verdict. */
import assert from "node:assert/strict";
import { available } from "./worlds/netns/enter.ts";

const MAIN = new URL("./main.ts", import.meta.url).pathname;
const able = await available();

/** Runs a certification into a file system of so many octets; a mount namespace holds that. */
async function certifyInto(size: string, world: string) {
  const certify = [Deno.execPath(), "run", "-A", "--quiet", MAIN, "certify"];
  const script = `folder=$(mktemp -d) && mount -t tmpfs -o size=${size} none "$folder" || exit 77
    "$@" --out "$folder/run"
    code=$?
    umount -l "$folder" && rmdir "$folder"
    exit $code`;
  const choice = ["--world", world, "--check", "core_identity/session/one_identity"];
  const { code, stdout, stderr } = await new Deno.Command("unshare", {
    args: ["-Urm", "sh", "-c", script, "sh", ...certify, ...choice],
    stdin: "null",
  }).output();
  const text = (octets: Uint8Array) => new TextDecoder().decode(octets);
  return { code, out: text(stdout), err: text(stderr) };
}

for (const world of ["memory", "netns"]) {
  Deno.test({
    name: `a full disk ends a run of the ${world} world with one clear line`,
    ignore: !able.ok,
    async fn() {
      // It is full while captures are written, and while what follows is.
      for (const size of ["100k", "1500k"]) {
        const { code, out, err } = await certifyInto(size, world);
        assert.equal(code, 2, err);
        assert.equal(out, "");
        assert.match(err, /^plumbline: Cannot write .*no space is left on the device$/m);
        assert.doesNotMatch(err, /^\s+at |Uncaught|internal error/m);
      }
    },
  });
}
