/** A configuration as a POSIX shell can read it, so that a device's script needs no JSON. */

/**
 * Assignments of shell variables, one a line: `{wan: [{port: "wan0"}]}` becomes `wan_length='1'` and
 * `wan_0_port='wan0'`. Letters that no name may have become `_`; what is null or absent stays unset.
 */
export function shellSettings(value: Record<string, unknown>): string {
  const lines: string[] = [];
  for (const [key, item] of Object.entries(value)) assign(key, item, lines);
  return lines.join("\n") + "\n";
}

function assign(name: string, value: unknown, lines: string[]): void {
  if (value === null || value === undefined) return;
  if (typeof value !== "object") {
    lines.push(`${shellName(name)}=${quoted(String(value))}`);
    return;
  }
  if (Array.isArray(value)) lines.push(`${shellName(name)}_length=${quoted(`${value.length}`)}`);
  for (const [key, item] of Object.entries(value)) assign(`${name}_${key}`, item, lines);
}

function shellName(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9_]/g, "_");
  return /^[0-9]/.test(safe) ? `_${safe}` : safe;
}

/** Nothing within single quotes has a meaning to the shell but the quote itself. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
