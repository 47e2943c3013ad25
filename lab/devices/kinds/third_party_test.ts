/**
 * Other people's software is certified, a check or two of each device. It takes namespaces, and Debian's
 * packages in the cache; where the variable CI is set these are fetched.
 */
import assert from "node:assert/strict";
import { inFolder, plumbline } from "../../_testing/command_line.ts";
import { loadProfile } from "../../commands/devices.ts";
import { available } from "../../worlds/netns/enter.ts";
import { reportSchema } from "../../../suites/report/model.ts";
import { lackOfPackages } from "../_testing/packages_here.ts";
import { packagesOf } from "./registry.ts";

/** Of each device checks with their verdicts, and whether a failure is among its findings. */
const DEVICES: [device: string, check: string, verdict: "pass" | "fail"][] = [
  ["xl2tpd", "l2tp/lns/header/reserved_bits", "pass"],
  ["xl2tpd", "l2tp/lns/header/other_versions", "fail"],
  ["xl2tpd_linux", "l2tp/lns/data/header_options", "pass"],
  ["xl2tpd_linux", "l2tp/lac/header/other_versions", "fail"],
  ["xl2tpd_userspace", "l2tp/lns/data/header_options", "pass"],
  ["l2tpns", "l2tp/lns/header/reserved_bits", "pass"],
  ["l2tpns", "l2tp/lns/header/unknown_tunnel", "fail"],
  ["iptables_nat", "tunnel_cluster/nat/bad_input", "fail"],
];

const namespaces = await available();

/** Why a device cannot be played here; undefined where it can. */
async function lack(device: string): Promise<string | undefined> {
  if (!namespaces.ok) return namespaces.reason;
  return await lackOfPackages(device, packagesOf(await loadProfile(device)));
}

const lacks = new Map<string, string | undefined>();
for (const device of new Set(DEVICES.map(([name]) => name))) {
  const reason = await lack(device);
  lacks.set(device, reason);
  if (reason !== undefined) console.warn(`third_party_test.ts leaves out ${device}: ${reason}`);
}

for (const [device, check, verdict] of DEVICES) {
  Deno.test({
    name: `${device} ${verdict === "pass" ? "passes" : "fails, as its profile knows,"} ${check}`,
    ignore: lacks.get(device) !== undefined,
    fn: () =>
      inFolder(async (folder) => {
        const { code, out, err } = await plumbline(
          ...["certify", "--device", device, "--check", check, "--out", `${folder}/run`, "--json"],
        );
        assert.equal(code, verdict === "pass" ? 0 : 1, `${out}${err}`);
        const report = reportSchema.parse(JSON.parse(out));
        const judged = report.suites.flatMap(({ checks }) => checks)
          .map(({ id, verdict, finding }) => [id, verdict, finding]);
        assert.deepEqual(judged, [[check, verdict, verdict === "pass" ? undefined : "known"]]);
      }),
  });
}
