/** A browser for the tests of the report. */
import { type BrowserContext, chromium, type Page } from "playwright-core";

/** Where Debian and others put Chromium. */
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];

/** No network but what a page asks for, and no page of ours asks for any. */
const ARGUMENTS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** Path of a Chromium on this machine, or undefined. */
export function findChromium(): string | undefined {
  return PLACES.find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/** What a page did that it should not. */
export interface Complaints {
  /** Errors, and messages of the console. */
  said: string[];
  /** Addresses that it asked for, besides the page itself. */
  asked: string[];
  /** Dialogs that it opened. */
  dialogs: string[];
}

/** Opens a page from its file. */
export type Open = (file: string) => Promise<{ page: Page; complaints: Complaints }>;

/** Opens a browser with a profile of its own, and closes it whatever happens. */
export async function inBrowser(
  executablePath: string,
  body: (open: Open) => Promise<void>,
  javaScriptEnabled = true,
): Promise<void> {
  const profile = await Deno.makeTempDir({ prefix: "plumbline-browser-" });
  let context: BrowserContext | undefined;
  try {
    context = await chromium.launchPersistentContext(profile, {
      executablePath,
      headless: true,
      args: ARGUMENTS,
      javaScriptEnabled,
      viewport: { width: 1280, height: 900 },
    });
    const browser = context;
    await body(async (file) => {
      const page = await browser.newPage();
      page.setDefaultTimeout(10_000);
      const complaints: Complaints = { said: [], asked: [], dialogs: [] };
      page.on("console", (message) => complaints.said.push(message.text()));
      page.on("pageerror", (error) => complaints.said.push(error.message));
      page.on("request", (request) => {
        if (!request.url().startsWith(`file://${file}`)) complaints.asked.push(request.url());
      });
      page.on("dialog", async (dialog) => {
        complaints.dialogs.push(dialog.message());
        await dialog.dismiss();
      });
      await page.goto(`file://${file}`);
      return { page, complaints };
    });
  } finally {
    await context?.close();
    await Deno.remove(profile, { recursive: true });
  }
}
