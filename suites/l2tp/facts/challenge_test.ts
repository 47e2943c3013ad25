import assert from "node:assert/strict";
import { expectedResponse } from "./challenge.ts";

Deno.test("a response is MD5 over message type, secret and challenge, as md5sum has it", () => {
  // printf '\x02secret\x00\x01\x02\x03' | md5sum
  const challenge = Uint8Array.of(0, 1, 2, 3);
  assert.equal(
    expectedResponse(2, "secret", challenge).toHex(),
    "d02992ae13d7c7aaab3ea3cfe3936e97",
  );
});
