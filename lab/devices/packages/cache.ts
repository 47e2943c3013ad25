import { join } from "../../../suites/kit/paths.ts";

/**
 * The project's folder in the user's cache directory (XDG Base Directory Specification): what may be
 * fetched or made again.
 * @throws {Error} When the environment names no place for it.
 */
export function cacheFolder(...parts: string[]): string {
  const xdg = Deno.env.get("XDG_CACHE_HOME");
  const home = Deno.env.get("HOME");
  if (!xdg?.startsWith("/") && !home?.startsWith("/")) {
    throw new Error("Cannot keep anything in a cache as HOME must be a folder: got none");
  }
  const base = xdg?.startsWith("/") ? xdg : `${home}/.cache`;
  return join(base, "plumbline", ...parts);
}
