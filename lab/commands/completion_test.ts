import { deepStrictEqual, match, ok } from "node:assert";
import { Command } from "commander";
import { register as certify } from "./certify.ts";
import { register as check } from "./check.ts";
import { candidates } from "./completion_run.ts";
import { SCRIPTS } from "./completion_scripts.ts";
import { register as device } from "./device.ts";
import { register as list } from "./list.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;

function program(): Command {
  const made = new Command("plumbline");
  for (const register of [certify, check, device, list]) register(made);
  return made;
}

async function words(...typed: string[]): Promise<string[]> {
  return (await candidates(program(), typed)).map(({ word }) => word);
}

Deno.test("commands, their parts and their options are completed", async () => {
  deepStrictEqual(await words("ce"), ["certify"]);
  deepStrictEqual(await words("device", "pro"), ["probe"]);
  deepStrictEqual(await words("certify", "--device", "x", "--se"), ["--seed"]);
  ok((await words("list", "")).includes("parameters"));
});

Deno.test("values of options are completed, behind a comma as well", async () => {
  deepStrictEqual(await words("certify", "--world", "n"), ["netns"]);
  deepStrictEqual(await words("certify", "--suite", "l2tp,co"), ["l2tp,core_identity"]);
  ok((await words("certify", "--device", "null_")).includes("null_mute"));
  ok((await words("device", "probe", "null_")).includes("null_mute"));
  deepStrictEqual(await words("certify", "--class", "hid"), ["hiding"]);
});

Deno.test("ids of checks are completed as far as the next stroke", async () => {
  deepStrictEqual(await words("certify", "--check", "l2"), ["l2tp/"]);
  ok((await words("certify", "--check", "core_identity/9/")).includes("core_identity/9/clear_id"));
});

Deno.test("where any file may stand, nothing is said, so that the shell completes files", async () => {
  deepStrictEqual(await words("check", "wan"), []);
  deepStrictEqual(await words("certify", "--out", ""), []);
});

Deno.test("a shell that carries out the script of bash completes", async () => {
  const script = [
    `plumbline() { "${Deno.execPath()}" run -A --no-check "${MAIN}" "$@"; }`,
    'eval "$(plumbline completion bash)"',
    "COMP_WORDS=(plumbline certify --suite core_identity,tu) COMP_CWORD=3",
    "_plumbline",
    'printf "%s\\n" "${COMPREPLY[@]}"',
    "complete -p plumbline",
  ].join("\n");
  const { stdout } = await new Deno.Command("bash", { args: ["-c", script] }).output();
  const [found, set] = new TextDecoder().decode(stdout).trim().split("\n");
  deepStrictEqual(found, "core_identity,tunnel_cluster");
  match(set, /^complete -F _plumbline plumbline$/);
});

/** Whether a shell is here. */
function has(shell: string): boolean {
  return new Deno.Command("sh", { args: ["-c", `command -v ${shell}`] }).outputSync().success;
}

for (const [shell, script] of Object.entries(SCRIPTS)) {
  Deno.test({
    name: `the script of ${shell} is one that it can read`,
    ignore: !has(shell),
    fn() {
      const { stderr } = new Deno.Command(shell, { args: ["-n", "-c", script] }).outputSync();
      deepStrictEqual(new TextDecoder().decode(stderr), "");
    },
  });
}
