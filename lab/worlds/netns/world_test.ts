import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import type { TraceRecord } from "../../../peers/machine.ts";
import type { EvidenceRecord } from "../../../suites/kit/evidence.ts";
import type { Profile } from "../../../suites/kit/profile.ts";
import { established, flow, flows, scenario } from "../../../suites/core_identity/node_setup.ts";
import { CORE_IDENTITY } from "../../../suites/core_identity/suite.ts";
import type { Driver, Scenario } from "../../../suites/kit/scenario.ts";
import { referenceProfile } from "../../devices/reference.ts";
import { processorCount } from "../../kernel/thread.ts";
import { tunAvailable } from "../../kernel/tun.ts";
import { insideTest, namespaceTests } from "./_testing/namespace_tests.ts";
import { NetnsWorld } from "./world.ts";

const DENO_DIR = Deno.env.get("DENO_DIR") ??
  `${Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`}/deno`;

/** Two clients and two servers behind a sender and a receiver of class F7. */
function play(run: (driver: Driver) => Promise<void>): Scenario {
  return scenario("7/netns_test", "A test of the world", {}, run);
}

async function run(
  world: NetnsWorld,
  scenario: Scenario,
  profiles: Record<string, Profile> = {},
): Promise<EvidenceRecord & { directory: string }> {
  const directory = await Deno.makeTempDir({ dir: "/run" });
  const record = await world.run({ suite: CORE_IDENTITY, scenario, profiles, seed: 1, directory });
  return { ...record, directory };
}

function traceOf(record: EvidenceRecord & { directory: string }, node: string): TraceRecord[] {
  return record.traces.filter((trace) => trace.node === node).flatMap(({ file }) =>
    Deno.readTextFileSync(`${record.directory}/${file}`).split("\n").filter((line) => line !== "")
      .map((line) => JSON.parse(line) as TraceRecord)
  );
}

function deviceProfile(command: string[], ready?: string): Profile {
  const reference = referenceProfile(CORE_IDENTITY, "receiver");
  return { ...reference, attach: { kind: "process", command, ready }, trace: { kind: "none" } };
}

await namespaceTests(import.meta.url, () => {
  for (const tun of tunAvailable() ? [true, false] : [false]) {
    insideTest(
      `TCP and UDP pass two devices by their ${tun ? "TUN" : "veth"} LAN ports`,
      async () => {
        const world = new NetnsWorld({ tun });
        const record = await run(
          world,
          play(async (driver) => {
            await established(driver);
            const tcp = await driver.tcp({ flow: flow(4000), octets: 500_000, octetsBack: 10_000 });
            deepStrictEqual(tcp, { sent: 510_000, received: 510_000, intact: true });
            const six = flows(2).map((each) => ({ ...each, family: 6 as const }));
            const udp = await driver.udp({ flows: six, count: 20, size: 1400 });
            deepStrictEqual(udp, { sent: 40, received: 40, intact: true });
          }),
        );
        strictEqual(record.problem, undefined);
        ok(Object.values(record.captureCounters).every(({ dropped }) => dropped === 0));
        ok(record.captureCounters["wan-s0"].captured > 0);
        await world.close();
      },
    );
  }

  insideTest(
    "what a device leaves in the kernel of its node is gone before another plays there",
    async () => {
      const world = new NetnsWorld();
      const holes = async () => {
        const args = ["netns", "exec", "receiver", "ip", "route", "show", "type", "blackhole"];
        const { stdout } = await new Deno.Command("ip", { args }).output();
        return new TextDecoder().decode(stdout).split("\n").length - 1;
      };
      const found: number[] = [];
      const scenario = play(async () => void found.push(await holes()));
      const leaves = "ip route add blackhole 192.0.2.0/24; echo ready; exec sleep 1000";
      const device = deviceProfile(["sh", "-c", leaves, "device"], "ready");
      await run(world, scenario, { receiver: device });
      await run(world, scenario);
      await world.close();
      deepStrictEqual(found, [1, 0]);
    },
  );

  insideTest(
    "every session is processed by one core, on its own thread and processor",
    async () => {
      const world = new NetnsWorld();
      const record = await run(
        world,
        play(async (driver) => {
          await established(driver);
          await driver.udp({ flows: flows(8), count: 10, size: 100 });
        }),
      );
      const { nodes, wires, recorder, machine } = record.lateness!;
      deepStrictEqual(Object.keys(nodes).sort(), ["receiver", "sender"]);
      // In real time everybody is late by something, wires that are plain excepted.
      ok(nodes.sender > 0 && nodes.receiver > 0 && machine > 0 && recorder >= 0);
      strictEqual(wires, 0);
      const processed = traceOf(record, "receiver").filter(({ event }) => event === "process");
      strictEqual(processed.length, 80);
      const threads = new Map<unknown, Set<unknown>>();
      for (const { core, cpu, tid } of processed) {
        strictEqual(cpu, core as number % processorCount());
        threads.set(core, (threads.get(core) ?? new Set()).add(tid));
      }
      deepStrictEqual([...threads.keys()].sort(), [0, 1, 2, 3]);
      strictEqual(new Set([...threads.values()].flatMap((set) => [...set])).size, 4);
      await world.close();
    },
  );

  insideTest(
    "a link that was plain can be cut: the scenario starts over on one that can",
    async () => {
      const world = new NetnsWorld();
      let acts = 0;
      const record = await run(
        world,
        play(async (driver) => {
          acts++;
          await established(driver);
          await driver.link("s1", { up: false });
        }),
      );
      strictEqual(acts, 2);
      strictEqual(record.problem, undefined);
      // What was done the first time is no part of it.
      const kinds = record.stimuli.map(({ kind }) => kind);
      deepStrictEqual(kinds.filter((kind) => kind === "link"), ["link"]);
      await world.close();
    },
  );

  insideTest("a device that cannot start leaves evidence that says so", async () => {
    const world = new NetnsWorld();
    const scene = play((driver) => established(driver));
    const missing = await run(world, scene, {
      receiver: deviceProfile(["/no/such/command"], "up"),
    });
    match(
      missing.problem!,
      /"receiver" ended before it said "up", with exit status 1\d\d; its last/,
    );
    const written = JSON.parse(Deno.readTextFileSync(`${missing.directory}/scenario.json`));
    strictEqual(written.problem, missing.problem);
    await world.close();
  });

  insideTest("a device that ends by itself ends its scenario at once, and says why", async () => {
    const world = new NetnsWorld();
    const dies = (script: string, ready?: string) =>
      run(world, play((driver) => driver.advance(600_000)), {
        receiver: deviceProfile(["sh", "-c", script], ready),
      });
    for (
      const [script, ready] of [
        ["echo first; printf 'no \\033[2Jlicence\\n' >&2; exit 3", undefined],
        ["echo up; printf 'no \\033[2Jlicence\\n' >&2; sleep 1; exit 3", "up"],
        ["printf 'no \\033[2Jlicence\\n' >&2; exit 3", "up"],
        // What it leaves behind holds its output open.
        ["printf 'no \\033[2Jlicence\\n' >&2; sleep 3600 & exit 3", "up"],
      ] as const
    ) {
      const { problem, directory } = await dies(script, ready);
      match(
        problem!,
        /^"receiver" ended (by itself|before it said "up"), with exit status 3; its last/,
      );
      match(problem!, /no \\u\{1b\}\[2Jlicence/);
      ok(Deno.readTextFileSync(`${directory}/receiver.log`).includes("no \u001b[2Jlicence\n"));
    }
    const killed = await dies("kill -9 $$");
    match(killed.problem!, /^"receiver" ended by itself, with SIGKILL/);
    await world.close();
  });

  insideTest("a device is told where commands are, where it works, and nothing else", async () => {
    const world = new NetnsWorld();
    Deno.env.set("SECRET_OF_THE_CALLER", "swordfish");
    const { directory } = await run(world, play((driver) => driver.advance(200)), {
      receiver: deviceProfile(["sh", "-c", "env; echo up; exec sleep 60"], "up"),
    });
    const log = Deno.readTextFileSync(`${directory}/receiver.log`);
    const names = [...log.matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    const known = [
      ...["PATH", "LANG", "LC_ALL", "TZ", "HOME", "TMPDIR", "PWD", "OLDPWD", "SHLVL", "_"],
      ...["PLUMBLINE_ROOT", "PLUMBLINE_WORK", "PLUMBLINE_SETTINGS"],
    ];
    deepStrictEqual(names.filter((name) => !known.includes(name)), []);
    match(log, /^HOME=\/run\/plumbline\/receiver$/m);
    await world.close();
  });

  insideTest("a device that says more than is kept costs neither memory nor the disk", async () => {
    const world = new NetnsWorld();
    const { directory, problem } = await run(world, play((driver) => driver.advance(1500)), {
      receiver: deviceProfile(["sh", "-c", "head -c 30000000 /dev/zero; exec sleep 60"]),
    });
    strictEqual(problem, undefined);
    const { size } = Deno.statSync(`${directory}/receiver.log`);
    ok(size > 3 << 20 && size < 5 << 20, `${size} octets`);
    await world.close();
  });

  insideTest(
    "a third party's program plays a device with the configuration it is given",
    async () => {
      const world = new NetnsWorld();
      const host = new URL("../../peer_host.ts", import.meta.url).pathname;
      // Our own peer as if it were a stranger's program: it is ended by a signal, not by our protocol.
      const command = [
        "sh",
        "-c",
        // It gets nothing of this process's environment, the place of its modules neither.
        `export HOME="${Deno.env.get("HOME") ?? ""}" DENO_DIR="${DENO_DIR}"
        sleep infinity | exec "${Deno.execPath()}" run -A "${host}" "$0"`,
      ];
      const record = await run(
        world,
        play(async (driver) => {
          await established(driver);
          strictEqual((await driver.udp({ flows: flows(2), count: 5, size: 64 })).received, 10);
        }),
        { receiver: deviceProfile(command, `"ready"`) },
      );
      strictEqual(record.problem, undefined);
      deepStrictEqual([...new Set(record.traces.map(({ node }) => node))], ["sender"]);
      await world.close();
    },
  );
});
