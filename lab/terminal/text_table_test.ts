import { strictEqual } from "node:assert";
import { aligned } from "./text_table.ts";

Deno.test("columns are as wide as their widest cell, and no line ends in blanks", () => {
  strictEqual(aligned([["a", "bbb", "c"], ["aa", "1", ""]], 1, "> "), "> a   bbb  c\n> aa    1");
});
