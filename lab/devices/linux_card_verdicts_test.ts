/** The kernel as a network card is certified, and its verdicts held against its profile. */
import assert from "node:assert/strict";
import { reportSchema } from "../../suites/report/model.ts";
import { inFolder, plumbline } from "../_testing/command_line.ts";
import { loadProfile } from "../commands/devices.ts";
import { available } from "../worlds/netns/enter.ts";
import { lackOfPackages } from "./_testing/packages_here.ts";
import { CARD_PACKAGES, lackOfKernel } from "./_testing/test_linux_card.ts";
import { rootProblem } from "./cable/guard.ts";

/** The release whose rules the class `linux` has. */
const RELEASE = "6.18";
/** Cases that it passes at least, on a machine that is too busy for some. */
const PASSED = 80;
/** Whoever sends may be interrupted for longer than the kernel holds a unit: then nothing shows. */
const TRIES = 3;

async function problem(): Promise<string | undefined> {
  const namespaces = await available();
  if (!namespaces.ok) return namespaces.reason;
  return lackOfKernel(RELEASE) ?? rootProblem() ??
    await lackOfPackages("linux_card", CARD_PACKAGES);
}

const reason = await problem();
if (reason !== undefined) console.warn(`linux_card_verdicts_test.ts is skipped: ${reason}`);

/** What one run makes of it: cases that passed everywhere, and those that failed anywhere. */
async function verdicts(folder: string): Promise<{ passed: Set<string>; failed: Set<string> }> {
  const { out, err } = await plumbline(
    ...["certify", "--device", "linux_card", "--suite", "offload", "--out", folder, "--json"],
  );
  assert.notEqual(out, "", err);
  const checks = reportSchema.parse(JSON.parse(out)).suites.flatMap(({ checks }) => checks);
  const ids = (...verdicts: string[]) =>
    new Set(checks.filter(({ verdict }) => verdicts.includes(verdict)).map(({ id }) => id));
  assert.deepEqual([...ids("error")], []);
  return { passed: ids("pass").difference(ids("inconclusive", "fail")), failed: ids("fail") };
}

Deno.test({
  name: "the kernel fails what its profile has findings of, and passes at least 80 cases",
  ignore: reason !== undefined,
  fn: () =>
    inFolder(async (folder) => {
      const { findings = [] } = await loadProfile("linux_card");
      const known = new Set(findings.map(({ check }) => check));
      const seen = new Set<string>();
      let most = 0;
      for (let i = 0; i < TRIES && (seen.size < known.size || most < PASSED); i++) {
        const { passed, failed } = await verdicts(`${folder}/run${i}`);
        assert.deepEqual([...failed.difference(known)], []);
        for (const check of failed) seen.add(check);
        most = Math.max(most, passed.size);
      }
      assert.deepEqual(seen, known);
      assert.ok(most >= PASSED, `${most} cases passed`);
    }),
});
