import assert from "node:assert/strict";
import { TcpFlag } from "../../captures/wire/build.ts";
import { IP_PROTOCOL } from "../../captures/wire/ip_protocol.ts";
import {
  BASE,
  BASE6,
  burst,
  type Change,
  coalesced,
  flags,
  NONE,
  options,
  sizes,
  timestamp,
  TUNNELLED,
  withIp,
  withOuter,
} from "./_testing/bursts.ts";
import { opaqueOf, segmentFrame, type Specimen, tunnelOf } from "./_testing/segments.ts";

const { fin: FIN, syn: SYN, rst: RST, psh: PSH, urg: URG } = TcpFlag;
const ECE = 0x40, CWR = 0x80;

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
