/** Where the root of the repository lies, with a slash at its end. */
export const ROOT = new URL("../../../", import.meta.url).pathname;

/** A path of this machine as one from the root of the repository; undefined outside of it. */
export function repositoryPath(path: string): string | undefined {
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : undefined;
}

/**
 * The module of the repository that a relative specifier leads to, from the root.
 * @param from The file that names it, from the root.
 * @returns undefined for packages, built-in modules, data, and what lies outside.
 */
export function targetOf(from: string, specifier: string): string | undefined {
  // A URL of a module may come without "./": `new URL("worker.ts", import.meta.url)`.
  if (!/^(?![a-z]+:).*\.tsx?$/.test(specifier)) return undefined;
  return repositoryPath(new URL(specifier, `file://${ROOT}${from}`).pathname);
}

/** Whether a file is a test or helps tests, the fuzzer included: nothing of it takes part in a run. */
export function isOfTests(path: string): boolean {
  return /_test\.tsx?$/.test(path) || path.includes("/_testing/") || path.startsWith("lab/fuzz/");
}
