/** Variables of this process that a program inherits: where commands are, and how to speak. */
const INHERITED = ["PATH", "LANG", "LC_ALL", "TZ"] as const;

/**
 * The environment of a program: nothing of this process's besides, such as credentials.
 * @param work Folder of the program's own: its home, and where it keeps what is temporary.
 */
export function environmentOf(
  { work, environment }: { work: string; environment: Readonly<Record<string, string>> },
): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(inherited), HOME: work, TMPDIR: work, ...environment };
}
