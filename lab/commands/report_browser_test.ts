/** The report as its readers meet it: in a real browser, from a file. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { ANCHORS, contrastOf, FITS, follow, inView, UNNAMED } from "./report_in_page.ts";
import { findChromium, inBrowser } from "./_testing/report_browser.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;
const CHROMIUM = findChromium();
if (CHROMIUM === undefined) {
  console.error(
    "The report is not tested in a browser: no Chromium here (apt-get install chromium)",
  );
}

/** A receiver whose cores are counted from one: it fails, and packets prove it. */
const DEVICE = {
  name: "one_off",
  roles: ["receiver"],
  classes: ["F7", "F9", "F9i", "clear"],
  trace: { kind: "jsonl" },
  attach: { kind: "reference", variant: "core_identity/receiver/counts_cores_from_one" },
};

async function failedRun(folder: string): Promise<string> {
  await Deno.writeTextFile(`${folder}/device.json`, JSON.stringify(DEVICE));
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", MAIN, "certify", "--world", "memory"].concat(
      ["--suite", "core_identity", "--device", `${folder}/device.json`, "--out", `${folder}/run`],
    ),
    stdin: "null",
    stdout: "null",
  }).output();
  assert.equal(code, 1, new TextDecoder().decode(stderr));
  return `${folder}/run/report.html`;
}

/** What the page says of its anchors. */
interface Anchors {
  dead: string[];
  double: string[];
  ids: number;
}

/** The octets that are marked in the hex dump of the open packet. */
async function markedOctets(page: Page): Promise<string> {
  const marks = await page.locator(".packet:target pre.hex mark").allTextContents();
  return marks.slice(0, marks.length / 2).join("");
}

Deno.test({
  name: "the report of a failed run, in a browser",
  ignore: CHROMIUM === undefined,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    const folder = await Deno.makeTempDir({ prefix: "plumbline-report-" });
    try {
      const file = await failedRun(folder);
      await inBrowser(CHROMIUM!, async (open) => {
        const { page, complaints } = await open(file);
        await read(t, page);
        await t.step("asks for nothing, says nothing, and no script of its breaks", () => {
          assert.deepEqual(complaints, { said: [], asked: [], dialogs: [] });
        });
      });
      await t.step("is whole without its script", async () => {
        await inBrowser(CHROMIUM!, async (open) => {
          const { page } = await open(file);
          await page.locator("a.proof").first().click();
          assert.match(
            await page.locator(".packet:target pre.hex").innerText(),
            /^0000 {2}02 50 4c/,
          );
          await page.locator(".packet:target a.close").click();
          assert.equal(await page.locator(".packet:visible").count(), 0);
          assert.equal(await page.locator("form.filter").isVisible(), false);
        }, false);
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

/** Reads a report of a failed run as people do. */
async function read(t: Deno.TestContext, page: Page) {
  await t.step("says its verdict at one glance", async () => {
    assert.match(await page.locator("h1").innerText(), /Not conformant\s+one_off/);
    assert.ok(await page.locator("a.proof").first().isVisible());
  });

  await t.step("leads from a failure to its packet in two clicks", async () => {
    // Of one requirement: which comes first depends on what else the device breaks.
    const failure = page.locator("article.failure", { has: page.locator("a[href='#CID-066']") });
    await failure.locator("a.proof").first().click();
    const packet = page.locator(".packet:target");
    assert.ok(await packet.isVisible());
    assert.match(await packet.locator("header").innerText(), /frame 7 of wan-s0[^]*✗ fail/i);
    await packet.locator("li[data-o]", { hasText: /^core_identity: 0$/ }).click();
    assert.equal(await markedOctets(page), "0000000000000000");
  });

  await t.step("shows which octets a field covers, and which field covers an octet", async () => {
    const packet = page.locator(".packet:target");
    await packet.locator("li[data-o]", { hasText: /^destination_port: 49600/ }).first().hover();
    assert.equal(await markedOctets(page), "c1c0");
    await packet.locator("pre.hex [data-at='12']").first().click();
    assert.equal(await markedOctets(page), "0800");
    assert.match(await packet.locator("li.on").innerText(), /type:.*IPv4/);
    await page.keyboard.press("ArrowDown");
    assert.equal(await packet.locator(".on").count(), 1);
  });

  await t.step("goes to the next packet, and back to where the reader was", async () => {
    const first = new URL(page.url()).hash;
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(`location.hash !== ${JSON.stringify(first)}`);
    assert.ok(await page.locator(".packet:target").isVisible());
    await page.keyboard.press("Escape");
    await page.waitForFunction("!location.hash.startsWith('#packet-')");
    assert.equal(await page.locator(".packet:visible").count(), 0);
    assert.ok(await page.locator("a.proof").first().isVisible());
  });

  await t.step("filters by words, verdicts and levels, from the keyboard too", async () => {
    const shown = () => page.locator("tr[data-verdict]:visible").count();
    const before = await shown();
    await page.keyboard.press("/");
    await page.keyboard.type("CID-066");
    assert.equal(await shown(), 1);
    await page.getByLabel("✗ fail").uncheck();
    assert.equal(await shown(), 0);
    assert.match(await page.locator("form output").innerText(), /^0 of \d+ shown$/);
    await page.getByLabel("✗ fail").check();
    await page.getByLabel("Search").fill("");
    assert.equal(await shown(), before);
  });

  await t.step("opens what a deep link leads to, filtered out or folded away", async () => {
    for (const id of ["CID-066", "check-core_identity/7/core_identified"]) {
      await page.getByLabel("Search").fill("nothing has these words");
      await page.evaluate(follow(id));
      await page.waitForFunction(inView(id));
    }
    await page.getByLabel("Search").fill("");
  });

  await t.step("draws a sequence diagram whose rows lead to their packets", async () => {
    await page.evaluate(follow("scenario-core_identity/7/sessions"));
    const diagram = page.locator("details.scenario[open] .diagram").first();
    assert.match(await diagram.innerText(), /✗ proof[^]*wan-s0 #7, wan-r0 #\d+[^]*more frames/);
    assert.ok(await diagram.locator("svg line.arrow.named").count() > 0);
    await diagram.locator("li a").nth(3).click();
    assert.ok(await page.locator(".packet:target").isVisible());
    await page.keyboard.press("Escape");
  });

  await t.step("draws what the traces and captures have to show", async () => {
    const titles = await page.locator("details.scenario[open] figcaption").allTextContents();
    assert.ok(titles.some((title) => title.startsWith("Core that worked on each session")));
    assert.ok(titles.some((title) => title.startsWith("Share of each tunnel")));
  });

  await t.step("has anchors for all its links, and no anchor twice", async () => {
    const { dead, ids, double } = await page.evaluate<Anchors>(ANCHORS);
    assert.deepEqual({ dead, double }, { dead: [], double: [] });
    assert.ok(ids > 20);
  });

  await t.step("names its controls, and can be read in light and dark", async () => {
    const unnamed = await page.evaluate(UNNAMED);
    assert.deepEqual(unnamed, []);
    const telling = [".quiet", "main a", ".verdict.fail", ".verdict.pass", ".seen", ".banner p"];
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const selector of telling) {
        const contrast = await page.evaluate<number>(contrastOf(selector));
        assert.ok(contrast >= 4.5, `${selector} in ${colorScheme}: ${contrast}`);
      }
    }
    await page.emulateMedia({ colorScheme: "light" });
  });

  await t.step("fits a phone, its packets too", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const fits = () => page.evaluate(FITS);
    assert.ok(await fits());
    await page.locator("a.proof").first().click();
    const box = await page.locator(".packet:target").boundingBox();
    assert.equal(box?.width, 390);
    assert.ok(await fits());
    await page.keyboard.press("Escape");
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  await t.step(
    "prints, with the packets that prove something and without what one clicks",
    async () => {
      await page.emulateMedia({ media: "print" });
      assert.equal(await page.locator("form.filter").isVisible(), false);
      const packets = page.locator(".packet");
      const cited = page.locator(".packet.cited");
      assert.ok(await cited.first().isVisible());
      assert.ok(await packets.count() > await cited.count());
      assert.equal(await page.locator(".packet:visible").count(), await cited.count());
      const pdf = await page.pdf();
      assert.equal(new TextDecoder().decode(pdf.subarray(0, 5)), "%PDF-");
      await page.emulateMedia({ media: "screen" });
    },
  );
}
