import assert from "node:assert/strict";
import { formatIdentity, identityText, nameIn } from "./identity_text.ts";

Deno.test("identities are written without leading zeros", () => {
  assert.equal(identityText(0, 0), "0");
  assert.equal(identityText(0, 11), "b");
  assert.equal(identityText(0x0a3b8f20, 0xa88c23eb), "a3b8f20a88c23eb");
});

Deno.test("an identity that codes a name is told by it", () => {
  assert.equal(nameIn("4141000000000000"), "AA");
  assert.equal(formatIdentity("636f726531360000"), '"core16"');
  for (const number of ["0", "a3b8f20a88c23eb", "4141", "1141000000000000"]) {
    assert.equal(nameIn(number), undefined, number);
  }
});
