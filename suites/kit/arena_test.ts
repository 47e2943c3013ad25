import assert from "node:assert/strict";
import { Arena } from "./arena.ts";

Deno.test("copies stay what they were, whatever becomes of the original and of other copies", () => {
  const arena = new Arena(), source = new Uint8Array(70_000);
  const kept: { copy: Uint8Array; octet: number; octets: number }[] = [];
  for (let i = 0; i < 2000; i++) {
    const octets = i % 500 === 0 ? 60_000 : i % 777;
    source.fill(i & 255);
    kept.push({ copy: arena.keep(source, 5, 5 + octets), octet: i & 255, octets });
  }
  source.fill(0);
  for (const { copy, octet, octets } of kept) {
    assert.equal(copy.length, octets);
    assert.ok(copy.every((one) => one === octet));
  }
});
