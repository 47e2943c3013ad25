import assert from "node:assert/strict";
import { nearestWord } from "./nearest_word.ts";

const KNOWN = ["selection", "binding", "senderIdle", "receiverIdle"];

Deno.test("a word that is written a little differently is offered the known one", () => {
  assert.equal(nearestWord("selecton", KNOWN), "selection");
  assert.equal(nearestWord("SENDERIDLE", KNOWN), "senderIdle");
  assert.equal(nearestWord("bidning", KNOWN), "binding");
  assert.equal(nearestWord("recieverIdel", KNOWN), "receiverIdle");
});

Deno.test("a word that is like none is offered none", () => {
  assert.equal(nearestWord("colour", KNOWN), undefined);
  assert.equal(nearestWord("", KNOWN), undefined);
  assert.equal(nearestWord("selection", []), undefined);
});
