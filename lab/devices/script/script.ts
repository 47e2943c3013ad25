/**
 * What the lab tells the script of a device, in its environment:
 *
 * - `PLUMBLINE_SETTINGS`: a file of shell variables (see `settings.ts`) made of the configuration
 *   file: `role`, `node`, `config_wan_0_address`, `config_secret`, …
 * - `PLUMBLINE_ROOT`: the folder with the unpacked packages; empty where they stand at `/`.
 * - `PLUMBLINE_WORK`: a folder of the device's own, which ends with the lab; `HOME` and `TMPDIR` too.
 * - `PATH`, `LANG`, `LC_ALL` and `TZ` of whoever runs the lab, and nothing else of its environment.
 *
 * An instruction comes as a file `instruction.sh` of shell variables, beside the settings. The script
 * removes it once it has carried the instruction out; only then comes the next.
 */
import { join } from "../../../suites/kit/paths.ts";
import { unpackedRoot } from "../packages/packages.ts";
import { shellSettings } from "./settings.ts";

/** Folder of the project's device profiles and their scripts. */
const DEVICES = new URL("../profiles", import.meta.url).pathname;

/** Work folders of devices, in a file system of the lab's. */
export const WORK = "/run/plumbline";

/**
 * The folder with a device's packages; empty when it needs none.
 * @param name The profile's.
 * @throws {Error} When they have not been fetched.
 */
export async function rootOf(name: string, packages: readonly string[]): Promise<string> {
  if (packages.length === 0) return "";
  const root = await unpackedRoot(packages);
  if (root !== undefined) return root;
  throw new Error(
    `Cannot play "${name}" as its packages have not been fetched yet, and no mirror is in reach ` +
      `within the lab: "deno run -A lab/devices/packages/fetch.ts ${name}" fetches them`,
  );
}

/** Replaces the placeholders of a profile. */
export function placed(text: string, root: string): string {
  return text.replaceAll("{devices}", DEVICES).replaceAll("{root}", root);
}

/** Makes an empty work folder with the settings of a device, and gives its path. */
export async function workFolder(
  node: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<string> {
  const folder = join(WORK, node);
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, "settings.sh"), shellSettings(settings));
  return folder;
}
