import assert from "node:assert/strict";
import { OPAQUE_FORMATS } from "../../../captures/wire/opaque.ts";
import { brokenRules, brokenText, judgePair } from "./_testing/packets.ts";
import { randomPair } from "./_testing/random_pairs.ts";

Deno.test("1,000 random legal pairs, cut at any edge and with any clocks, are found to be legal", () => {
  let units = 0, stimuli = 0;
  for (let seed = 1; seed <= 1000; seed++) {
    const { came, left, format } = randomPair(seed);
    const formats = format === undefined ? [] : [OPAQUE_FORMATS[format]];
    const implementation = seed % 3 === 0 ? undefined : "linux";
    const order = seed % 2 === 0 ? "came" : "left";
    const facts = judgePair({ implementation, formats }, came, left, order);
    assert.deepEqual(brokenRules(facts), [], `seed ${seed}: ${brokenText(facts)}`);
    units += facts.units;
    stimuli += facts.rules.get("join_acknowledgment")?.stimuli ?? 0;
  }
  assert.ok(units > 5000, `${units} units`);
  assert.ok(stimuli > 500, `${stimuli} stimuli`);
});
