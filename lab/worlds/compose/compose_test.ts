/**
 * The compose lab for real, with an engine of this test's own that ends with it. What must hold on every
 * change is always tested; what takes minutes, when `PLUMBLINE_COMPOSE_TESTS` is `all`.
 */
import { deepStrictEqual, doesNotMatch, match, notStrictEqual, ok, strictEqual } from "node:assert";
import { docker } from "../../engine/docker.ts";
import { buildImages, DEVICE_IMAGES, LAB_IMAGES } from "../../engine/images.ts";
import { networkState } from "../../engine/_testing/network_state.ts";
import {
  engineObstacle,
  type PrivateEngine,
  startEngine,
} from "../../engine/_testing/private_engine.ts";
import { temporaryFolder } from "../../temporary.ts";
import { imageVersions } from "./_testing/image_versions.ts";
import { assertSameVerdicts } from "./_testing/one_device.ts";
import { Project, verdictsOf } from "./_testing/project.ts";

const obstacle = await engineObstacle();
const XL2TPD = DEVICE_IMAGES.filter(({ tag }) => tag === "plumbline-xl2tpd");
/** Checks of an LNS that differ in what they ask of it, of which xl2tpd fails some. */
const AVPS = "l2tp/lns/avps/", RELIABLE = "l2tp/lns/reliable/";
/** A few checks of an LNS, of which xl2tpd fails some. */
const LNS = ["--check", "l2tp/lns/avps/vendor"];
/** Checks of xl2tpd that take seconds: what a run of each ends with, and its verdict. */
const QUICK: [check: string, scenario: string, code: number, verdict: string][] = [
  ["l2tp/lns/reliable/duplicate", "l2tp/lns/reliable/duplicate", 0, "pass"],
  // A SHOULD, so that nothing that is required was shown.
  ["l2tp/lns/avps/empty_host_name", "l2tp/lns/avps/host_name", 3, "fail"],
];
const isAll = Deno.env.get("PLUMBLINE_COMPOSE_TESTS") === "all";

/** A step that takes so long that it is left out unless asked for. */
const long = (name: string, fn: () => Promise<void>): Deno.TestStepDefinition =>
  isAll ? { name, fn } : {
    name: `${name} (takes long: not tested unless PLUMBLINE_COMPOSE_TESTS=all)`,
    ignore: true,
    fn,
  };

/** An image whose device runs a command, once it has said that it is ready. */
async function deviceImage(engine: PrivateEngine, tag: string, entry: string[]): Promise<void> {
  const file = `FROM plumbline-peer\nENTRYPOINT ${JSON.stringify(entry)}\n`;
  await docker(
    ["build", "-q", "-t", tag, "-"],
    engine.environment,
    ReadableStream.from([
      new TextEncoder().encode(file),
    ]),
  );
}

const AGENT = "/plumbline/lab/devices/container/agent.sh";
const afterReady = (what: string) => [
  ...[AGENT, "sh", "-c", `echo 'Listening on IP address'; ${what}`],
];

Deno.test({
  name: obstacle === undefined
    ? "the compose lab comes to verdicts, survives bad devices and leaves the machine as it was"
    : `the compose lab is not tested here, as ${obstacle}`,
  ignore: obstacle !== undefined,
  async fn(t) {
    const before = await networkState();
    const folder = await temporaryFolder("compose");
    // A disk that is full soon; mounted before the engine, which sees no other mounts.
    const small = `${folder}/small`;
    await Deno.mkdir(small);
    await run("mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", small);
    const engine = await startEngine();
    const lab = new Project(engine, "lab", "l2tp", folder);
    const l2tp = (name: string, image: string) =>
      new Project(engine, name, "l2tp", folder, { LNS_IMAGE: image });
    try {
      await buildImages([...LAB_IMAGES, ...XL2TPD], engine.environment);

      await t.step("reference peers conform, and their run leaves a report", async () => {
        const { code, said, report } = await lab.certify("--suite", "l2tp", ...LNS);
        strictEqual(code, 0, said);
        strictEqual(report?.run.world, "compose");
        ok(report.totals.pass > 0);
      });

      await t.step("a vendor's image takes the place of a reference peer", async () => {
        const contained = l2tp("vendor", "plumbline-xl2tpd");
        for (const [check, scenario, expected, verdict] of QUICK) {
          const { code, said, report } = await contained.certify(
            ...["--suite", "l2tp", "--device", "xl2tpd_container", "--check", check],
          );
          strictEqual(code, expected, said);
          deepStrictEqual(verdictsOf(report!), { [`${check} on evidence/${scenario}`]: verdict });
        }
        await contained.down();
      });

      await t.step(
        long("xl2tpd in a container has the verdicts that it has as a process", async () => {
          const contained = l2tp("alike", "plumbline-xl2tpd");
          ok(await assertSameVerdicts(contained, ["process"], AVPS, folder) > 20);
          await contained.down();
        }),
      );

      await t.step("a full disk ends a run with one clear line, and no verdict", async () => {
        const project = new Project(engine, "full", "l2tp", small);
        const { code, said } = await project.certify("--suite", "l2tp", "--check", AVPS);
        strictEqual(code, 2, said);
        match(said, /^plumbline: Cannot write .*no space is left on the device$/m);
        doesNotMatch(said, /^\s+at |Uncaught|internal error|Conformant/m);
        await project.down();
      });

      await t.step("whoever plays a role that nobody asked for is refused", async () => {
        const project = l2tp("foreign", "plumbline-xl2tpd");
        const { code, said } = await project.certify("--suite", "l2tp", ...LNS);
        strictEqual(code, 2);
        match(
          said,
          /plumbline-xl2tpd is the image of its lns, and no device of that role is under test/,
        );
        await project.down();
      });

      await t.step(long("reference peers of the other systems conform", async () => {
        const selections = [
          ["--suite", "core_identity", "--check", "core_identity/common/clear_identity"],
          ["--suite", "tunnel_cluster", "--check", "tunnel_cluster/endpoint/waits_for_master"],
        ];
        const project = new Project(engine, "systems", "core_identity,tunnel_cluster", folder);
        for (const selection of selections) {
          const { code, said, report } = await project.certify(...selection);
          strictEqual(code, 0, said);
          ok(report!.totals.pass > 0);
        }
        await project.down();
      }));

      await t.step(long("two labs stand side by side, and one project has one lab", async () => {
        const other = new Project(engine, "other", "l2tp", folder);
        const selection = ["--suite", "l2tp", "--check", "l2tp/lns/avps/vendor"];
        const runs = await Promise.all([lab.certify(...selection), other.certify(...selection)]);
        deepStrictEqual(runs.map(({ code }) => code), [0, 0], runs.map(({ said }) => said).join());
        const twice = await Promise.all([lab.certify(...selection), lab.certify(...selection)]);
        deepStrictEqual(twice.map(({ code }) => code).sort(), [0, 2]);
        match(
          twice.map(({ said }) => said).join(),
          /another lab runs in it: docker compose -p NAME/,
        );
        await other.down();
      }));

      await t.step(
        long("a lab that is killed leaves a project in which the next runs", async () => {
          const selection = ["--suite", "l2tp", "--check", "l2tp/lns/avps/vendor"];
          const running = lab.compose("run", "--rm", "-T", "lab", "certify", ...selection).spawn();
          const filter = ["--filter", "label=com.docker.compose.oneoff=True"];
          let id = "";
          for (
            const peer = /peer_host/;
            id === "" || !peer.test(await processes(engine));
            await nap()
          ) {
            id = await docker(["ps", "-q", ...filter], engine.environment);
          }
          await docker(["kill", "-s", "KILL", id], engine.environment);
          notStrictEqual((await running.output()).code, 0);
          const { code, said } = await lab.certify(...selection);
          strictEqual(code, 0, said);
        }),
      );
      await lab.down();

      await t.step(
        long("so it has in a box, and as a process where it is slow to answer", async () => {
          const contained = l2tp("xl2tpd", "plumbline-xl2tpd");
          ok(await assertSameVerdicts(contained, ["box"], AVPS, folder) > 20);
          ok(await assertSameVerdicts(contained, ["process"], RELIABLE, folder) > 20);
          await contained.down();
        }),
      );

      await t.step(
        long("a container that is paused is named, and its silence fails nothing", async () => {
          const project = l2tp("paused", "plumbline-xl2tpd");
          const args = ["--device", "xl2tpd_container", "--check", "l2tp/lns/keepalive/"];
          const certified = project.certify(...args);
          // The preflight is over, and a scenario is under way that waits for long.
          for (let seen = 0; seen < 50; await nap()) {
            seen += /xl2tpd -D/.test(await processes(engine)) ? 1 : 0;
          }
          await project.compose("pause", "lns").output();
          const { code, said, report, seconds } = await certified;
          await project.compose("unpause", "lns").output();
          strictEqual(code, 3, said);
          match(said, /hangs: its container does not answer within 5000 ms/);
          strictEqual(report?.totals.fail, 0, said);
          ok(seconds < 300, `it took ${seconds} s`);
          await project.down();
        }),
      );

      await t.step(
        long("strongSwan and FRR start in their images, and say what they are", async () => {
          await buildImages(DEVICE_IMAGES, engine.environment);
          const said = await imageVersions(engine);
          match(said["plumbline-strongswan"], /strongSwan listens[^]*swanctl 5\.[^]*uptime:/);
          match(said["plumbline-frr"], /FRR speaks BGP[^]*FRRouting 8\.[^]*BGP/);
        }),
      );

      await t.step(
        long("a device that is none is told of in bounded time, and never passes", async () => {
          const bad: [string, string[], RegExp][] = [
            ["exits", ["true"], /does not run its agent: "docker compose logs lns" may say why/],
            ["ends", afterReady("exit 7"), /"device" ended by itself, with exit status 7/],
            ["hangs", afterReady("exec sleep 1000"), /inconclusive/],
            ["floods", afterReady("exec yes flood"), /inconclusive/],
          ];
          await Promise.all(bad.map(async ([name, entry, told]) => {
            await deviceImage(engine, `plumbline-${name}`, entry);
            const project = l2tp(name, `plumbline-${name}`);
            const { code, said, seconds } = await project.certify(
              "--device",
              "xl2tpd_container",
              ...LNS,
            );
            strictEqual(code, 3, said);
            match(said, told);
            ok(seconds < 300, `${name} took ${seconds} s`);
            await project.down();
          }));
          const missing = await l2tp("missing", "plumbline-missing")
            .certify("--device", "xl2tpd_container", ...LNS);
          notStrictEqual(missing.code, 0);
          // What the engine says depends on the registries that it asks; the lab never starts.
          notStrictEqual(missing.said, "");
          strictEqual(missing.report, undefined);
          await l2tp("missing", "plumbline-missing").down();
        }),
      );

      strictEqual(await docker(["ps", "-aq"], engine.environment), "");
    } finally {
      await engine.stop();
      await run("umount", small);
      await Deno.remove(folder, { recursive: true });
    }
    deepStrictEqual(await networkState(), before);
  },
});

async function run(command: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** The processes of every container. */
async function processes({ environment }: PrivateEngine): Promise<string> {
  const ids = (await docker(["ps", "-q"], environment)).split("\n").filter((id) => id !== "");
  const tops = await Promise.all(ids.map((id) => docker(["top", id], environment).catch(() => "")));
  return tops.join("\n");
}

const nap = () => new Promise((resolve) => setTimeout(resolve, 100));

Deno.test({
  name: "where nothing can be fetched the compose lab is not tested, and that is said",
  ignore: obstacle !== undefined,
  async fn() {
    const module = new URL("../../engine/_testing/private_engine.ts", import.meta.url).href;
    const script = `console.log(await (await import("${module}")).engineObstacle())`;
    const { stdout } = await new Deno.Command("unshare", {
      args: ["--net", Deno.execPath(), "eval", "--no-check", script],
    }).output();
    match(new TextDecoder().decode(stdout), /images cannot be built as \S+ is out of reach/);
  },
});
