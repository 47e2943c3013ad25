/** Properties of both engines on random streams: nothing is lost, invented or reordered in any flow. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { SegmentView } from "../../captures/view/segment.ts";
import { TcpFlag } from "../../captures/wire/build.ts";
import { checksum } from "../../captures/wire/checksum.ts";
import { viewOf } from "../../captures/wire/octets.ts";
import { OPAQUE_FORMATS, type OpaqueFormatName } from "../../captures/wire/opaque.ts";
import type { CoalescingRules } from "./coalescing_rules.ts";
import { IMPLEMENTATIONS } from "./config.ts";
import type { OffloadOverrides } from "./overrides.ts";
import { flowsOf, mayBeOne } from "./_testing/reassembly.ts";
import {
  fitting,
  formatsOf,
  frameOf,
  hexOf,
  opaqueOf,
  segmentFrame,
  type Specimen,
  specimen,
  testNic,
  tunnelOf,
} from "./_testing/segments.ts";
import { BASE, BASE6, burst } from "./_testing/bursts.ts";

const { fin: FIN, psh: PSH, ack: ACK, rst: RST, syn: SYN } = TcpFlag;
const CWR = 0x80;

Deno.test("what was segmented is joined to what it was", () => {
  fc.assert(
    fc.property(specimen({ octets: 20_000 }), fc.integer({ min: 200, max: 9000 }), (one, mtu) => {
      // Linux joins no segments of which the first has CWR, and none whose opaque field counts.
      const whole = { ...one, flags: one.flags! & ~CWR };
      const config = { mtu, formats: formatsOf(whole) };
      const sender = testNic(config), receiver = testNic(config);
      const frame = segmentFrame(whole), wire = sender.through("host", frame);
      if (wire.length === 0) return assert.equal(sender.traced[0].fields.reason, "headers");
      for (const segment of wire) receiver.nic.receive("wire", segment, 0);
      assert.deepEqual(hexOf(receiver.out(1).map(({ packet }) => packet)), [frame.toHex()]);
    }),
    { numRuns: 200 },
  );
});

/** One event on the wire: the next segment of a flow, changed in some way. */
interface Happening {
  flow: number;
  octets: number;
  flags: number;
  what:
    | "next"
    | "gap"
    | "duplicate"
    | "back"
    | "damaged"
    | "header"
    | "fragment"
    | "ttl"
    | "window";
  at: number;
  wait: number;
}

const happening: fc.Arbitrary<Happening> = fc.record({
  flow: fc.nat(4),
  octets: fc.oneof({ weight: 4, arbitrary: fc.constant(300) }, fc.nat(400)),
  flags: fc.oneof(
    { weight: 6, arbitrary: fc.constant(ACK) },
    fc.constantFrom(ACK | PSH, ACK | FIN, ACK | SYN, ACK | RST, ACK | CWR, ACK | 0x40, 0),
  ),
  what: fc.oneof(
    { weight: 8, arbitrary: fc.constant("next" as const) },
    fc.constantFrom(
      ...["gap", "duplicate", "back", "damaged", "header", "fragment", "ttl", "window"] as const,
    ),
  ),
  at: fc.nat(1 << 16),
  wait: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(3)),
});

const NAMES: ("plain" | OpaqueFormatName)[] = [
  "plain",
  "gre",
  "udp_slots_adjusted",
  "gre_checksum",
  "geneve",
];

/** Frames of flows that happen to be like that, some of which share all but the flow id. */
function framesOf(happenings: readonly Happening[]): { frame: Uint8Array; wait: number }[] {
  const outer = { source: "192.0.2.1", destination: "192.0.2.2", dontFragment: true };
  const states = NAMES.map((wanted, i) => {
    const base = i % 2 === 0 ? BASE : BASE6, family = i % 2 === 0 ? 4 : 6;
    const name = fitting(wanted, family);
    const tunnel = name === "plain" ? undefined : tunnelOf(name, family, outer, i);
    const sequence = 0xffff_ff00 + i >>> 0;
    return { base: { ...base, tunnel }, sequence, last: sequence, id: i };
  });
  return happenings.map(({ flow, octets, flags, what, at, wait }) => {
    const state = states[flow];
    if (what === "gap") state.sequence = state.sequence + at % 500 + 1 >>> 0;
    if (what === "duplicate") state.sequence = state.last;
    if (what === "back") state.sequence = state.sequence - at % 700 >>> 0;
    const [segment] = burst(state.base, { sequence: state.sequence, octets, flags });
    state.last = state.sequence;
    state.sequence = state.sequence + octets >>> 0;
    const identification = state.id = state.id + (what === "header" ? 3 : 1) & 0xffff;
    const ip = {
      ...{ identification, moreFragments: what === "fragment" },
      ...(what === "ttl" ? { ttl: 9 } : {}),
    };
    const changed: Specimen = {
      ...segment,
      ip: { ...segment.ip, ...ip },
      tunnel: segment.tunnel && { ...segment.tunnel, ip: { ...segment.tunnel.ip, identification } },
      udpChecksum: flow === 2,
      window: what === "window" ? at & 0xffff : 1000,
    };
    const frame = segmentFrame(changed);
    if (what === "damaged") frame[14 + at % (frame.length - 14)] ^= 1 << at % 8;
    return { frame, wait };
  });
}

const PRESETS = {
  gre_checksum: OPAQUE_FORMATS.gre_checksum,
  gre: OPAQUE_FORMATS.gre,
  slots: OPAQUE_FORMATS.udp_slots_adjusted,
  geneve: OPAQUE_FORMATS.geneve,
};

/** Random happenings, and what must hold of them whatever the implementation. */
function streams(overrides?: OffloadOverrides) {
  const some = fc.array(happening, { minLength: 1, maxLength: 60 });
  const config = fc.record({
    implementation: fc.constantFrom(...IMPLEMENTATIONS),
    buckets: fc.constantFrom(1, 64),
    flowsPerBucket: fc.constantFrom(1, 2, 8),
    timer: fc.constantFrom(0, 1, 10),
    sizeLimit: fc.constantFrom(576, 1500, 65_535),
  });
  return fc.property(some, config, (happenings, coalescing) => {
    const { nic, out } = testNic({ formats: PRESETS, coalescing }, overrides);
    const came = framesOf(happenings), went: Uint8Array[] = [];
    let now = 0;
    for (const { frame, wait } of came) {
      now += wait;
      went.push(...out(now).map(({ packet }) => packet));
      nic.receive("wire", frame, now);
      assert.ok(nic.deadline() <= now + coalescing.timer, "held for longer than may be");
    }
    went.push(...out(now + 10).map(({ packet }) => packet));
    assert.equal(nic.deadline(), Infinity);
    const view = new SegmentView();
    view.formats = Object.values(PRESETS);
    const before = flowsOf(came.map(({ frame }) => frame), view), after = flowsOf(went, view);
    assert.deepEqual([...after.keys()].sort(), [...before.keys()].sort());
    for (const [flow, pieces] of before) mayBeOne(pieces, after.get(flow)!, coalescing);
  });
}

Deno.test("whatever comes, every flow has the octets that it had, in their order", () => {
  fc.assert(streams(), { numRuns: 400 });
});

/** Faults of cards in the field, of which the comparison must not approve. */
const FAULTS: Record<string, Partial<CoalescingRules>> = {
  "held data is overtaken by what is not held": { flushesFirst: () => false },
  "a gap is closed": { sequenceFollows: () => true },
  "an octet is lost at joins": { joinsTo: (next) => next.end - 1 },
  "headers are kept in the payload": { joinsFrom: (next) => next.tcp },
  "the evicted unit is lost": {
    delivered: (emit, bytes, start, end, _, why) => why === "evicted" || emit(bytes, start, end),
  },
  "what does not join is lost": {
    delivered: (emit, bytes, start, end, count, why) =>
      count > 1 || why !== "window" && emit(bytes, start, end),
  },
  "damaged segments are joined": { holdsTcpChecksum: () => true },
  "units are held until the next packet": { holdsFor: () => Infinity },
  "the limit is of payload alone": { withinLimit: (octets, limit) => octets - 40 <= limit },
  "the outer length is stale": {
    unitOctets: (right, first, header) => header === "outer" ? first : right,
  },
  "the checksum is that of the first": { unitTcpChecksum: (_, first) => first },
};

for (const [fault, coalescing] of Object.entries(FAULTS)) {
  Deno.test(`the comparison does not approve where ${fault}`, () => {
    assert.ok(fc.check(streams({ coalescing }), { numRuns: 2000, endOnFailure: true }).failed);
  });
}

Deno.test("a unit passes the checks of whoever receives it", () => {
  fc.assert(fc.property(fc.array(happening, { minLength: 5, maxLength: 40 }), (happenings) => {
    const { nic, out } = testNic({ formats: { gre: OPAQUE_FORMATS.gre } });
    const good = framesOf(
      happenings.filter(({ flow }) => flow < 2).map((one) =>
        one.what === "damaged" ? { ...one, what: "next" as const } : one
      ),
    );
    for (const { frame } of good) nic.receive("wire", frame, 0);
    for (const { packet } of out(10)) {
      // Both flows are of IPv4 outside or plain; headers of 20 octets.
      assert.equal(checksum(packet, viewOf(packet), 14, 34), 0);
      assert.equal(viewOf(packet).getUint16(16), packet.length - 14);
    }
  }));
});

Deno.test("any octets on any port are no fault, and go on or are dropped", () => {
  const formats = {
    geneve: OPAQUE_FORMATS.geneve,
    gre: OPAQUE_FORMATS.gre,
    ipip: OPAQUE_FORMATS.ipip,
  };
  const octets = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(
      specimen({ octets: 300 }),
      fc.array(fc.tuple(fc.nat(150), fc.nat(255)), { maxLength: 8 }),
      fc.nat(400),
    )
      .map(([one, changes, length]) => {
        const frame = segmentFrame(one).slice(0, length + 20);
        for (const [at, value] of changes) if (at < frame.length) frame[at] = value;
        return frame;
      }),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => frameOf(bytes)),
  );
  const { nic, out, traced } = testNic({ formats, mtu: 300 });
  fc.assert(
    fc.property(octets, fc.constantFrom("host", "wire", "other"), (frame, port) => {
      traced.length = 0;
      nic.receive(port, frame, 0);
      const went = out(100);
      assert.ok(went.length > 0 || traced.some(({ event }) => event === "dropped"));
      const other = port === "host" ? "wire" : "host";
      assert.ok(went.every((one) => one.port === other));
    }),
    { numRuns: 3000 },
  );
});

Deno.test("tenants with the same addresses, ports and sequence numbers stay apart", () => {
  fc.assert(fc.property(
    fc.constantFrom(...["gre", "udp_slots", "gre_key", "nvgre", "vxlan", "geneve"] as const),
    fc.array(fc.nat(1), { minLength: 2, maxLength: 30 }),
    (name, turns) => {
      const outer = { source: "192.0.2.1", destination: "192.0.2.2" };
      const next = [0, 0];
      const sent = turns.map((tenant) => {
        const tunnel = tunnelOf(name, 4, outer, tenant + 1);
        const sequence = 5000 + 100 * next[tenant]++;
        const [one] = burst({ ...BASE, tunnel }, { sequence });
        return { ...one, payload: new Uint8Array(100).fill(tenant + 1) };
      });
      const { nic, out } = testNic({ formats: { [name]: OPAQUE_FORMATS[name] } });
      for (const one of sent) nic.receive("wire", segmentFrame(one), 0);
      const view = new SegmentView();
      view.formats = [OPAQUE_FORMATS[name]];
      const got = [0, 0];
      for (const { packet } of out(10)) {
        assert.ok(view.at(packet, 14));
        const tenant = packet[view.payload] - 1;
        assert.ok(packet.subarray(view.payload, view.end).every((octet) => octet === tenant + 1));
        const { offset, octets } = OPAQUE_FORMATS[name].flowId;
        const flowId = (field: Uint8Array) => field.slice(offset, offset + octets).toHex();
        const opaque = packet.slice(view.opaque, view.opaqueEnd);
        assert.equal(flowId(opaque), flowId(opaqueOf(name, 4, tenant + 1)));
        got[tenant] += view.length;
      }
      assert.deepEqual(got, next.map((count) => 100 * count));
    },
  ));
});
