/** Whether a word names a profile of the project, and no file. */
export function isProfileName(nameOrPath: string): boolean {
  return /^[a-z0-9_-]+$/i.test(nameOrPath);
}
