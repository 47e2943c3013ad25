import assert from "node:assert/strict";
import { brokenRules, brokenText, following, judgePair, segment } from "./_testing/packets.ts";

Deno.test("a segment with IP headers of its own that leaves before held ones breaks one rule", () => {
  const a = segment(), options = Uint8Array.of(1, 1, 1, 0);
  const b = following(a, { ip: { options } }), c = following(b);
  const plain = following(a);
  for (const implementation of ["linux", "windows", "freebsd"] as const) {
    const kept = judgePair({ implementation }, [a, b, c], [a, b, c]);
    assert.deepEqual(brokenRules(kept), [], brokenText(kept));
    const overtaken = judgePair({ implementation }, [a, b, c], [b, a, c]);
    assert.deepEqual(brokenRules(overtaken), ["path_overtaken"], brokenText(overtaken));
    const swapped = judgePair({ implementation }, [a, plain], [plain, a]);
    assert.deepEqual(brokenRules(swapped), ["path_order"], brokenText(swapped));
  }
});
