/** Signs a run: one that was just made, or one that lies there. */
import { rmSync } from "node:fs";
import { escapeControls } from "../../captures/escape.ts";
import { join } from "../../suites/kit/paths.ts";
import { readSigningKey } from "../certificates/keys.ts";
import { DAYS, signRun } from "../certificates/sign.ts";
import { verifyDirectory } from "../certificates/verify.ts";
import { styleOf } from "../terminal/style.ts";
import { exists } from "./run_on_disk.ts";
import { UsageError } from "./usage.ts";
import { verificationText } from "./verify_run.ts";

/** A certificate and its signature. */
const CERTIFICATE = ["certificate.json", "certificate.sig"];

/** Options of `sign` as the command line gives them. */
export interface SignOptions {
  key: string;
  days: number;
}

/** Runs `sign`; gives the exit code. */
export async function signExisting(directory: string, options: SignOptions): Promise<number> {
  const { key, warning } = readSigningKey(options.key);
  if (warning !== undefined) console.error(`plumbline: ${escapeControls(warning)}`);
  const root = await Deno.realPath(directory).catch(() => {
    throw new UsageError(`Cannot sign ${directory}: there is no such run directory`);
  });
  const issued = new Date();
  discardHalf(root);
  const found = isSigned(root)
    ? undefined
    : await verifyDirectory(root, { today: issued.toISOString().slice(0, 10) });
  // A selection is refused by name below.
  if (found?.outcome === "refused" && found.findings[0].name !== "selection") {
    console.error(verificationText(found, styleOf("stderr")));
    console.error(`plumbline: not signed: ${escapeControls(directory)} does not hold`);
    return found.exit_code;
  }
  await signRun(directory, { key, issued, days: options.days });
  told(directory);
  return 0;
}

/** Whether a run has a certificate, be it what it should be or not. */
function isSigned(root: string): boolean {
  return CERTIFICATE.every((name) => exists(join(root, name)));
}

/** Removes what is left of a certificate whose signing was cut short: it is none without its other half. */
function discardHalf(root: string): void {
  if (isSigned(root)) return;
  for (const name of [...CERTIFICATE, "certificate.html"]) {
    rmSync(join(root, name), { force: true });
  }
}

/** Signs a run that was just made and judged. @param path Of the private key. */
export async function signNew(directory: string, path: string): Promise<void> {
  const { key } = readSigningKey(path);
  await signRun(directory, { key, issued: new Date(), days: DAYS });
  told(directory);
}

function told(directory: string): void {
  const page = join(directory, "certificate.html");
  console.error(`Signed: ${escapeControls(page)}`);
}
