/** A disk that is full ends a run with one clear line, wherever it shows, and never with a verdict. */
import assert from "node:assert/strict";
import { available } from "./worlds/netns/enter.ts";

const MAIN = new URL("./main.ts", import.meta.url).pathname;
const able = await available();

/** Runs a certification into a file system of so many octets. */
function certifyInto(size: string, world: string) {
  const choice = `--world ${world} --check core_identity/session/one_identity`;
  return onDisk(size, `plumbline certify ${choice} --out "$folder/run"`);
}

/** Runs a shell's words with $folder on a file system of so many octets; a mount namespace holds that. */
async function onDisk(size: string, words: string) {
  const script = `folder=$(mktemp -d) && mount -t tmpfs -o size=${size} none "$folder" || exit 77
    plumbline() { "${Deno.execPath()}" run -A --quiet "${MAIN}" "$@"; }
    ${words}
    code=$?
    umount -l "$folder" && rmdir "$folder"
    exit $code`;
  const { code, stdout, stderr } = await new Deno.Command("unshare", {
    args: ["-Urm", "sh", "-c", script],
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

Deno.test({
  name: "a full disk leaves no half certificate and no half bundle, and what it kept is done later",
  ignore: !able.ok,
  async fn() {
    // The page of a certificate fits into 12 KiB, and what is signed does not fit any more.
    const words = `
      fill() {
        rm -f "$folder/fill"
        left=$(df --output=avail -k "$folder" | tail -n 1)
        head -c $(((left - $1) * 1024)) /dev/zero > "$folder/fill"
      }
      try() { "$@"; echo "$1 $2 ended with $?"; }
      cd "$folder"
      plumbline key new key
      plumbline certify --world memory --suite tunnel_cluster --out run > said
      for room in 0 12; do
        fill $room
        try plumbline sign run --key key
        ls run | grep -c '^certificate.sig$'
      done
      try plumbline certify --resume run --sign key
      rm fill
      try plumbline sign run --key key
      fill 0
      try plumbline bundle run run.tar.gz
      ls -A | grep -v -x -e fill -e key -e key.pub -e run -e said
      rm fill
      try plumbline verify run --key key.pub`;
    const { out, err } = await onDisk("13m", words);
    assert.deepEqual(
      out.split("\n").filter((line) => / ended with |^\d+$|tar/.test(line)),
      [
        ...["plumbline sign ended with 2", "0", "plumbline sign ended with 2", "0"],
        "plumbline certify ended with 2",
        "plumbline sign ended with 0",
        "plumbline bundle ended with 2",
        "plumbline verify ended with 0",
      ],
      out + err,
    );
    assert.match(err, /Cannot write \S+\/run\/certificate.html as no space is left on the device/);
    assert.match(
      err,
      /Cannot write \S+\/run\/certificate.(json|sig) as no space is left on the device/,
    );
    assert.match(err, /Cannot resume run as it has ended: sign run --key key signs it/);
    assert.match(err, /Cannot write run.tar.gz as no space is left on the device/);
    assert.doesNotMatch(err, /^\s+at |Uncaught|internal error/m);
  },
});
