/**
 * The link to a file: relative to the page, or a file URL. Whatever the name is, it stays a path: it
 * cannot become another scheme, a query or a fragment.
 */
export function fileHref(file: string): string {
  const path = file.toWellFormed().split("/").map(encodeURIComponent).join("/");
  return file.startsWith("/") ? `file://${path}` : `./${path}`;
}
