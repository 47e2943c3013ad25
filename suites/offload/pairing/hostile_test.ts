import assert from "node:assert/strict";
import { OPAQUE_FORMATS } from "../../../captures/wire/opaque.ts";
import { brokenRules, brokenText, judgePair } from "./_testing/packets.ts";
import { random, randomPair } from "./_testing/random_pairs.ts";

const formats = Object.values(OPAQUE_FORMATS);

Deno.test("damaged packets that leave as they came are legal, and never break the judge", () => {
  for (let seed = 1; seed <= 150; seed++) {
    const draw = random(seed * 101), { came } = randomPair(seed);
    const spoilt = came.map(({ at, bytes }) => {
      const octets = bytes.slice(
        0,
        Math.max(14, Math.floor(bytes.length * (draw() < 0.8 ? 1 : draw()))),
      );
      for (let i = 0; i < 4; i++) {
        if (draw() < 0.5) {
          octets[12 + Math.floor(draw() * Math.min(100, octets.length - 12))] = draw() * 256;
        }
      }
      return { at, bytes: octets };
    });
    for (const direction of ["coalescing", "segmentation"] as const) {
      const facts = judgePair({ direction, implementation: "linux", formats }, spoilt, spoilt);
      assert.deepEqual(brokenRules(facts), [], `seed ${seed}, ${direction}: ${brokenText(facts)}`);
      // And against what has nothing to do with it, it ends.
      judgePair({ direction, formats }, spoilt, randomPair(seed + 1).left);
    }
  }
});

Deno.test("thousands of packets that are the same are judged in time that grows with their number", () => {
  const [{ bytes }] = randomPair(2).came;
  const same = Array.from({ length: 8000 }, (_, i) => ({ at: i / 1e5, bytes }));
  const began = performance.now();
  const facts = judgePair({ formats }, same, same.slice(0, 4000));
  assert.ok(performance.now() - began < 10_000);
  assert.ok(facts.came >= 4000);
});
