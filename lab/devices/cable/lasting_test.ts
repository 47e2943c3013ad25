/** Devices that are not started anew for each scenario, and what may be at an interface that is lent. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { hookedDevices } from "./unrestorable.ts";
import { insideTest, namespaceTests } from "../../worlds/netns/_testing/namespace_tests.ts";
import { AT_INTERFACE, cable, certify, sh, state, withDevice } from "./_testing/foreign_device.ts";

/** The seed of each scenario, by its id, as its evidence has it. */
async function seedsIn(run: string): Promise<Record<string, number>> {
  const found = await sh(`find ${run}/evidence -name scenario.json`);
  const records = found.trim().split("\n").map((path) => JSON.parse(Deno.readTextFileSync(path)));
  return Object.fromEntries(records.map(({ scenario, seed }) => [scenario, seed]));
}

const HOST = new URL("../../peer_host.ts", import.meta.url).pathname;

/**
 * A control command as an operator has it: it starts the device anew, with the secret that the scenario
 * asks for, and notes what it was told.
 */
const control = (folder: string) =>
  `set -eu
  . "$PLUMBLINE_SETTINGS"
  echo "$role \${instruction_kind-start} \${config_secret-}" >> ${folder}/told
  if [ -n "\${instruction_kind-}" ]; then exit 0; fi
  kill -9 "$(cat ${folder}/pid)" || true
  wan='{"port":"wan0","address":"10.9.0.1","udp":1701},{"port":"spare","address":"10.9.0.1","udp":1702}'
  secret=\${config_secret+"\\"secret\\":\\"$config_secret\\","}
  cat > ${folder}/anew.json <<JSON
    {"suite":"l2tp","role":"lns","node":"box","seed":$seed,"traceDirectory":"${folder}",
     "config":{$secret"wan":[$wan]}}
JSON
  [ -p ${folder}/input ] || mkfifo ${folder}/input
  : > ${folder}/said
  ip netns exec foreign sh -c 'echo $$ > ${folder}/pid
    exec "$@" <> ${folder}/input > ${folder}/said 2>&1' sh \
    "${Deno.execPath()}" run -A --no-check ${HOST} ${folder}/anew.json &
  until grep -q '"ready":true' ${folder}/said; do sleep 0.05; done`;

await namespaceTests(import.meta.url, () => {
  insideTest(
    "a device that remembers every tunnel is certified in scenario after scenario",
    () =>
      withDevice(AT_INTERFACE, "10.9.0.1", async (folder) => {
        const runs: Record<string, number>[] = [];
        // At the second seed the first two scenarios have peers with the same identifiers.
        for (const seed of [undefined, 2770]) {
          const { done, out } = certify(folder, cable, { check: "l2tp/lns/avps/un", seed });
          const { said } = await done;
          const { totals } = JSON.parse(await Deno.readTextFile(`${out}/report.json`));
          // A busy machine may be late for one; what it remembers must fail none.
          deepStrictEqual([totals.fail, totals.error], [0, 0], said);
          ok(totals.pass > 4, said);
          runs.push(await seedsIn(out));
        }
        // Neither another scenario nor another run has peers that a device may have met.
        const seeds = runs.flatMap((run) => Object.values(run));
        ok(seeds.length > 8, `${seeds.length}`);
        strictEqual(new Set(seeds).size, seeds.length);
      }),
  );

  insideTest(
    "attach.control configures a device, instructs it, and is told of when it fails",
    () =>
      withDevice(AT_INTERFACE, "10.9.0.1", async (folder, device) => {
        await Deno.writeTextFile(`${folder}/pid`, `${device.pid}`);
        await Deno.writeTextFile(`${folder}/control.sh`, control(folder));
        const attach = { ...cable, control: ["sh", `${folder}/control.sh`] };
        const classes = ["lns", "authentication"];
        const told = async () => (await Deno.readTextFile(`${folder}/told`)).trim().split("\n");
        try {
          const check = "l2tp/lns/authentication/response";
          let { code, said } = await certify(folder, attach, { check, classes }).done;
          // A busy machine may be late, which is nobody's failure; then it is tried again.
          for (let tries = 0; code === 3 && tries < 2; tries++) {
            ({ code, said } = await certify(folder, attach, { check, classes }).done);
          }
          strictEqual(code, 0, said + await Deno.readTextFile(`${folder}/said`));
          // First for the preflight, then for the scenario, which asks for a secret.
          match((await told()).join(), /^lns start .*,lns start .+$/);
          await certify(folder, attach, { check: "l2tp/lns/sessions/local_requests" }).done;
          ok((await told()).some((line) => line.startsWith("lns hang_up")), (await told()).join());
        } finally {
          Deno.kill(Number(await Deno.readTextFile(`${folder}/pid`)), "SIGKILL");
        }
        const fails = { ...cable, control: ["sh", "-c", "echo no licence >&2; exit 3"] };
        const { code, said } = await certify(folder, fails).done;
        strictEqual(code, 3, said);
        match(said, /Cannot configure "device" as sh ended with exit status 3: no licence/);
      }),
  );

  insideTest(
    "an interface that would not come back as it was is refused, and left as it is",
    () =>
      withDevice(AT_INTERFACE, "10.9.0.1", async (folder) => {
        const additions: [string, string, RegExp][] = [
          ["tc qdisc add dev eth7 root handle 5: htb", "tc qdisc delete dev eth7 root", /htb 5:/],
          ["tc qdisc add dev eth7 clsact", "tc qdisc delete dev eth7 clsact", /clsact ffff:/],
          [
            "ip link add link eth7 name mac7 type macvlan",
            "ip link delete mac7",
            /mac7 stands on it, and would go with it/,
          ],
          ["ip nexthop add id 7 dev eth7", "ip nexthop delete id 7", /nexthop objects/],
        ];
        const tried: string[] = [];
        // Without the counters behind.
        const disciplines = () => sh("tc qdisc show dev eth7 | cut -d' ' -f1-4");
        for (const [add, remove, why] of additions) {
          // Not every kernel has all of them.
          if (!await sh(add).then(() => true, () => false)) continue;
          const before = await state("eth7") + await disciplines();
          const { code, said } = await certify(folder, cable).done;
          strictEqual(code, 2, said);
          match(said, /^plumbline: .*eth7 cannot be moved into the lab and come back as it is: /m);
          match(said, why);
          strictEqual(await state("eth7") + await disciplines(), before);
          await sh(remove);
          tried.push(add);
        }
        ok(tried.length > 0, "this kernel has none of them");
      }),
  );
});

Deno.test("an nftables chain or flowtable of a device is found in the rules", () => {
  const rules = `table netdev t {
    chain a { type filter hook ingress device "eth1" priority 0; }
    chain b { type filter hook ingress devices = { eth2, "eth3" } priority 0; }
  }
  table inet f { flowtable g { hook ingress priority 0; devices = { eth4 }; }
    chain c { iifname "eth5" accept; } }`;
  deepStrictEqual(hookedDevices(rules), ["eth1", "eth2", "eth3", "eth4"]);
});
