import assert from "node:assert/strict";
import { dirname } from "../../suites/kit/paths.ts";
import { inFolder, plumbline } from "../_testing/command_line.ts";
import { type Report, reportSchema } from "../../suites/report/model.ts";
import { reproduce } from "./run_metadata.ts";

const PROJECT = new URL("../../", import.meta.url).pathname;

/** Runs `body` with another working directory, and a value of PLUMBLINE_WORLD. */
function elsewhere<T>(directory: string, world: string | undefined, body: () => T): T {
  const before = [Deno.cwd(), Deno.env.get("PLUMBLINE_WORLD")] as const;
  const set = (value: string | undefined) =>
    value === undefined
      ? Deno.env.delete("PLUMBLINE_WORLD")
      : Deno.env.set("PLUMBLINE_WORLD", value);
  Deno.chdir(directory);
  set(world);
  try {
    return body();
  } finally {
    Deno.chdir(before[0]);
    set(before[1]);
  }
}

Deno.test("the same again says the seed and the world, and nothing of where the first result went", () => {
  const args = [
    ...["certify", "--device", "box.json", "--out", "a b", "--suite=l2tp", "--json"],
    ...["--sign=lab.key", "--class", "lns"],
  ];
  const same = "deno task plumbline certify --device box.json --suite=l2tp --class lns --seed 7";
  assert.equal(elsewhere(PROJECT, undefined, () => reproduce(args, 7)), same);
  assert.equal(elsewhere(PROJECT, "memory", () => reproduce(args, 7)), `${same} --world memory`);
  assert.equal(
    elsewhere(PROJECT, "memory", () => reproduce(["certify", "--seed", "3", "--world=netns"], 3)),
    "deno task plumbline certify --seed 3 --world=netns",
  );
});

Deno.test("from another folder, files are named so that the checkout finds them", async () => {
  await inFolder((folder) => {
    const said = elsewhere(
      folder,
      undefined,
      () =>
        reproduce(
          ["certify", "--device", "box.json", "--device=xl2tpd", "--device", "/x/y.json"],
          1,
        ),
    );
    assert.equal(
      said,
      `deno task plumbline certify --device ${folder}/box.json --device=xl2tpd --device /x/y.json ` +
        "--seed 1",
    );
    const checked = elsewhere(
      folder,
      undefined,
      () =>
        reproduce(["check", "a.pcap", "--out", "b", "--profile", "p.json", "-", "--suite", "l2tp"]),
    );
    assert.equal(
      checked,
      `deno task plumbline check ${folder}/a.pcap --profile ${folder}/p.json - --suite l2tp`,
    );
    return Promise.resolve();
  });
});

Deno.test("in the lab of a compose project the same again is one of that project", () => {
  const said = elsewhere(
    PROJECT,
    "compose",
    () => reproduce(["certify", "--device", "/acme.json"], 1, { lns: "acme/lns@sha256:00" }),
  );
  assert.equal(
    said,
    "LNS_IMAGE=acme/lns@sha256:00 docker compose run --rm lab certify --device /acme.json --seed 1",
  );
});

/** Everything that two runs of the same have in common. */
function outcome({ run, conclusion, requirements, suites, totals }: Report) {
  return {
    ...{ conclusion, totals, seed: run.seed, world: run.world, command: run.command },
    requirements: requirements.map(({ id, verdict }) => [id, verdict]),
    checks: suites.flatMap(({ checks }) =>
      checks.map(({ id, evidence, verdict, reason, actual, frames }) => ({
        ...{ id, evidence, verdict, reason, actual, frames },
      }))
    ),
  };
}

Deno.test("the command that a report prints gives the same run again", async () => {
  await inFolder(async (folder) => {
    const profile = {
      ...{ name: "it's a box; echo", roles: ["nat"], classes: ["NAT"] },
      attach: { kind: "reference", variant: "tunnel_cluster/nat/any_port" },
    };
    await Deno.writeTextFile(`${folder}/it's a box.json`, JSON.stringify(profile));
    const first = await plumbline(
      ...["certify", "--world", "memory", "--suite", "tunnel_cluster", "--seed", "11", "--json"],
      ...["--device", `${folder}/it's a box.json`, "--out", `${folder}/first`],
    );
    assert.equal(first.code, 1, first.err);
    const report = reportSchema.parse(JSON.parse(first.out));
    assert.doesNotMatch(report.run.command, /--out|--json/);

    const { code, stderr } = await new Deno.Command("sh", {
      args: ["-c", `${report.run.command} --out '${folder}/second'`],
      cwd: PROJECT,
      env: { PATH: `${dirname(Deno.execPath())}:${Deno.env.get("PATH")}` },
      stdin: "null",
      stdout: "null",
    }).output();
    assert.equal(code, 1, new TextDecoder().decode(stderr));
    const again = reportSchema.parse(
      JSON.parse(await Deno.readTextFile(`${folder}/second/report.json`)),
    );
    assert.deepEqual(outcome(again), outcome(report));
    const evidence = "evidence/tunnel_cluster/nat/row_lifetime";
    for await (const { name } of Deno.readDir(`${folder}/first/${evidence}`)) {
      if (!name.endsWith(".pcapng")) continue;
      const [a, b] = await Promise.all(
        ["first", "second"].map((run) => Deno.readFile(`${folder}/${run}/${evidence}/${name}`)),
      );
      assert.deepEqual(a, b, name);
    }
  });
});
