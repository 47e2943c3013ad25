/** What devices, captures and profiles say stays text in a real browser, whatever it is. */
import assert from "node:assert/strict";
import { findChromium, inBrowser } from "./_testing/report_browser.ts";
import { reportOf, writeEvidence, writeReport } from "./_testing/report_fixture.ts";

const CHROMIUM = findChromium();

/** Ends every context that HTML, CSS, script and attributes know, and turns the writing round. */
const HOSTILE = [
  `</title></style></script><script>hacked=1</script><img src=x onerror=hacked=1>`,
  `<svg onload=hacked=1><iframe src="javascript:hacked=1"></iframe><base href="//x">`,
  `--><!--"' onmouseover=hacked=1 autofocus onfocus=hacked=1 x="`,
  `\u0000\u0007\u001b[31m\u202egnp.exe\u2066\u200f\u061c שלום]]>&lt;&#x3c;{{1}}\${1}`,
].join("");

/** The same within what a file may be called. */
const FILE = `wan"'><img src=x onerror=hacked=1>?#%00\u202e.pcapng`;
const EVIDENCE = "evidence/x";

/** What of the page came from hostile text as anything but text. */
const INTRUDERS = `({
  hacked: typeof hacked,
  scripts: document.scripts.length,
  styles: document.querySelectorAll("style").length,
  elements: [...document.querySelectorAll("img,iframe,object,embed,base,link,[onload],[onerror]," +
    "[onfocus],[onmouseover],[autofocus],[style]")].map((element) => element.outerHTML),
  links: [...document.querySelectorAll("a")].map((a) => a.getAttribute("href"))
    .filter((href) => !/^(#|\\.\\/|file:\\/\\/\\/)/.test(href)),
  steering: /[\\u0000-\\u0008\\u001b\\u200f\\u202e\\u2066\\u061c]/.test(document.body.textContent),
})`;

async function hostileRun(directory: string): Promise<string> {
  const topology = {
    ...{ name: HOSTILE, title: HOSTILE, nodes: { [HOSTILE]: { kind: "device" as const } } },
    ...{ links: [], taps: [] },
  };
  const tap = { name: HOSTILE, node: HOSTILE, side: "wan" as const, file: FILE };
  const payload = new TextEncoder().encode(HOSTILE);
  await writeEvidence(directory, EVIDENCE, 3, payload, {
    ...{
      scenario: "x",
      suite: HOSTILE,
      topology,
      taps: [{ ...tap, name: tap.name.slice(0, 200) }],
    },
    problem: HOSTILE,
  }, FILE);
  const capture = HOSTILE.slice(0, 200);
  const common = {
    ...{ id: HOSTILE, title: HOSTILE, covers: [HOSTILE], level: "MUST" as const },
    ...{ scenario: HOSTILE, class: HOSTILE, evidence: EVIDENCE, duration_ms: 1 },
  };
  const file = `${EVIDENCE}/${FILE}`;
  const report = reportOf(HOSTILE, [
    {
      ...{ ...common, verdict: "fail", expected: HOSTILE, actual: HOSTILE, reason: HOSTILE },
      frames: [{ capture, number: 2 }],
    },
    { ...common, id: `${HOSTILE}2`, verdict: "inconclusive", reason: HOSTILE },
  ], [{ evidence: EVIDENCE, name: capture, file }]);
  return await writeReport(directory, report);
}

Deno.test({
  name: "hostile names stay text in a browser",
  ignore: CHROMIUM === undefined,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const directory = await Deno.makeTempDir({ prefix: "plumbline-hostile-" });
    try {
      const file = await hostileRun(directory);
      await inBrowser(CHROMIUM!, async (open) => {
        const { page, complaints } = await open(file);
        assert.match(await page.locator("h1").innerText(), /<script>hacked=1<\/script><img src=x/);
        await page.locator("a.proof").first().click();
        const packet = page.locator(".packet:target");
        assert.match(await packet.innerText(), /<script>hacke/);
        await packet.locator("li[data-o]").first().hover();
        await page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)");
        assert.deepEqual(await page.evaluate(INTRUDERS), {
          ...{ hacked: "undefined", scripts: 1, styles: 1, elements: [], links: [] },
          steering: false,
        });
        const href = await page.locator("details.scenario a[href^='./']").first()
          .getAttribute("href");
        assert.equal(decodeURIComponent(href!), `./${EVIDENCE}/${FILE}`);
        assert.deepEqual(complaints, { said: [], asked: [], dialogs: [] });
      });
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});
