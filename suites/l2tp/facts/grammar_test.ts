import assert from "node:assert/strict";
import { ATTRIBUTES } from "../../../captures/wire/l2tp_attributes.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { ATTRIBUTE_RULES } from "./grammar_attributes.ts";
import { ANYWHERE, MESSAGE_ROWS } from "./grammar_messages.ts";

/** §4.4, written down by hand: messages that use an AVP, M (0, 1), H (0, may be 1), Length, `+` at least. */
const SUMMARY: Readonly<Record<number, string>> = {
  0: "all 1 0 8",
  1: "CDN StopCCN 1 0 8+",
  2: "SCCRP SCCRQ 1 0 8",
  3: "SCCRP SCCRQ 1 h 10",
  4: "SCCRP SCCRQ 1 h 10",
  5: "SCCRQ 0 0 14",
  6: "SCCRP SCCRQ 0 h 8",
  7: "SCCRP SCCRQ 1 0 7+",
  8: "SCCRP SCCRQ 0 h 6+",
  9: "SCCRP SCCRQ StopCCN 1 h 8",
  10: "SCCRP SCCRQ 1 0 8",
  11: "SCCRP SCCRQ 1 h 7+",
  12: "CDN 1 0 9+",
  13: "SCCCN SCCRP 1 h 22",
  14: "CDN ICRP ICRQ OCRP OCRQ 1 h 8",
  15: "ICRQ OCRQ 1 h 10",
  16: "OCRQ 1 h 10",
  17: "OCRQ 1 h 10",
  18: "ICRQ OCRQ 1 h 10",
  19: "ICCN OCCN OCRQ 1 h 10",
  21: "ICRQ OCRQ 1 h 6+",
  22: "ICRQ 1 h 6+",
  23: "ICRQ OCRQ 1 h 6+",
  24: "ICCN OCCN 1 h 10",
  25: "ICRQ OCRP 0 h 10",
  26: "ICCN 0 h 6+",
  27: "ICCN 0 h 6+",
  28: "ICCN 0 h 6+",
  29: "ICCN 0 h 8",
  30: "ICCN 0 h 6+",
  31: "ICCN 0 h 7+",
  32: "ICCN 0 h 8",
  33: "ICCN 0 h 6+",
  34: "WEN 1 h 32",
  35: "SLI 1 h 16",
  36: "all 1 0 6+",
  37: "ICCN 0 h 6+",
  38: "ICCN OCCN 0 h 10",
  39: "ICCN OCCN 1 0 6",
};

/** The same of a row, with the messages that list it in §6. */
function summaryOf(type: number): string {
  const { mandatory, mayHide, least, most } = ATTRIBUTE_RULES[type];
  const users = Object.values(MESSAGE_ROWS)
    .filter(({ required, allowed }) => required.includes(type) || allowed.includes(type))
    .map(({ name }) => name).sort();
  const messages = ANYWHERE.includes(type) ? "all" : users.join(" ");
  const length = `${6 + least}${most === least ? "" : "+"}`;
  return `${messages} ${mandatory ? 1 : 0} ${mayHide ? "h" : 0} ${length}`;
}

Deno.test("every attribute has the messages, bits and length of §4.4 and §6", () => {
  const types = Object.keys(ATTRIBUTE_RULES).map(Number);
  assert.deepEqual(Object.fromEntries(types.map((type) => [type, summaryOf(type)])), SUMMARY);
});

Deno.test("the grammar and the formats name the same attributes and messages", () => {
  for (const { type, title } of Object.values(ATTRIBUTES)) {
    assert.equal(ATTRIBUTE_RULES[type].name, title);
  }
  for (const [name, type] of Object.entries(MessageType)) {
    assert.equal(MESSAGE_ROWS[type].name, name);
  }
});

Deno.test("what a message must have is no second time among what it may have", () => {
  for (const { name, required, allowed } of Object.values(MESSAGE_ROWS)) {
    assert.deepEqual(allowed.filter((type) => required.includes(type)), [], name);
    assert.equal(required[0], 0, name);
  }
});
