import assert from "node:assert/strict";
import { OPAQUE_FORMATS } from "../../captures/wire/opaque.ts";
import { NicMachine } from "../../peers/offload/nic.ts";
import {
  brokenRules,
  brokenText,
  judgePair,
  type Style,
  type Timed,
} from "./pairing/_testing/packets.ts";
import { random } from "./pairing/_testing/random_pairs.ts";
import { randomSegments } from "./pairing/_testing/random_segments.ts";
import type { PairImplementation } from "./pairing/implementations.ts";

const IMPLEMENTATIONS = ["linux", "windows", "dpdk", "freebsd", "qemu"] as const;
const STYLES: readonly Style[] = [
  {},
  { version: 6 },
  { tunnel: "gre_key" },
  { tunnel: "vxlan" },
  { tunnel: "udp_slots" },
  { tunnel: "gre" },
  { tunnel: "udp_slots_adjusted" },
];
const TIMER = 1;

/** What our card hands to its host of what comes from the wire. */
function coalesced(
  came: readonly Timed[],
  implementation: PairImplementation,
  style: Style,
): Timed[] {
  const left: Timed[] = [];
  const formats = style.tunnel === undefined
    ? {}
    : { [style.tunnel]: OPAQUE_FORMATS[style.tunnel] };
  const config = { formats, coalescing: { implementation, timer: TIMER } };
  const card = new NicMachine(config, { random: () => 0.5, trace: () => {} });
  const drain = (now: number) => {
    for (let out = card.transmit(now); out !== undefined; out = card.transmit(now)) {
      if (out.port === "host") left.push({ at: now / 1000, bytes: Uint8Array.from(out.packet) });
    }
  };
  for (const { at, bytes } of came) {
    const now = at * 1000;
    for (let due = card.deadline(); due < now && due > 0; due = card.deadline()) drain(due);
    card.receive("wire", bytes, now);
    drain(now);
  }
  for (let due = card.deadline(); due < Infinity; due = card.deadline()) drain(due);
  return left;
}

for (const implementation of IMPLEMENTATIONS) {
  Deno.test(`200 random streams through our card under the rules of ${implementation} are found legal`, () => {
    let units = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const style = STYLES[seed % STYLES.length], draw = random(seed * 7);
      const came = randomSegments(draw, style, 60 + Math.floor(draw() * 100));
      const left = coalesced(came, implementation, style);
      const formats = style.tunnel === undefined ? [] : [OPAQUE_FORMATS[style.tunnel]];
      const facts = judgePair({ implementation, formats, checksums: "full" }, came, left);
      assert.deepEqual(brokenRules(facts), [], `seed ${seed}: ${brokenText(facts)}`);
      assert.equal(facts.left, left.length);
      units += facts.units;
      if (seed % 5 !== 0) continue;
      // A device that declares nothing is held to what all of them keep.
      const silent = judgePair({ formats, checksums: "full" }, came, left);
      assert.deepEqual(brokenRules(silent), [], `silent, seed ${seed}: ${brokenText(silent)}`);
      // In a lab nothing may be missing, and nothing is held for longer than declared.
      const lab = { implementation, formats, timer: TIMER, wholeWithin: 0.2 };
      const whole = judgePair(lab, came, left);
      assert.deepEqual(brokenRules(whole), [], `lab, seed ${seed}: ${brokenText(whole)}`);
      assert.ok(whole.longestHeld! <= TIMER + 0.2);
    }
    assert.ok(units > 400, `${units} units`);
  });
}

Deno.test("300 random bursts of super-packets through our card are found to be cut legally", () => {
  let cut = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const style = STYLES[seed % STYLES.length], draw = random(seed * 13);
    const came = randomSegments(draw, style, 40), mtu = 400 + Math.floor(draw() * 900);
    const formats = style.tunnel === undefined
      ? {}
      : { [style.tunnel]: OPAQUE_FORMATS[style.tunnel] };
    const card = new NicMachine({ formats, mtu }, { random: () => 0.5, trace: () => {} });
    const left: Timed[] = [];
    for (const { at, bytes } of came) {
      card.receive("host", bytes, at * 1000);
      for (let out = card.transmit(at * 1000); out !== undefined; out = card.transmit(at * 1000)) {
        left.push({ at, bytes: Uint8Array.from(out.packet) });
      }
    }
    const declaration = {
      ...{ direction: "segmentation", innerId: "increment", outerId: "increment" } as const,
      ...{ formats: Object.values(formats) },
    };
    for (const wholeWithin of [0, undefined]) {
      const facts = judgePair({ ...declaration, wholeWithin }, came, left);
      assert.deepEqual(brokenRules(facts), [], `seed ${seed}: ${brokenText(facts)}`);
      cut += facts.units;
    }
  }
  assert.ok(cut > 2000, `${cut} super-packets`);
});
