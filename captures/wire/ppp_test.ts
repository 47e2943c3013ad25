import assert from "node:assert/strict";
import fc from "fast-check";
import { bits, octets, testFormatLaws } from "../_testing/format_laws.ts";
import * as ppp from "./ppp.ts";
import * as chap from "./ppp_chap.ts";
import { chapMd5 } from "./ppp_chap_md5.ts";
import * as control from "./ppp_control.ts";
import { LcpOption, option16, option32, optionNumber } from "./ppp_lcp.ts";
import * as pap from "./ppp_pap.ts";

const fromHex = (text: string) =>
  Uint8Array.from(text.match(/../g)!, (octet) => parseInt(octet, 16));

testFormatLaws(
  "ppp",
  ppp,
  fc.record({ framed: fc.boolean(), compressed: fc.boolean(), high: bits(7), low: bits(7) }).map(
    ({ framed, compressed, high, low }) => {
      // Odd in the last octet, even in the one before it; 0xff alone is no protocol.
      const last = low === 127 ? 1 : low << 1 | 1;
      return { framed, compressed, protocol: compressed ? last : high << 9 | last };
    },
  ),
);

testFormatLaws(
  "ppp control",
  control,
  fc.integer({ min: 0, max: 40 }).chain((length) =>
    fc.record({
      code: bits(8),
      identifier: bits(8),
      length: fc.constant(length),
      data: octets(Math.max(0, length - 4)),
    })
  ),
);

testFormatLaws("pap", pap, fc.record({ peerId: octets(0, 20), password: octets(0, 20) }));

Deno.test("chap: value and name are read and written exactly, and a cut value is named", () => {
  fc.assert(fc.property(octets(0, 255), octets(0, 20), (value, name) => {
    const bytes = chap.encode({ value, name });
    assert.deepEqual(chap.decode(bytes).record, { value, name });
    for (let length = 0; length <= value.length; length++) {
      assert.match(chap.decode(bytes, 0, length).problem!, new RegExp(`cut short: ${length} of`));
    }
  }));
});

Deno.test("options are read and written exactly, and an impossible length is named", () => {
  const options = fc.array(fc.record({ type: bits(8), data: octets(0, 253) }), { maxLength: 6 });
  fc.assert(fc.property(options, (list) => {
    const options = list.map((one) => ({ ...one }));
    assert.deepEqual(control.readOptions(control.writeOptions(list)), { options });
  }));
  fc.assert(fc.property(octets(0, 60), (bytes) => {
    const { options, problem } = control.readOptions(bytes);
    const back = control.writeOptions(options);
    assert.deepEqual(back, bytes.slice(0, back.length));
    assert.equal(problem === undefined, back.length === bytes.length);
  }));
  assert.equal(optionNumber(option16(1, 1492)), 1492);
  assert.equal(optionNumber(option32(5, 0xdeadbeef)), 0xdeadbeef);
  assert.equal(optionNumber({ type: 1, data: new Uint8Array(3) }), undefined);
});

Deno.test("a capture of a dial-in client's Configure-Request is read", () => {
  const frame = fromHex(
    "ff03c0210100002c0506021952cf070208020d03061104064e131701" +
      "29f76a9077f1472c835247f271d656070000000c",
  );
  const { record: header, end } = ppp.decode(frame);
  assert.deepEqual(header, { framed: true, compressed: false, protocol: ppp.PppProtocol.lcp });
  const { record: packet } = control.decode(frame, end);
  assert.equal(packet!.code, control.ControlCode.configureRequest);
  const { options, problem } = control.readOptions(packet!.data);
  assert.equal(problem, undefined);
  assert.deepEqual(options.map(({ type }) => type), [5, 7, 8, 13, 17, 19]);
  assert.equal(optionNumber(options[0]), 0x021952cf);
  assert.equal(options[0].type, LcpOption.magic);
  assert.deepEqual(control.encode(packet!), frame.slice(end));
});

Deno.test("captures of an echo and of an acknowledged password are read", () => {
  const echo = control.decode(fromHex("096a000ca4cbea340ee2f609")).record!;
  assert.equal(echo.code, control.ControlCode.echoRequest);
  assert.equal(echo.identifier, 106);
  const cut = fromHex("ff03c023020100049486");
  const { end } = ppp.decode(cut);
  // The two octets behind the length are padding.
  const { record: ack, end: stop } = control.decode(cut, end);
  assert.deepEqual([ack!.code, ack!.data.length, stop], [pap.PapCode.ack, 0, 8]);
});

Deno.test("a response to a challenge is the digest of identifier, secret and challenge", () => {
  const bytes = new TextEncoder().encode("secretplumb");
  // MD5 of 0x01 "secret" "plumb", computed with another tool.
  assert.deepEqual(
    chapMd5(1, bytes.slice(0, 6), bytes.slice(6)),
    fromHex("ad4fcbc5ac5bbca0e81e83a3bef36259"),
  );
});
