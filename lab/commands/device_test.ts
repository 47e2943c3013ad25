import assert from "node:assert/strict";
import { inFolder, plumbline, refused } from "../_testing/command_line.ts";
import { KINDS } from "../devices/kinds/registry.ts";
import { available } from "../worlds/netns/enter.ts";
import { formatProblem, readProfile } from "./profile_text.ts";

const able = await available();

/** What is wrong with a profile, in lines. */
function problems(text: string): string[] {
  return (readProfile(text).problems ?? []).map(formatProblem);
}

Deno.test("an error of a profile is told at its place, with the nearest right word", () => {
  const told: [string, RegExp][] = [
    [
      '{\n  "name": "x",\n  "role": ["lns"]\n}',
      /^line 3, column 3: "role" is unknown: .* is roles$/m,
    ],
    [
      '{"attach": {\n"kind": "adress"}}',
      /^line 2, column 9: attach.kind: .*; the nearest .* address$/m,
    ],
    ['{"attach": {"kind": "process", "comand": []}}', /"comand" is unknown: .* is command$/m],
    ['{"attach": {"kind": "null", "conduct": "mutee"}}', /attach.conduct: .* is mute$/m],
    ['{"name": 7}', /column 10: name: it must be a string: got 7$/m],
    ['{"name": "x",\n}', /^line 2, column 1: it must be JSON: property name expected$/m],
    ["", /^line 1, column 1: it must be JSON: value expected$/m],
    ['{"name": "x",\n "name": "y"}', /^line 2, column 2: name: "name" is there twice$/m],
    [
      '{"attach": {\n"kind": "null",\n "kind": "null"},\n "roles": [{"a": 1, "\\u0061": 2}]}',
      /^line 3, column 2: attach.kind: "kind" .* twice\nline 4, column 21: roles.0.a: "a" .* twice$/,
    ],
    ['{"name": "x", "roles": ["lns"]}', /attach: it is missing$/m],
    [
      '{"attach": {"kind": "address", "cables": {"wan0": {"interface": "eth1", "addresses": ["x"]}}}}',
      /attach.cables.wan0.addresses.0: it must be an IP address: got "x"$/m,
    ],
  ];
  for (const [text, expected] of told) assert.match(problems(text).join("\n"), expected, text);
  const whole = '{"name": "x", "roles": ["lns"], "attach": {"kind": "reference"}}';
  assert.deepEqual(problems(whole), []);
});

Deno.test("whatever a file holds, something is told of it, and nothing throws", () => {
  const whole = Deno.readTextFileSync(new URL("../devices/profiles/xl2tpd.json", import.meta.url));
  assert.deepEqual(problems(whole), []);
  for (let n = 0; n < 600; n += 7) {
    assert.ok(problems(whole.slice(0, n)).length > 0);
    problems(whole.slice(0, n) + "?" + whole.slice(n));
    problems(whole.slice(0, n) + whole.slice(n + 3));
  }
  for (const text of ["null", "[]", "7", '"x"', "{}", "\0", "[".repeat(5000), '{"toString": 1}']) {
    assert.ok(problems(text).length > 0, text.slice(0, 20));
  }
});

Deno.test("a profile is written, is right, and is never written over another", async () => {
  await inFolder(async (folder) => {
    const out = `${folder}/box.json`;
    const args = ["--name", "box", "--role", "lns", "--class", "lns", "--out", out];
    const made = await plumbline("device", "init", "--kind", "process", ...args);
    assert.equal(made.code, 0, made.err);
    // The contract of the kind is shown, and stands in the script to begin with.
    assert.match(made.out, /PLUMBLINE_SETTINGS/);
    assert.match(await Deno.readTextFile(`${folder}/box.sh`), /^# {3}Ready: /m);
    const valid = await plumbline("device", "validate", out);
    assert.equal(valid.code, 0, valid.out + valid.err);
    assert.match(valid.out, /as lns: \d\d+ scenarios/);
    refused(await plumbline("device", "init", "--kind", "process", ...args), /is there already/);
    const typo = [...args.slice(0, -1), `${folder}/other.json`];
    const cables = ["--cable", "wan0=eth1", "--cable", "lan0="];
    const cabled = await plumbline("device", "init", "--kind", "interface", ...cables, ...typo);
    assert.equal(cabled.code, 0, cabled.err);
    const { attach } = JSON.parse(await Deno.readTextFile(`${folder}/other.json`));
    assert.deepEqual(attach.cables, { wan0: "eth1", lan0: null });
  });
  const kind = await plumbline("device", "init", "--name", "x", "--kind", "proces");
  assert.equal(kind.code, 2);
  assert.match(kind.err, /a kind is unknown: got proces; the nearest that is known is process/);
});

const hasTerminal = (await new Deno.Command("sh", { args: ["-c", "command -v script"] }).output())
  .success;

Deno.test({
  name:
    "whoever answers at a terminal is asked again after a wrong word, and may take what is offered",
  ignore: !hasTerminal,
  async fn() {
    await inFolder(async (folder) => {
      const main = new URL("../main.ts", import.meta.url).pathname;
      const words = [Deno.execPath(), "run", "-A", "--no-check", main, "device", "init"];
      const command = words.map((word) => `'${word}'`).join(" ");
      const child = new Deno.Command("script", {
        args: ["-qec", command, "/dev/null"],
        cwd: folder,
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      const writer = child.stdin.getWriter();
      let said = "";
      const answers: [question: string, answer: string][] = [
        ["[box]", "mine"],
        ["[process]", "proces"],
        ["[process]", ""],
        ["[lns]", "lns"],
        ["[lns]", ""],
      ];
      let [next] = answers, seen = 0;
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
        said += text;
        while (next !== undefined && said.indexOf(next[0], seen) >= 0) {
          seen = said.indexOf(next[0], seen) + next[0].length;
          await writer.write(new TextEncoder().encode(`${next[1]}\r`));
          answers.shift();
          [next] = answers;
        }
      }
      await writer.close().catch(() => {});
      assert.equal((await child.status).code, 0, said);
      assert.match(said, /a kind is unknown: got proces; the nearest that is known is process/);
      assert.match(said, /Next: deno task plumbline device validate/);
      const { name, attach } = JSON.parse(await Deno.readTextFile(`${folder}/mine.json`));
      assert.deepEqual([name, attach.kind], ["mine", "process"]);
    });
  },
});

Deno.test("validate tells each error with its place, and what means nothing to the suites", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/x.json`;
    await Deno.writeTextFile(
      file,
      '{"name": "x",\n "roles": ["lnss"],\n "attach": {"kind": "reference"}}',
    );
    const { code, out } = await plumbline("device", "validate", file);
    assert.equal(code, 2);
    assert.match(out, /x\.json: line 2, column 12: a role is unknown: got lnss; .* is lns\n$/);
  });
});

Deno.test("each kind has its contract, and an unknown one the nearest", async () => {
  const { code, out } = await plumbline("device", "contract");
  assert.equal(code, 0);
  for (const kind of Object.keys(KINDS)) assert.match(out, new RegExp(`^${kind}: `, "m"));
  refused(await plumbline("device", "contract", "adress"), /the nearest that is known is address/);
});

/** A profile of a program in a folder. */
async function programIn(folder: string, script: string, ready?: string): Promise<string> {
  const attach = { kind: "process", command: ["sh", "-c", script], ready, ready_within: 2 };
  const file = `${folder}/${crypto.randomUUID()}.json`;
  const profile = { name: "box", roles: ["lns"], classes: ["lns"], attach };
  await Deno.writeTextFile(file, JSON.stringify(profile));
  return file;
}

Deno.test({
  name: "a device that is dead, deaf or hangs is found before the first scenario, and why",
  ignore: !able.ok,
  async fn() {
    await inFolder(async (folder) => {
      const dead: [string, string | undefined, RegExp][] = [
        [
          "printf 'no \\033[2Jlicence\\n' >&2; exit 3",
          undefined,
          /ended by itself, with exit status 3; its last words were: no \\u\{1b\}\[2Jlicence/,
        ],
        ["exec sleep 3600", undefined, /does not listen: it answers with ICMP unreachable/],
        ["echo almost; exec sleep 3600", "up", /did not say "up" within 2 s; .* were: almost/],
        ["cat /dev/zero | tr '\\0' x", "up", /did not say "up" within 2 s/],
      ];
      for (const [script, ready, why] of dead) {
        const file = await programIn(folder, script, ready);
        const { code, out, err } = await plumbline("device", "probe", file, "--suite", "l2tp");
        assert.equal(code, 1, out + err);
        assert.match(out, why);
        // deno-lint-ignore no-control-regex
        assert.doesNotMatch(out + err, /\x1b/);
      }
    });
  },
});

Deno.test({
  name: "a run whose device is dead ends at once, inconclusive, and its report says why",
  ignore: !able.ok,
  async fn() {
    await inFolder(async (folder) => {
      const file = await programIn(folder, "echo 'no licence' >&2; exit 3");
      const begin = performance.now();
      const args = ["--device", file, "--suite", "l2tp", "--out", `${folder}/run`];
      const { code, out, err } = await plumbline("certify", ...args);
      assert.equal(code, 3, out + err);
      assert.match(err, /box failed its preflight as lns of l2tp: .*exit status 3.*no licence/);
      assert.match(out, /Inconclusive/);
      assert.ok(performance.now() - begin < 60_000);
      assert.match(await Deno.readTextFile(`${folder}/run/report.html`), /no licence/);
      assert.equal((await plumbline("check", `${folder}/run`)).code, 3);
    });
  },
});
