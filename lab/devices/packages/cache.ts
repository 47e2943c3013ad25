import { join } from "../../../suites/kit/paths.ts";

/**
 * The project's folder in the user's cache directory (XDG Base Directory Specification): what may be
 * fetched or made again.
 * @throws {Error} When the environment names no place for it.
 */
export function cacheFolder(...parts: string[]): string {
  return join(cacheBase(Deno.env.get("XDG_CACHE_HOME"), Deno.env.get("HOME")), ...parts);
}

/**
 * The project's folder where the environment says this of `XDG_CACHE_HOME` and `HOME`.
 * @throws {Error} When neither is an absolute path.
 */
export function cacheBase(xdg: string | undefined, home: string | undefined): string {
  if (!xdg?.startsWith("/") && !home?.startsWith("/")) {
    throw new Error("Cannot keep anything in a cache as HOME must be a folder: got none");
  }
  return join(xdg?.startsWith("/") ? xdg : `${home}/.cache`, "plumbline");
}
