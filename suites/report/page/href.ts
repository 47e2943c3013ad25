import { isInside } from "../../engine/run_files.ts";

/**
 * The link to a file of the run directory, relative to the page; undefined for a file elsewhere.
 * Whatever the name is, it stays a path: it cannot become another scheme, a query or a fragment.
 */
export function fileHref(file: string): string | undefined {
  if (!isInside(file)) return undefined;
  return `./${file.toWellFormed().split("/").map(encodeURIComponent).join("/")}`;
}
