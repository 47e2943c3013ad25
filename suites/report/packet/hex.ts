/** Octets as lines of offset, sixteen values and their ASCII characters. */
export function hexLines(octets: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < octets.length; at += 16) {
    const row = [...octets.subarray(at, at + 16)];
    const values = row.map((octet) => octet.toString(16).padStart(2, "0")).join(" ");
    const text = row.map((o) => o >= 32 && o < 127 ? String.fromCharCode(o) : ".").join("");
    lines.push(`${at.toString(16).padStart(4, "0")}  ${values.padEnd(47)}  ${text}`);
  }
  return lines;
}
