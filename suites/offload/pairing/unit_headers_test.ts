import assert from "node:assert/strict";
import { buildSegment, type Segment } from "../../../captures/wire/build_segment.ts";
import { put16 } from "../../../captures/wire/octets.ts";
import { OPAQUE_FORMATS } from "../../../captures/wire/opaque.ts";
import { TcpFlag } from "../../../captures/wire/tcp.ts";
import {
  brokenRules,
  brokenText,
  following,
  judgePair,
  segment,
  type Style,
  unit,
} from "./_testing/packets.ts";
import type { PairRule } from "./rules.ts";

const { ack, psh } = TcpFlag;
const formats = [OPAQUE_FORMATS.vxlan, OPAQUE_FORMATS.gre_key];
const VXLAN: Style = { tunnel: "vxlan" };

/** Three segments in VXLAN, the last with PSH, and the unit that they make. */
function three(style: Style = VXLAN): [Segment[], Segment] {
  const a = segment({ outer: { identification: 40 }, opaque: { networkId: 7 } }, style);
  const b = following(a), c = following(b, { flags: ack | psh });
  return [[a, b, c], unit([a, b, c])];
}

/** The octets of a unit after something was done to them; offsets are those of VXLAN over IPv4. */
const spoilt = (whole: Segment, spoil: (bytes: Uint8Array) => void): Uint8Array => {
  const bytes = buildSegment(whole);
  spoil(bytes);
  return bytes;
};
const OUTER = 0, UDP = 20, INNER = 50, TCP = 70, PAYLOAD = 90;

const FAULTS: readonly {
  name: string;
  rules: readonly PairRule[];
  fault: (whole: Segment) => Segment | Uint8Array;
}[] = [
  {
    ...{ name: "the sequence number of the last", rules: ["unit_sequence"] },
    fault: (whole) => ({ ...whole, sequence: whole.sequence + 200 }),
  },
  {
    ...{ name: "the identification of the last", rules: ["unit_inner_id"] },
    fault: (whole) => ({ ...whole, ip: { ...whole.ip, identification: 3 } }),
  },
  {
    ...{ name: "another outer identification", rules: ["unit_outer_id"] },
    fault: (whole) => ({
      ...whole,
      tunnel: { ...whole.tunnel!, ip: { ...whole.tunnel!.ip, identification: 42 } },
    }),
  },
  {
    ...{ name: "no PSH", rules: ["unit_flags"] },
    fault: (whole) => ({ ...whole, flags: ack }),
  },
  {
    ...{ name: "another window", rules: ["unit_window"] },
    fault: (whole) => ({ ...whole, window: 1 }),
  },
  {
    ...{ name: "another acknowledgment", rules: ["unit_acknowledgment"] },
    fault: (whole) => ({ ...whole, acknowledgment: 1 }),
  },
  {
    ...{ name: "another TTL", rules: ["unit_inner_ttl"] },
    fault: (whole) => ({ ...whole, ip: { ...whole.ip, ttl: 63 } }),
  },
  {
    ...{ name: "ECN lost", rules: ["unit_outer_header"] },
    fault: (whole) => ({
      ...whole,
      tunnel: { ...whole.tunnel!, ip: { ...whole.tunnel!.ip, ecn: 3 } },
    }),
  },
  {
    ...{ name: "DF cleared", rules: ["unit_inner_header"] },
    fault: (whole) => ({ ...whole, ip: { ...whole.ip, dontFragment: false } }),
  },
  {
    ...{ name: "outer addresses of somebody else", rules: ["unit_outer_addresses"] },
    fault: (whole) => ({
      ...whole,
      tunnel: { ...whole.tunnel!, ip: { ...whole.tunnel!.ip, source: "192.0.2.7" } },
    }),
  },
  {
    ...{ name: "another reserved octet of VXLAN", rules: ["unit_opaque"] },
    fault: (whole) => spoilt(whole, (bytes) => bytes[UDP + 8 + 1] = 1),
  },
  {
    ...{ name: "the VNI of somebody else", rules: ["unit_flow", "unit_opaque"] },
    fault: (whole) => spoilt(whole, (bytes) => bytes[UDP + 8 + 6] = 99),
  },
  {
    ...{ name: "a TCP checksum that is wrong", rules: ["unit_tcp_checksum"] },
    fault: (whole) => spoilt(whole, (bytes) => bytes[TCP + 16] ^= 1),
  },
  {
    ...{ name: "an inner header checksum that is wrong", rules: ["unit_inner_checksum"] },
    fault: (whole) => spoilt(whole, (bytes) => bytes[INNER + 10] ^= 1),
  },
  {
    ...{ name: "an outer header checksum that is wrong", rules: ["unit_outer_checksum"] },
    fault: (whole) => spoilt(whole, (bytes) => bytes[OUTER + 10] ^= 1),
  },
  {
    ...{ name: "the UDP length of the first", rules: ["unit_udp_length"] },
    fault: (whole) => spoilt(whole, (bytes) => put16(bytes, UDP + 4, 190)),
  },
  {
    ...{ name: "a UDP checksum that is wrong", rules: ["unit_opaque_checksum"] },
    fault: (whole) => spoilt(whole, (bytes) => put16(bytes, UDP + 6, 0x1234)),
  },
  {
    ...{ name: "the outer length of the first", rules: ["unit_outer_length"] },
    fault: (whole) => spoilt(whole, (bytes) => put16(bytes, OUTER + 2, PAYLOAD + 100)),
  },
  {
    ...{ name: "the inner length of the first", rules: ["unit_inner_length"] },
    fault: (whole) => spoilt(whole, (bytes) => put16(bytes, INNER + 2, 140)),
  },
  {
    ...{ name: "both lengths of the first", rules: ["unit_inner_length", "unit_outer_length"] },
    fault: (whole) =>
      spoilt(whole, (bytes) => {
        put16(bytes, OUTER + 2, PAYLOAD + 100);
        put16(bytes, INNER + 2, 140);
      }),
  },
  {
    ...{ name: "an octet changed", rules: ["unit_payload"] },
    fault: (whole) => {
      const payload = whole.payload!.slice();
      payload[150] ^= 1;
      return { ...whole, payload };
    },
  },
  {
    ...{ name: "two segments swapped", rules: ["unit_payload"] },
    fault: ({ payload, ...whole }) => ({
      ...whole,
      payload: Uint8Array.from([
        ...payload!.subarray(100, 200),
        ...payload!.subarray(0, 100),
        ...payload!.subarray(200),
      ]),
    }),
  },
  {
    ...{ name: "an octet lost where two were joined", rules: ["unit_payload"] },
    fault: ({ payload, ...whole }) => ({ ...whole, payload: payload!.subarray(0, 299) }),
  },
];

for (const { name, rules, fault } of FAULTS) {
  Deno.test(`a unit with ${name} is found`, () => {
    const [came, whole] = three();
    for (const wholeWithin of [0, undefined]) {
      const declaration = { implementation: "linux" as const, formats, wholeWithin };
      const facts = judgePair(declaration, came, [fault(whole)]);
      // A checksum that was right for other lengths is wrong as well.
      const found = brokenRules(facts).filter((rule) =>
        rules.includes(rule) || !/checksum|udp_length/.test(rule)
      );
      assert.deepEqual(found, rules, brokenText(facts));
      const { frames } = facts.rules.get(rules[0])!.findings[0];
      assert.deepEqual(frames[0], { capture: "after", number: 1 });
      assert.equal(frames[1].capture, "before");
    }
  });
}

Deno.test("a sound unit passes with a whole checksum, and with that of the pseudo-header where it may", () => {
  const [came, whole] = three();
  const partial = spoilt(whole, (bytes) => {
    // What a pseudo-header alone sums to, without a checksum of all of it (Linux CHECKSUM_PARTIAL).
    put16(bytes, TCP + 16, 0);
    const words = [0x0a00, 0x0001, 0x0a00, 0x0002, 6, bytes.length - TCP];
    const sum = words.reduce((all, word) => all + word, 0);
    put16(bytes, TCP + 16, (sum & 0xffff) + (sum >>> 16));
  });
  for (
    const [checksums, isRight] of [["full", false], ["partial", true], [undefined, true]] as const
  ) {
    const declaration = { implementation: "linux" as const, formats, checksums };
    assert.deepEqual(brokenRules(judgePair(declaration, came, [whole])), []);
    const broken = brokenRules(judgePair(declaration, came, [partial]));
    assert.deepEqual(broken, isRight ? [] : ["unit_tcp_checksum"]);
  }
  const unverified = { formats, checksums: "unverified" as const };
  const stale = spoilt(whole, (bytes) => bytes[TCP + 16] ^= 1);
  assert.deepEqual(brokenRules(judgePair(unverified, came, [stale])), []);
});

Deno.test("acknowledgments without data are taken in where an implementation does so", () => {
  const a = segment(), update = segment({ length: 0, sequence: 1100, window: 900 });
  const next = following(a), came = [a, update, next];
  const taken = unit([a, next], { window: 900 }), late = unit([a, next]);
  for (const implementation of ["windows", "qemu", "freebsd"] as const) {
    for (const left of [[taken], [late]]) {
      const facts = judgePair({ implementation, wholeWithin: 0 }, came, left);
      assert.deepEqual(brokenRules(facts), [], `${implementation}: ${brokenText(facts)}`);
      assert.equal(facts.unmatched.absorbed, 1);
    }
  }
  for (const implementation of ["linux", "dpdk"] as const) {
    const facts = judgePair({ implementation, wholeWithin: 0 }, came, [late]);
    assert.ok(brokenRules(facts).includes("path_lost"), implementation);
  }
  // Rule 20: Windows takes in what updates a window, not what acknowledges more.
  const more = segment({ length: 0, sequence: 1200, acknowledgment: 99 });
  const facts = judgePair({ implementation: "windows", wholeWithin: 0 }, [a, more], [a]);
  assert.deepEqual(brokenRules(facts), ["path_lost"]);
});

Deno.test("a segment that is held for longer than declared is found where both sides have one clock", () => {
  const [came, whole] = three(), last = following(came[2]);
  const declaration = { formats, timer: 2, wholeWithin: 1 };
  assert.deepEqual(brokenRules(judgePair(declaration, [...came, last], [whole, last])), []);
  const held = [segment({ sequence: 1 }), segment({ sequence: 900 }), segment({ sequence: 1800 })];
  const facts = judgePair(declaration, held, [
    held[1],
    held[1],
    held[1],
    held[1],
    held[1],
    held[0],
  ]);
  assert.ok(brokenRules(facts).includes("unit_timer"));
  assert.ok(facts.longestHeld! >= 5);
  const foreign = judgePair({ ...declaration, wholeWithin: undefined }, came, [whole]);
  assert.equal(foreign.longestHeld, undefined);
});
