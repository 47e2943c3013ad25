/** Octets that a person wrote down field by field, as a format's diagram shows them. */

/**
 * The octets of lines such as `0011 2233  # Tunnel Sequence Number`: hexadecimal digits, and behind
 * `#` what they are.
 * @throws TypeError for anything else, as a slip of the pen must not pass for an octet.
 */
export function golden(lines: string): Uint8Array {
  const digits = lines.replace(/#.*$/gm, "").replace(/\s+/g, "");
  if (!/^([0-9a-f]{2})*$/.test(digits)) {
    throw new TypeError(
      `Cannot read octets as they must be pairs of hexadecimal digits: ${digits}`,
    );
  }
  return Uint8Array.fromHex(digits);
}
