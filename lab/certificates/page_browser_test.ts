/** The certificate of a run in a real browser: on screens, and printed. */
import assert from "node:assert/strict";
import { findChromium, inBrowser } from "../commands/_testing/report_browser.ts";
import { FITS } from "../commands/report_in_page.ts";
import { onSignedRun } from "./_testing/signed_run.ts";

const CHROMIUM = findChromium();

Deno.test({
  name: "the certificate runs nothing, asks for nothing, fits a phone, and prints on two pages",
  ignore: CHROMIUM === undefined,
  async fn() {
    await onSignedRun(async ({ run }) => {
      await inBrowser(CHROMIUM!, async (open) => {
        const { page, complaints } = await open(`${run}/certificate.html`);
        assert.equal(
          await page.title(),
          `Certificate of conformance: ${await page.innerText("h1")}`,
        );
        assert.equal(
          await page.innerText("h1"),
          `Acme\\u{202e} & Sons box <script>alert(1)</script> 1.2 "beta"`,
        );
        assert.deepEqual(
          await page.evaluate(`[document.scripts.length,
          document.querySelectorAll("img, iframe, object, a").length]`),
          [0, 0],
        );
        for (const width of [375, 900]) {
          await page.setViewportSize({ width, height: 800 });
          assert.ok(await page.evaluate(FITS), `at ${width} px`);
        }
        const pdf = new TextDecoder("latin1").decode(await page.pdf({ format: "A4" }));
        assert.equal(/\/Type \/Pages[^>]*?\/Count (\d+)/s.exec(pdf)?.[1], "2");
        assert.deepEqual(complaints, { said: [], asked: [], dialogs: [] });
      });
    });
  },
});
