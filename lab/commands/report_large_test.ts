/** A run of 10,000 checks and 1,000,000 packets makes a report that a browser still likes. */
import assert from "node:assert/strict";
import type { ReportCheck } from "../../suites/report/model.ts";
import { findChromium, inBrowser } from "./_testing/report_browser.ts";
import { reportOf, writeEvidence, writeReport } from "./_testing/report_fixture.ts";

const CHROMIUM = findChromium();
const PACKETS = 1_000_000;
const CHECKS = 10_000;
const EVIDENCE = "evidence/large";
/** Octets: what people send by mail. */
const LIMIT = 16_000_000;

/** Checks of which every tenth fails, each failure naming twenty frames of its own. */
function checks(): ReportCheck[] {
  return Array.from({ length: CHECKS }, (_, i): ReportCheck => {
    const common = {
      ...{ id: `large/${i}`, title: `Rule number ${i}`, covers: [`LRG-${i % 1000}`] },
      ...{ level: "MUST" as const, scenario: "large", evidence: EVIDENCE, duration_ms: 1 },
    };
    if (i % 10 > 0) return { ...common, verdict: "pass" };
    const frames = Array.from({ length: 20 }, (_, n) => ({
      capture: "wan",
      number: PACKETS - i - n * 1000,
    }));
    return { ...common, verdict: "fail", expected: "this", actual: "that", frames };
  });
}

Deno.test({
  name: "a report of 10,000 checks and 1,000,000 packets is bounded and can be used",
  ignore: CHROMIUM === undefined,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const directory = await Deno.makeTempDir({ prefix: "plumbline-large-" });
    try {
      await writeEvidence(directory, EVIDENCE, PACKETS, new Uint8Array(18), { scenario: "large" });
      const capture = { evidence: EVIDENCE, name: "wan", file: `${EVIDENCE}/wan.pcapng` };
      const file = await writeReport(directory, reportOf("large", checks(), [capture]));
      const { size } = await Deno.stat(file);
      assert.ok(size < LIMIT, `${size} octets`);
      await inBrowser(CHROMIUM!, async (open) => {
        const { page, complaints } = await open(file);
        await page.locator("a.proof").first().click();
        assert.match(await page.locator(".packet:target h3").innerText(), /Frame 1000000 of wan/);
        await page.keyboard.press("Escape");
        await page.getByLabel("Search").fill("LRG-77");
        assert.match(await page.locator("form output").innerText(), /^11 of 1000 shown$/);
        await page.evaluate("location.hash = 'check-large/9999'");
        await page.waitForFunction("document.getElementById('check-large/9999').offsetHeight > 0");
        const diagram = page.locator("details.scenario .diagram").first();
        assert.match(await diagram.textContent() ?? "", /… 9\d\d,\d{3} more frames/);
        assert.deepEqual(complaints, { said: [], asked: [], dialogs: [] });
      });
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});
