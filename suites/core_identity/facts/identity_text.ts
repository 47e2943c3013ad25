/** An identity in hexadecimal without leading zeros. */
export function identityText(high: number, low: number): string {
  const text = high.toString(16) + low.toString(16).padStart(8, "0");
  return text.replace(/^0+(?=.)/, "");
}

/** An identity as the ASCII name that it codes, left-aligned; undefined where it is none ([0069]). */
export function nameIn(identity: string): string | undefined {
  if (identity.length % 2 !== 0) return undefined;
  const octets = identity.match(/../g) ?? [];
  const text = octets.map((octet) => String.fromCharCode(parseInt(octet, 16))).join("");
  return text.length === 8 && /^[\x21-\x7e]+\0*$/.test(text) ? text.replace(/\0+$/, "") : undefined;
}

/** An identity for a reader: its name in quotes, or its digits. */
export function formatIdentity(identity: string): string {
  const name = nameIn(identity);
  return name === undefined ? identity : `"${name}"`;
}
