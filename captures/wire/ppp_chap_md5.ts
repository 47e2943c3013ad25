/** The algorithm of CHAP with MD5 (RFC 1994 §4.1); apart, as only who answers challenges needs a digest. */
import { createHash } from "node:crypto";

/**
 * The response to a challenge: MD5 over identifier, secret and challenge. L2TP's tunnel
 * authentication uses it too, with the message type as the identifier (RFC 2661 §4.4.3).
 */
export function chapMd5(identifier: number, secret: Uint8Array, challenge: Uint8Array): Uint8Array {
  const hash = createHash("md5").update(Uint8Array.of(identifier)).update(secret).update(challenge);
  return new Uint8Array(hash.digest());
}
