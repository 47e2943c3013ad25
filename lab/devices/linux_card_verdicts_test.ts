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

async function problem(): Promise<string | undefined> {
  const namespaces = await available();
  if (!namespaces.ok) return namespaces.reason;
  return lackOfKernel(RELEASE) ?? rootProblem() ??
    await lackOfPackages("linux_card", CARD_PACKAGES);
}

const reason = await problem();
if (reason !== undefined) console.warn(`linux_card_verdicts_test.ts is skipped: ${reason}`);

Deno.test({
  name: "the kernel fails what its profile has findings of, and passes at least 80 cases",
  ignore: reason !== undefined,
  fn: () =>
    inFolder(async (folder) => {
      const { findings = [] } = await loadProfile("linux_card");
      const { code, out, err } = await plumbline(
        ...["certify", "--device", "linux_card", "--suite", "offload"],
        ...["--out", `${folder}/run`, "--json"],
      );
      assert.equal(code, 1, err);
      const checks = reportSchema.parse(JSON.parse(out)).suites.flatMap(({ checks }) => checks);
      const ids = (verdict: string) =>
        new Set(checks.filter((check) => check.verdict === verdict).map(({ id }) => id));
      assert.deepEqual([...ids("fail")], findings.map(({ check }) => check));
      assert.deepEqual([...ids("error")], []);
      const passed = ids("pass").difference(ids("inconclusive")).difference(ids("fail"));
      assert.ok(passed.size >= PASSED, `${passed.size} cases passed`);
    }),
});
