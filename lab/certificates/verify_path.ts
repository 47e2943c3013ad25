/** Verifies what the user names: a run directory, or a bundle of one. */
import { whyNot } from "../../suites/engine/system_error.ts";
import type { Verification } from "../../suites/report/certificate/verification_model.ts";
import { UsageError } from "../commands/usage.ts";
import { temporaryFolder } from "../temporary.ts";
import { unpackBundle } from "./bundle.ts";
import { finding } from "../../suites/report/certificate/findings.ts";
import { BadBundle } from "./tar_stream.ts";
import { concluded, type Trust, verifyDirectory } from "./verify.ts";

/**
 * Verifies a run directory or a bundle, which is unpacked for as long as that takes.
 * @throws {UsageError} When there is no such thing.
 */
export async function verifyPath(path: string, trust: Trust): Promise<Verification> {
  if (await isDirectory(path)) return await verifyDirectory(await Deno.realPath(path), trust);
  const folder = await temporaryFolder("verify");
  try {
    await unpackBundle(path, folder);
    return await verifyDirectory(await Deno.realPath(folder), trust);
  } catch (error) {
    if (!(error instanceof BadBundle)) throw error;
    return concluded({ findings: [finding(error.kind, error.message)] });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    throw new UsageError(`Cannot verify ${path} as ${whyNot(error)}`);
  }
}
