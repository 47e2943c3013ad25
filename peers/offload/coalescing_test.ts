import assert from "node:assert/strict";
import { TcpFlag } from "../../captures/wire/build.ts";
import { IP_PROTOCOL } from "../../captures/wire/ip_protocol.ts";
import { OPAQUE_FORMATS } from "../../captures/wire/opaque.ts";
import {
  BASE,
  BASE6,
  burst,
  type Change,
  coalesced,
  sizes,
  TUNNELLED,
  withIp,
  withOuter,
} from "./_testing/bursts.ts";
import {
  formatsOf,
  hexOf,
  opaqueOf,
  segmentFrame,
  type Specimen,
  testNic,
  tunnelOf,
} from "./_testing/segments.ts";

const { fin: FIN, syn: SYN, rst: RST, psh: PSH, ack: ACK, urg: URG } = TcpFlag;
const ECE = 0x40, CWR = 0x80;
const flags = (more: number): Change => ({ flags: ACK | more });
const options = (...octets: number[]): Change => ({ options: Uint8Array.from(octets) });
const timestamp = (value: number) => options(1, 1, 8, 10, 0, 0, 0, value, 0, 0, 0, 1);
const NONE: Change = {};

/** Bursts of the base flow, and what becomes of them; numbers are rules of the research note. */
const LINUX: [string, Change[], string][] = [
  ["1: equal and contiguous", [NONE, NONE], "200"],
  ["2: the last one shorter", [NONE, { octets: 50 }], "150"],
  ["2: a shorter one closes", [NONE, { octets: 60 }, { octets: 60 }], "160|60"],
  ["3: a longer one", [{ octets: 50 }, NONE], "50|100"],
  ["5: a gap", [NONE, { sequence: 5101 }], "100|100"],
  ["6: reordered", [{ sequence: 5100 }, { sequence: 5000 }], "100|100"],
  ["7: a duplicate", [NONE, { sequence: 5000 }], "100|100"],
  ["8: an overlap", [NONE, { sequence: 5050 }], "100|100"],
  ["9: wrap", [{ sequence: 0xffff_ffce }, { sequence: 50 }], "200"],
  ["18: acknowledgments", [{ octets: 0 }, { octets: 0 }], "0|0"],
  ["19: one between data", [NONE, { octets: 0 }, NONE], "100|0|100"],
  ["21: a new window alone", [NONE, { octets: 0, window: 2000 }], "100|0"],
  ["22: a higher acknowledgment", [NONE, { acknowledgment: 10 }], "100|100"],
  ["24: another window", [NONE, { window: 999 }], "100|100"],
  ["26: PSH on the second of three", [NONE, flags(PSH), NONE], "200|100"],
  ["27: PSH on the first", [flags(PSH), NONE, NONE], "100|200"],
  ["28: FIN with data", [NONE, flags(FIN)], "200"],
  ["29: FIN without data", [NONE, { ...flags(FIN), octets: 0 }], "100|0"],
  ["30: SYN with data", [NONE, flags(SYN), NONE], "100|100|100"],
  ["31: RST", [NONE, flags(RST), NONE, NONE], "100|100|200"],
  ["32: URG", [NONE, flags(URG), NONE], "100|100|100"],
  ["33: neither has ACK", [{ flags: 0 }, { flags: 0 }], "200"],
  ["34: ECE on both", [flags(ECE), flags(ECE)], "200"],
  ["35: ECE on one", [flags(ECE), NONE], "100|100"],
  ["36: CWR on the first", [flags(CWR), NONE, NONE], "100|200"],
  ["36: CWR on the second", [NONE, flags(CWR), NONE], "100|100|100"],
  ["37: CWR on both", [flags(CWR), flags(CWR)], "100|100"],
  ["38: reserved bits", [NONE, { reserved: 1 }], "100|100"],
  ["39: the same timestamp", [timestamp(5), timestamp(5)], "200"],
  ["40: a later timestamp", [timestamp(5), timestamp(6)], "100|100"],
  ["42: NOPs elsewhere", [
    timestamp(5),
    options(8, 10, 0, 0, 0, 5, 0, 0, 0, 1, 1, 1),
  ], "100|100"],
  ["43: timestamp and none", [timestamp(5), NONE], "100|100"],
  ["44: other options that are the same", [options(2, 4, 5, 180), options(2, 4, 5, 180)], "200"],
];

const VARIANTS: Record<string, Specimen> = { "IPv4": BASE, "IPv6": BASE6, "a tunnel": TUNNELLED };

for (const [kind, base] of Object.entries(VARIANTS)) {
  Deno.test(`segments over ${kind} are joined as Linux does`, () => {
    for (const [what, changes, wanted] of LINUX) {
      assert.equal(sizes(burst(base, ...changes)), wanted, what);
    }
  });
}

/** Differences of one IP header between two segments. */
const HEADER: [string, Partial<Specimen["ip"]>, string][] = [
  ["54: TTL", { ttl: 63 }, "100|100"],
  ["55: DSCP", { dscp: 1 }, "100|100"],
  ["56: ECN", { ecn: 1 }, "100|100"],
];
const HEADER4: typeof HEADER = [
  ["52: options", { options: Uint8Array.of(1, 1, 1, 0) }, "100|100"],
  ["57: DF", { dontFragment: false }, "100|100"],
  ["61: ID + 2", { identification: 9 }, "100|100"],
];

Deno.test("both IP headers are looked at, each by itself", () => {
  for (const [what, change, wanted] of [...HEADER, ...HEADER4]) {
    const outer = what.startsWith("61") ? { identification: 102 } : change;
    const [first, second] = burst(BASE, NONE, NONE);
    assert.equal(sizes([first, withIp(second, change)]), wanted, what);
    const [one, two] = burst(TUNNELLED, NONE, NONE);
    assert.equal(sizes([one, withIp(two, change)]), wanted, `${what}, inner`);
    assert.equal(sizes([one, withOuter(two, outer)]), wanted, `${what}, outer`);
  }
  for (const [what, change, wanted] of [...HEADER, ["66", { flowLabel: 1 }, "100|100"] as const]) {
    const [first, second] = burst(BASE6, NONE, NONE);
    assert.equal(sizes([first, withIp(second, change)]), wanted, `${what}, IPv6`);
  }
});

Deno.test("the ID of a header grows by one or stays, in each header for itself", () => {
  const ids = (...all: number[]) =>
    burst(BASE, ...all.map(() => NONE)).map((one, i) => withIp(one, { identification: all[i] }));
  assert.equal(sizes(ids(7, 8, 9)), "300", "58");
  assert.equal(sizes(ids(7, 7, 7)), "300", "59");
  const clear = ids(7, 7, 7).map((one) => withIp(one, { dontFragment: false }));
  assert.equal(sizes(clear), "300", "60");
  assert.equal(sizes(ids(7, 8, 8)), "200|100", "62");
  assert.equal(sizes(ids(7, 7, 8)), "200|100", "62");
  assert.equal(sizes(ids(65_534, 65_535, 0)), "300", "63");
  const fixedInner = burst(TUNNELLED, NONE, NONE, NONE).map((one) =>
    withIp(one, { identification: 1 })
  );
  assert.equal(sizes(fixedInner), "300", "T2");
});

Deno.test("extension headers are joined where they are the same, and fragments never", () => {
  const extended = (octet: number) => ({
    extensions: [{
      protocol: IP_PROTOCOL.DESTINATION_OPTIONS,
      content: Uint8Array.of(1, 4, octet, 0, 0, 0),
    }],
  });
  const [first, second] = burst(BASE6, NONE, NONE);
  const same = [withIp(first, extended(1)), withIp(second, extended(1))];
  assert.equal(sizes(same), "200", "68");
  assert.equal(sizes([same[0], withIp(second, extended(2))]), "100|100", "69");
  const [one, two] = burst(BASE, NONE, NONE);
  assert.equal(sizes([one, withIp(two, { moreFragments: true })]), "100|fragment", "53");
  assert.equal(sizes([one, withIp(two, { fragmentOffset: 80 })]), "100|fragment", "53");
});

Deno.test("flows are told by every part of the key, in a tunnel by the flow id too", () => {
  const [a, b] = burst(TUNNELLED, NONE, NONE);
  const [c, d] = burst(TUNNELLED, NONE, NONE).map((one) => ({
    ...one,
    sequence: one.sequence + 1,
  }));
  const others: Record<string, (one: Specimen) => Specimen> = {
    "inner source": (one) => withIp(one, { source: "10.0.0.3" }),
    "inner destination": (one) => withIp(one, { destination: "10.0.0.3" }),
    "source port": (one) => ({ ...one, sourcePort: 1001 }),
    "destination port": (one) => ({ ...one, destinationPort: 81 }),
    "outer source": (one) => withOuter(one, { source: "192.0.2.3" }),
    "outer destination": (one) => withOuter(one, { destination: "192.0.2.3" }),
    "flow id": (one) => ({
      ...one,
      tunnel: { ...one.tunnel!, opaque: opaqueOf("gre_key", 4, 2) },
    }),
  };
  for (const [what, other] of Object.entries(others)) {
    assert.equal(sizes([a, other(b)]), "100|100", what);
    assert.equal(sizes([a, other(c), b, other(d)]), "200|200", what);
  }
  const plain = burst(BASE, NONE, NONE);
  assert.equal(sizes([a, plain[0], b, plain[1]]), "200|200", "a plain flow beside it");
  const tagged = [segmentFrame(plain[0]), segmentFrame(plain[1], 5)];
  assert.equal(coalesced(tagged).length, 2, "64: a VLAN tag");
});

Deno.test("the opaque field must be the same but for what its format has adjusted", () => {
  const outer = TUNNELLED.tunnel!.ip;
  const tunnel = tunnelOf("udp_slots", 4, outer);
  const [a, b] = burst({ ...BASE, tunnel }, NONE, NONE).map((one, i) =>
    withOuter(one, {
      identification: 100 + i,
    })
  );
  assert.equal(sizes([a, b]), "200");
  for (let octet = 0; octet < 20; octet++) {
    const opaque = tunnel.opaque.slice();
    opaque[octet] ^= 1;
    // With another port it is UDP as any other, and waits for nothing.
    const wanted = octet === 2 || octet === 3 ? "protocol|100" : "100|100";
    assert.equal(sizes([a, { ...b, tunnel: { ...b.tunnel!, opaque } }]), wanted, `octet ${octet}`);
  }
  const last = { ...burst(a, NONE, { octets: 50 })[1] };
  assert.equal(sizes([a, last]), "150", "a length of UDP that nobody wrote");
  const lengths = [128, 78].map((length) => {
    const opaque = tunnel.opaque.slice();
    opaque[5] = length;
    return { ...tunnel, opaque };
  });
  const told = [{ ...a, tunnel: lengths[0] }, { ...last, tunnel: lengths[1] }];
  assert.equal(sizes(told), "100|50", "D2-05: verbatim, so a shorter one has another field");
});

Deno.test("UDP checksums are all used or all not, and must be right", () => {
  const base = { ...BASE, tunnel: tunnelOf("vxlan", 4, TUNNELLED.tunnel!.ip) };
  const sum = { udpChecksum: true };
  assert.equal(sizes(burst(base, NONE, NONE)), "200");
  assert.equal(sizes(burst(base, sum, sum, { ...sum, octets: 40 })), "240");
  assert.equal(sizes(burst(base, sum, NONE)), "100|100", "T17");
  const frames = burst(base, sum, sum).map((one) => segmentFrame(one));
  frames[1][14 + 20 + 7] ^= 1;
  assert.deepEqual(hexOf(coalesced(frames, { formats: formatsOf(base) })), hexOf(frames));
});

Deno.test("damaged segments are delivered as they came, in order, and never joined", () => {
  for (const at of [14 + 10, 14 + 36, 14 + 40, 14 + 139]) {
    const frames = burst(BASE, NONE, NONE, NONE).map((one) => segmentFrame(one));
    frames[1][at] ^= 1;
    assert.deepEqual(hexOf(coalesced(frames)), hexOf(frames), `octet ${at}`);
  }
});

Deno.test("a datagram is never larger than the limit, outer headers and all", () => {
  const many = (base: Specimen, octets: number, count: number) =>
    burst(base, ...Array.from({ length: count }, () => ({ octets })));
  assert.equal(sizes(many(BASE, 1448, 46)), "65160|1448", "10");
  const exact = [
    ...many(BASE, 1455, 45),
    ...burst(BASE, { sequence: 5000 + 45 * 1455, octets: 20 }),
  ]
    .map((one, i) => withIp(one, { identification: i }));
  assert.equal(sizes(exact), "65495", "65,535 octets are legal");
  exact[45] = { ...exact[45], payload: new Uint8Array(21) };
  assert.equal(sizes(exact), "65475|21", "one more is not");
  assert.equal(sizes(many(TUNNELLED, 1448, 46)), "65160|1448", "T5");
  assert.equal(sizes(many(BASE, 500, 4), { coalescing: { sizeLimit: 1040 } }), "1000|1000");
});

Deno.test("padding is no payload: Linux leaves such frames alone, others trim them", () => {
  const padded = burst(BASE, { octets: 1 }, { octets: 1 }).map((one) => {
    const frame = new Uint8Array(60);
    frame.set(segmentFrame(one));
    return frame;
  });
  assert.deepEqual(hexOf(coalesced(padded)), hexOf(padded));
  const [unit, ...more] = coalesced(padded, { coalescing: { implementation: "freebsd" } });
  assert.equal(more.length, 0);
  assert.equal(unit.length, 14 + 42);
  assert.deepEqual(
    hexOf(coalesced(padded.slice(0, 1), { coalescing: { implementation: "freebsd" } })),
    hexOf(padded.slice(0, 1)),
  );
});

Deno.test("a unit is the segment that its sender might have sent in one", () => {
  const outer = TUNNELLED.tunnel!.ip;
  const bases: Specimen[] = [
    BASE,
    BASE6,
    ...([
      "gre",
      "udp_slots_adjusted",
      "gre_plain",
      "gre_checksum",
      "gre_adjusted",
      "gre_key",
      "nvgre",
      "vxlan",
      "geneve",
    ] as const)
      .map((name) => ({ ...BASE, tunnel: tunnelOf(name, 4, outer) })),
    { ...BASE6, tunnel: tunnelOf("ip6ip", 6, outer) },
    { ...BASE, tunnel: tunnelOf("ipip", 4, { ...outer, ...BASE6.ip }) },
  ];
  for (const base of bases) {
    for (const udpChecksum of [true, false]) {
      const changes = [NONE, NONE, { octets: 33, flags: ACK | PSH }];
      const segments = burst({ ...base, udpChecksum }, ...changes);
      const payload = new Uint8Array(233);
      segments.forEach((one, i) => payload.set(one.payload!, i * 100));
      const whole = segmentFrame({ ...segments[0], payload, flags: ACK | PSH });
      const formats = formatsOf(base);
      const units = coalesced(segments.map((one) => segmentFrame(one)), { formats });
      // The builder leaves UDP lengths of verbatim formats alone, as the card does.
      assert.deepEqual(hexOf(units), hexOf([whole]));
    }
  }
});

Deno.test("what is held is delivered after its time, and not before", () => {
  const { nic, out } = testNic({ coalescing: { timer: 5 } });
  const [a, b, c] = burst(BASE, NONE, NONE, NONE).map((one) => segmentFrame(one));
  assert.equal(nic.deadline(), Infinity);
  nic.receive("wire", a, 100);
  assert.equal(nic.deadline(), 105);
  assert.deepEqual(out(104.9), []);
  nic.receive("wire", b, 104.9);
  assert.equal(nic.deadline(), 105);
  nic.receive("wire", c, 105);
  assert.deepEqual(out(105).map(({ packet }) => packet.length), [14 + 240]);
  assert.equal(nic.deadline(), 110);
  assert.deepEqual(hexOf(out(110).map(({ packet }) => packet)), hexOf([c]));
});

Deno.test("a full bucket delivers its oldest flow, and loses nothing", () => {
  const flow = (sourcePort: number) => burst({ ...BASE, sourcePort }, NONE, NONE);
  const flows = [1, 2, 3].map(flow);
  const frames = [0, 1].flatMap((i) => flows.map((one) => segmentFrame(one[i])));
  const config = { coalescing: { buckets: 1, flowsPerBucket: 3 } };
  assert.deepEqual(coalesced(frames, config).map(({ length }) => length - 54), [200, 200, 200]);
  const tight = { coalescing: { buckets: 1, flowsPerBucket: 2 } };
  assert.deepEqual(hexOf(coalesced(frames, tight)), hexOf(frames));
});

Deno.test("64 flows side by side are each joined by themselves", () => {
  const flows = Array.from(
    { length: 64 },
    (_, i) => burst({ ...BASE, sourcePort: i }, NONE, NONE, NONE),
  );
  const frames = [0, 1, 2].flatMap((i) => flows.map((one) => segmentFrame(one[i])));
  assert.deepEqual(coalesced(frames).map(({ length }) => length - 54), Array(64).fill(300));
});

Deno.test("what differs between implementations is what the tables say", () => {
  const of = (implementation: string, ...changes: Change[]) =>
    sizes(burst(BASE, ...changes), { coalescing: { implementation } });
  const ttl = (implementation: string) => {
    const [a, b] = burst(BASE, NONE, NONE);
    const frames = [a, withIp(b, { ttl: 60 })].map((one) => segmentFrame(one));
    return coalesced(frames, { coalescing: { implementation } }).map((frame) => frame[14 + 8]);
  };
  const table: Record<string, [string, string, string, string, string]> = {
    // windows, dpdk, freebsd, qemu, linux
    longer: ["150", "150", "150", "150", "50|100"],
    ack: ["200", "100|100", "200", "200", "100|100"],
    fin: ["100|100", "100|100", "100|100", "100|100", "200"],
    update: ["100", "100|0", "100", "100", "100|0"],
    later: ["200", "100|100", "200", "100|100", "100|100"],
    earlier: ["100|100", "100|100", "100|100", "100|100", "100|100"],
    mss: ["100|100", "200", "100|100", "100|100", "200"],
    cwr: ["200", "100|100", "100|100", "100|100", "100|100"],
  };
  const changes: Record<string, Change[]> = {
    longer: [{ octets: 50 }, NONE],
    ack: [NONE, { acknowledgment: 10 }],
    fin: [NONE, flags(FIN)],
    update: [NONE, { octets: 0, window: 2000 }],
    later: [timestamp(5), timestamp(6)],
    earlier: [timestamp(6), timestamp(5)],
    mss: [options(2, 4, 5, 180), options(2, 4, 5, 180)],
    cwr: [flags(CWR), flags(CWR)],
  };
  const names = ["windows", "dpdk", "freebsd", "qemu", "linux"];
  for (const [what, wanted] of Object.entries(table)) {
    assert.deepEqual(names.map((name) => of(name, ...changes[what])), wanted, what);
  }
  assert.deepEqual(names.map(ttl), [[60], [64], [64, 60], [64], [64, 60]]);
});

Deno.test("a unit of Windows has the last acknowledgment, window and timestamp, and a right checksum", () => {
  const segments = burst(BASE, timestamp(5), {
    ...timestamp(6),
    ...{ acknowledgment: 10, window: 2000 },
  }, { ...timestamp(6), octets: 0, acknowledgment: 10, window: 3000 });
  const [unit, ...more] = coalesced(segments.map((one) => segmentFrame(one)), {
    coalescing: { implementation: "windows" },
  });
  assert.equal(more.length, 0);
  const payload = new Uint8Array(200);
  segments.forEach((one, i) => payload.set(one.payload!, i * 100));
  const wanted = { ...segments[0], ...timestamp(6), acknowledgment: 10, window: 3000, payload };
  assert.equal(unit.toHex(), segmentFrame(wanted).toHex());
});

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
    { event: "classified", fields: { host: {}, wire: { key: 2, other: 2 } } },
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
