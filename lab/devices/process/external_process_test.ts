/** A device that hangs without ending, in the middle of a run. */
import assert from "node:assert/strict";
import { inFolder, plumbline } from "../../_testing/command_line.ts";
import { available } from "../../worlds/netns/enter.ts";

const able = await available();
const HOST = new URL("../../peer_host.ts", import.meta.url).pathname;

/** Our own LNS as somebody's program, which is stopped once it is ready, but not the first time. */
const SCRIPT = `
  export HOME="${Deno.env.get("HOME") ?? "/"}" DENO_DIR="${Deno.env.get("DENO_DIR") ?? ""}"
  times=$(cat "$0/times" 2> /dev/null || echo 0)
  echo $((times + 1)) > "$0/times"
  sleep 1000 | "$1" run -A --no-check ${HOST} "$2" > "$0/said" &
  until grep -q '"ready":true' "$0/said"; do sleep 0.05; done
  [ "$times" = 0 ] || kill -STOP $!
  echo up
  wait`;

Deno.test({
  name: "a device that is stopped in the middle of a run is named, and its silence fails nothing",
  ignore: !able.ok,
  async fn() {
    await inFolder(async (folder) => {
      const command = ["sh", "-c", SCRIPT, folder, Deno.execPath()];
      const attach = { kind: "process", command, ready: "up" };
      const profile = { name: "box", roles: ["lns"], classes: ["lns"], attach };
      await Deno.writeTextFile(`${folder}/box.json`, JSON.stringify(profile));
      const args = ["--device", `${folder}/box.json`, "--suite", "l2tp", "--jobs", "1"];
      const selection = ["--check", "l2tp/lns/avps/unknown_", "--out", `${folder}/run`];
      const { code, out, err } = await plumbline("certify", ...args, ...selection);
      assert.equal(code, 3, out + err);
      assert.match(out, /"device" hangs: its process is stopped, by SIGSTOP or the like/);
      const { totals } = JSON.parse(await Deno.readTextFile(`${folder}/run/report.json`));
      assert.deepEqual([totals.fail, totals.error, totals.pass], [0, 0, 0]);
    });
  },
});
