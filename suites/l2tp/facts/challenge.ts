/** The response to a challenge, derived here by RFC 2661 §4.4.3 and §5.1.1 and nowhere taken from. */
import { createHash } from "node:crypto";

/**
 * The 16 octets of MD5 over the type of the message that carries the response, one octet, the secret
 * that the ends share, and the challenge.
 */
export function expectedResponse(
  messageType: number,
  secret: string,
  challenge: Uint8Array,
): Uint8Array {
  const input = new TextEncoder().encode(secret);
  return new Uint8Array(
    createHash("md5").update(Uint8Array.of(messageType)).update(input).update(challenge).digest(),
  );
}
