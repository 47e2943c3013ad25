import assert from "node:assert/strict";
import { TcpFlag } from "../../captures/wire/build.ts";
import { OPAQUE_FORMATS } from "../../captures/wire/opaque.ts";
import { burst, flags, NONE, TUNNELLED } from "./_testing/bursts.ts";
import { hexOf, segmentFrame, testNic } from "./_testing/segments.ts";

const { psh: PSH } = TcpFlag;

Deno.test("presets that are pushed take effect at once, and whole", () => {
  const { nic, out, traced } = testNic({ formats: { key: OPAQUE_FORMATS.gre_key } });
  const [a, b, c, d] = burst(TUNNELLED, NONE, NONE, NONE, NONE).map((one) => segmentFrame(one));
  nic.receive("wire", a, 0);
  nic.receive("wire", b, 0);
  nic.instruct({ formats: { slots: OPAQUE_FORMATS.udp_slots } }, 0);
  assert.deepEqual(out(0).map(({ packet }) => packet.length), [a.length + 100]);
  nic.receive("wire", c, 0);
  nic.receive("wire", d, 0);
  assert.deepEqual(hexOf(out(0).map(({ packet }) => packet)), hexOf([c, d]));
  nic.instruct({ report: true }, 0);
  assert.deepEqual(traced, [
    { event: "presets", fields: { formats: ["slots"] } },
    {
      event: "classified",
      fields: { host: {}, wire: { key: 2, other: 2 }, coalesced: { units: 1, segments: 2 } },
    },
  ]);
});

Deno.test("presets that are wrong are refused with a word why, and change nothing", () => {
  const { gre_key } = OPAQUE_FORMATS;
  const wrong: [unknown, RegExp][] = [
    [
      { key: { ...gre_key, length: { octets: 2 } } },
      /format key: a field of 2 octets cannot hold/,
    ],
    [{ key: { ...gre_key, protocol: 300 } }, /protocol/],
    [{ key: { ...gre_key, flowID: {} } }, /flowID/],
    [{ key: { ...gre_key, adjusts: ["udp_length"] } }, /is nothing of protocol 47/],
    ["gre", /expected record/i],
  ];
  for (const [formats, why] of wrong) {
    const { nic, through, traced } = testNic({ formats: { key: gre_key } });
    nic.instruct({ formats }, 0);
    assert.equal(traced[0].event, "preset_refused");
    assert.match(String(traced[0].fields.problem), why);
    const [a, b] = burst(TUNNELLED, NONE, flags(PSH)).map((one) => segmentFrame(one));
    assert.deepEqual(through("wire", a), []);
    assert.equal(through("wire", b).length, 1);
  }
  assert.throws(() => testNic({}).nic.instruct({ preset: 1 }, 0), /Cannot instruct a network card/);
});
