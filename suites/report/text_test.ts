import assert from "node:assert/strict";
import { checkAnchor, packetAnchor, rowAnchor, scenarioAnchor } from "./anchor.ts";
import { fileHref } from "./page/href.ts";
import { tsharkCommand } from "./shell.ts";
import { shorten } from "./shorten.ts";

Deno.test("text that is too long ends in an ellipsis, and in no half of a character", () => {
  assert.equal(shorten("abcdef", 4), "abc…");
  assert.equal(shorten("ab😀d", 4), "ab\ufffd…");
});

Deno.test("anchors hold nothing that an address would have to escape", () => {
  assert.equal(checkAnchor("a/b c#<"), "check-a/b_c__");
  assert.equal(scenarioAnchor("evidence/core_identity/7/x"), "scenario-core_identity/7/x");
  assert.equal(scenarioAnchor(""), "scenario-captures");
  assert.equal(rowAnchor(packetAnchor("evidence/a", "wan", 7)), "row-a/wan/7");
});

Deno.test("a link to a file is a path and nothing else, whatever the file is called", () => {
  assert.equal(fileHref("evidence/a b/x?#.pcapng"), "./evidence/a%20b/x%3F%23.pcapng");
  assert.equal(fileHref("javascript:alert(1)"), "./javascript%3Aalert(1)");
});

Deno.test("what lies outside the run directory gets no link", () => {
  for (const file of ["/etc/passwd", "../x", "a/../../x", "./x", "a//b", "", "a/\0"]) {
    assert.equal(fileHref(file), undefined);
  }
});

Deno.test("the tshark command is safe to paste", () => {
  assert.equal(
    tsharkCommand("a/wan.pcapng", [9, 7, 9]),
    "tshark -r a/wan.pcapng -Y 'frame.number in {7, 9}' -V",
  );
  assert.match(tsharkCommand("$(rm -r x)';", [1]), /^tshark -r '\$\(rm -r x\)'\\'';' -Y /);
  assert.match(tsharkCommand("-w", [1]), /^tshark -r \.\/-w /);
});
