import assert from "node:assert/strict";
import {
  buildSegment,
  fillIpChecksums,
  fillLengths,
  fillPartialTcpChecksum,
  layOutSegment,
  type Segment,
} from "../../../captures/wire/build_segment.ts";
import { put16 } from "../../../captures/wire/octets.ts";
import { OPAQUE_FORMATS } from "../../../captures/wire/opaque.ts";
import { TcpFlag } from "../../../captures/wire/tcp.ts";
import {
  brokenRules,
  brokenText,
  following,
  judgePair,
  octets,
  segment,
  type Style,
} from "./_testing/packets.ts";
import type { IdRule } from "./declaration.ts";
import type { PairRule } from "./rules.ts";

const { ack, psh, fin, cwr, ece } = TcpFlag;
const formats = [OPAQUE_FORMATS.vxlan, OPAQUE_FORMATS.gre_key];
const VXLAN: Style = { tunnel: "vxlan" };
const SEGMENTATION = { direction: "segmentation", formats, wholeWithin: 0 } as const;
const MSS = 100;

/** A super-packet. */
const large = (length: number, flags: number = ack | psh, style = VXLAN) =>
  segment({ length, flags, ip: { ttl: 9 }, opaque: { networkId: 7 } }, style);

/** What a NIC makes of it, by the rules. */
function cut(whole: Segment, mss = MSS): Segment[] {
  const { payload, flags = 0, sequence } = whole, parts: Segment[] = [];
  const count = Math.ceil(payload!.length / mss);
  for (let i = 0; i < count; i++) {
    const isLast = i === count - 1;
    const kept = flags & ~(isLast ? 0 : fin | psh) & ~(i === 0 ? 0 : cwr);
    const piece = payload!.subarray(i * mss, i * mss + mss);
    const before = parts.at(-1);
    const next = { sequence: sequence + i * mss >>> 0, payload: piece, flags: kept };
    parts.push(before === undefined ? { ...whole, ...next } : following(before, next));
  }
  return parts;
}

Deno.test("a super-packet that is cut by the rules is found to be so", () => {
  for (const style of [VXLAN, {}, { version: 6 as const }, { tunnel: "gre_key" as const }]) {
    for (const length of [1, 99, 100, 101, 200, 250, 1000]) {
      for (const flags of [ack, ack | psh, ack | fin | psh | ece, ack | cwr]) {
        const whole = large(length, flags, style), mtu = 300;
        const facts = judgePair({ ...SEGMENTATION, mss: MSS, mtu }, [whole], cut(whole));
        assert.deepEqual(brokenRules(facts), [], `${length}: ${brokenText(facts)}`);
      }
    }
  }
});

Deno.test("a tap of the host may show what is left to the network card", () => {
  const whole = large(250), layout = layOutSegment(whole);
  for (const hasLength of [true, false]) {
    fillLengths(layout);
    fillIpChecksums(layout);
    fillPartialTcpChecksum(layout, hasLength);
    for (const length of [250, 80]) {
      const given = large(length), left = layOutSegment(given);
      fillLengths(left);
      fillPartialTcpChecksum(left, hasLength);
      const facts = judgePair({ ...SEGMENTATION, mss: MSS }, [left.bytes], cut(given));
      assert.deepEqual(brokenRules(facts), [], brokenText(facts));
    }
  }
});

const spoil = (part: Segment, spoiling: (bytes: Uint8Array) => void): Uint8Array => {
  const bytes = buildSegment(part);
  spoiling(bytes);
  return bytes;
};
const UDP = 20, INNER = 50, TCP = 70;
const at = (
  parts: readonly Segment[],
  index: number,
  change: (part: Segment) => Segment | Uint8Array,
) => parts.map((part, i) => i === index ? change(part) : part);
const inTunnel = (part: Segment, ip: Partial<Segment["ip"]>): Segment => ({
  ...part,
  tunnel: { ...part.tunnel!, ip: { ...part.tunnel!.ip, ...ip } },
});

const FAULTS: readonly {
  name: string;
  rules: readonly PairRule[];
  flags?: number;
  fault: (parts: Segment[], whole: Segment) => (Segment | Uint8Array)[];
}[] = [
  {
    ...{ name: "a size beyond the MTU", rules: ["segment_mss", "segment_mtu"] },
    fault: (_, whole) => cut(whole, 180),
  },
  {
    ...{ name: "uneven sizes", rules: ["segment_mss", "segment_size"] },
    fault: (_, whole) =>
      [
        ...cut({ ...whole, payload: whole.payload!.subarray(0, 50) }),
        ...cut({
          ...following(segment({ length: 50 }, VXLAN)),
          ...whole,
          sequence: 1050,
          payload: whole.payload!.subarray(50),
          ip: { ...whole.ip, identification: 2 },
          tunnel: { ...whole.tunnel!, ip: { ...whole.tunnel!.ip, identification: 2 } },
        }, 100),
      ].map((part, i, all) => ({ ...part, flags: i === all.length - 1 ? ack | psh : ack })),
  },
  {
    ...{ name: "the sequence number of the one before", rules: ["segment_sequence"] },
    fault: (parts) => at(parts, 1, (part) => ({ ...part, sequence: 1000 })),
  },
  {
    ...{ name: "another acknowledgment", rules: ["segment_acknowledgment"] },
    fault: (parts) => at(parts, 1, (part) => ({ ...part, acknowledgment: 0 })),
  },
  {
    ...{ name: "PSH on all", rules: ["segment_fin_psh"] },
    fault: (parts) => parts.map((part) => ({ ...part, flags: ack | psh })),
  },
  {
    ...{ name: "no FIN on the last", rules: ["segment_fin_psh"], flags: ack | fin },
    fault: (parts) => parts.map((part) => ({ ...part, flags: ack })),
  },
  {
    ...{ name: "CWR on those in the middle", rules: ["segment_cwr"], flags: ack | cwr },
    fault: (parts) => at(parts, 1, (part) => ({ ...part, flags: ack | cwr })),
  },
  {
    ...{ name: "no ECE on the second", rules: ["segment_flags"], flags: ack | ece },
    fault: (parts) => at(parts, 1, (part) => ({ ...part, flags: ack })),
  },
  {
    ...{ name: "the same inner identification", rules: ["segment_inner_id"] },
    fault: (parts) => parts.map((part) => ({ ...part, ip: { ...part.ip, identification: 1 } })),
  },
  {
    ...{ name: "the same outer identification", rules: ["segment_outer_id"] },
    fault: (parts) => parts.map((part) => inTunnel(part, { identification: 1 })),
  },
  {
    ...{ name: "another outer TTL", rules: ["segment_outer_header"] },
    fault: (parts) => at(parts, 2, (part) => inTunnel(part, { ttl: 3 })),
  },
  {
    ...{ name: "inner DF cleared", rules: ["segment_inner_header"] },
    fault: (parts) =>
      at(parts, 1, (part) => ({ ...part, ip: { ...part.ip, dontFragment: false } })),
  },
  {
    ...{ name: "More Fragments", rules: ["segment_outer_header"] },
    fault: (parts) => at(parts, 0, (part) => inTunnel(part, { moreFragments: true })),
  },
  {
    ...{ name: "another opaque field", rules: ["segment_opaque"] },
    fault: (parts) => at(parts, 1, (part) => spoil(part, (bytes) => bytes[UDP + 8 + 1] = 5)),
  },
  {
    ...{ name: "the UDP length of the super-packet", rules: ["segment_udp_length"] },
    fault: (parts) => at(parts, 1, (part) => spoil(part, (bytes) => put16(bytes, UDP + 4, 320))),
  },
  {
    ...{ name: "the UDP checksum of the super-packet", rules: ["segment_opaque_checksum"] },
    fault: (parts) => at(parts, 1, (part) => spoil(part, (bytes) => put16(bytes, UDP + 6, 320))),
  },
  {
    ...{ name: "a wrong TCP checksum", rules: ["segment_tcp_checksum"] },
    fault: (parts) => at(parts, 1, (part) => spoil(part, (bytes) => bytes[TCP + 16] ^= 4)),
  },
  {
    ...{ name: "a wrong inner header checksum", rules: ["segment_inner_checksum"] },
    fault: (parts) => at(parts, 1, (part) => spoil(part, (bytes) => bytes[INNER + 10] ^= 4)),
  },
  {
    ...{ name: "a wrong outer header checksum", rules: ["segment_outer_checksum"] },
    fault: (parts) => at(parts, 1, (part) => spoil(part, (bytes) => bytes[10] ^= 4)),
  },
  {
    ...{ name: "the outer length of the super-packet", rules: ["segment_outer_length"] },
    fault: (parts) => at(parts, 1, (part) => spoil(part, (bytes) => put16(bytes, 2, 340))),
  },
  {
    ...{ name: "the inner length of the super-packet", rules: ["segment_inner_length"] },
    fault: (parts) => at(parts, 1, (part) => spoil(part, (bytes) => put16(bytes, INNER + 2, 290))),
  },
  {
    ...{ name: "an octet changed", rules: ["segment_payload"] },
    fault: (parts) => at(parts, 1, (part) => ({ ...part, payload: octets(7, 100) })),
  },
  { name: "the last one lost", rules: ["path_lost"], fault: (parts) => parts.slice(0, 2) },
  { name: "nothing at all", rules: ["path_lost"], fault: () => [] },
  {
    ...{ name: "one that leaves twice", rules: ["path_doubled"] },
    fault: ([a, b, c]) => [a, b, b, c],
  },
  { name: "an order that is another", rules: ["path_order"], fault: ([a, b, c]) => [a, c, b] },
  {
    ...{ name: "an empty one behind it", rules: ["path_invented"] },
    fault: (parts) => [...parts, following(parts[2], { length: 0 })],
  },
];

for (const { name, rules, flags, fault } of FAULTS) {
  Deno.test(`segmentation with ${name} is found`, () => {
    const whole = large(250, flags), parts = cut(whole);
    const declaration = { ...SEGMENTATION, mss: MSS, mtu: 200, implementation: "linux" as const };
    const ids = { innerId: "increment", outerId: "increment" } as const;
    const facts = judgePair({ ...declaration, ...ids }, [whole], fault(parts, whole));
    const found = brokenRules(facts).filter((rule) =>
      rules.includes(rule) || !/checksum|udp_length/.test(rule)
    );
    assert.deepEqual(found, rules, brokenText(facts));
  });
}

Deno.test("identifications follow the rule that is declared, also where they wrap", () => {
  const whole = { ...large(300), ip: { ...large(300).ip, identification: 0x7ffe } };
  const by = (ids: readonly number[]) =>
    cut(whole).map((part, i) => ({ ...part, ip: { ...part.ip, identification: ids[i] } }));
  const wraps16 = by([0x7ffe, 0x7fff, 0x8000]), wraps15 = by([0x7ffe, 0x7fff, 0]);
  const fixed = by([0x7ffe, 0x7ffe, 0x7ffe]);
  const judged = (innerId: IdRule | undefined, left: Segment[]) =>
    brokenRules(judgePair({ ...SEGMENTATION, innerId }, [whole], left));
  const wrong = ["segment_inner_id"];
  assert.deepEqual(judged("increment", wraps16), []);
  assert.deepEqual(judged("increment", wraps15), wrong);
  assert.deepEqual(judged("increment15", wraps15), []);
  assert.deepEqual(judged("increment15", wraps16), wrong);
  assert.deepEqual(judged("fixed", fixed), []);
  assert.deepEqual(judged("fixed", wraps16), wrong);
  for (const left of [wraps16, wraps15, fixed]) assert.deepEqual(judged(undefined, left), []);
});
