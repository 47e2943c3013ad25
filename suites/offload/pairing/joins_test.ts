import assert from "node:assert/strict";
import type { Segment } from "../../../captures/wire/build_segment.ts";
import { buildSegment } from "../../../captures/wire/build_segment.ts";
import { OPAQUE_FORMATS } from "../../../captures/wire/opaque.ts";
import { TcpFlag } from "../../../captures/wire/tcp.ts";
import {
  brokenRules,
  brokenText,
  type Change,
  following,
  judgePair,
  segment,
  type Style,
  unit,
} from "./_testing/packets.ts";
import type { JoinRule } from "./join_rules.ts";

const { ack, psh, fin, syn, rst, urg, ece, cwr } = TcpFlag;
const ALL = ["linux", "windows", "dpdk", "freebsd", "qemu", undefined] as const;
type Who = (typeof ALL)[number];

/** One row of the tables: a pair of segments, what stands against joining them, and for whom. */
interface Row {
  name: string;
  first?: Change;
  second?: Change;
  style?: Style;
  rule: JoinRule;
  /** Who is not asked, as something else stands against it. */
  without?: Who;
  /** Who must not join them; `undefined` is a device that declares nothing. */
  forbids: readonly Who[];
  /** What a unit of who may join them says besides the usual. */
  joined?: (a: Segment, b: Segment, who: Who) => Partial<Segment>;
}

const only = (...who: Who[]) => who;
const but = (...who: Who[]) => ALL.filter((one) => !who.includes(one));
const stamp = (value: number, echo = 1): Uint8Array => {
  const options = new Uint8Array(12);
  options.set([1, 1, 8, 10]);
  new DataView(options.buffer).setUint32(4, value);
  new DataView(options.buffer).setUint32(8, echo);
  return options;
};
const newest = (_: Segment, b: Segment) => ({
  ...{ acknowledgment: b.acknowledgment, window: b.window, options: b.options },
});
const SIX: Style = { version: 6 }, GRE: Style = { tunnel: "gre_key" };
const TUNNELS: Style = { tunnel: "ipip" };

const ROWS: readonly Row[] = [
  { name: "5: a gap", second: { sequence: 1101 }, rule: "join_gap", forbids: ALL },
  { name: "7: a duplicate", second: { sequence: 1000 }, rule: "join_overlap", forbids: ALL },
  { name: "8: an overlap", second: { sequence: 1050 }, rule: "join_overlap", forbids: ALL },
  {
    ...{ name: "3: shorter, then longer", first: { length: 50 }, second: { length: 100 } },
    ...{ rule: "join_longer", forbids: only("linux") },
  },
  {
    ...{ name: "22: data with a higher acknowledgment", second: { acknowledgment: 8 } },
    ...{ rule: "join_acknowledgment", forbids: only("linux", "dpdk"), joined: newest },
  },
  {
    ...{ name: "23: data with a lower acknowledgment", second: { acknowledgment: 6 } },
    ...{ rule: "join_acknowledgment_falls", forbids: ALL },
  },
  {
    ...{ name: "24: another window", second: { window: 600 } },
    ...{ rule: "join_window", forbids: only("linux"), joined: newest },
  },
  {
    ...{ name: "26: PSH on the first", first: { flags: ack | psh }, second: { flags: ack } },
    ...{ rule: "join_after_psh", forbids: only("linux") },
  },
  {
    ...{ name: "28: FIN with data", second: { flags: ack | fin } },
    ...{ rule: "join_fin", forbids: only("windows", "freebsd", "qemu") },
  },
  { name: "30: SYN", second: { flags: ack | syn }, rule: "join_syn", forbids: ALL },
  { name: "31: RST", second: { flags: ack | rst }, rule: "join_rst", forbids: ALL },
  { name: "32: URG", second: { flags: ack | urg }, rule: "join_urg", forbids: ALL },
  {
    ...{ name: "33: no ACK on the second", second: { flags: 0 } },
    ...{ rule: "join_other_flags", forbids: but("qemu", undefined) },
  },
  {
    ...{ name: "34: ECE on both", first: { flags: ack | ece }, second: { flags: ack | ece } },
    ...{ rule: "join_ece", forbids: only("dpdk", "freebsd") },
  },
  {
    ...{ name: "35: ECE on the second", second: { flags: ack | ece } },
    ...{ rule: "join_ece", forbids: but("qemu", undefined) },
  },
  {
    ...{ name: "36: CWR on the second", second: { flags: ack | cwr } },
    ...{ rule: "join_cwr", forbids: but("qemu", undefined) },
  },
  {
    ...{ name: "37: CWR on both", first: { flags: ack | cwr }, second: { flags: ack | cwr } },
    ...{ rule: "join_cwr", forbids: only("dpdk", "freebsd") },
  },
  {
    ...{ name: "38: a reserved bit", second: { reserved: 1 } },
    ...{ rule: "join_other_flags", forbids: only("linux") },
  },
  {
    ...{ name: "39: the same timestamps", first: { options: stamp(5) } },
    ...{ rule: "join_tcp_options", forbids: only("qemu") },
  },
  {
    ...{ name: "40: the timestamp grows", first: { options: stamp(5) } },
    ...{ second: { options: stamp(6) }, rule: "join_timestamp", forbids: only("linux", "dpdk") },
    ...{ joined: newest, without: "qemu" },
  },
  {
    ...{ name: "43: a timestamp, then none", first: { options: stamp(5) } },
    ...{ second: { options: new Uint8Array(0) }, rule: "join_timestamp_absent", forbids: ALL },
  },
  {
    ...{ name: "44: another option on both", first: { options: Uint8Array.of(2, 4, 5, 180) } },
    ...{ rule: "join_tcp_options", forbids: only("windows", "freebsd", "qemu") },
  },
  {
    ...{ name: "54: another TTL", second: { ip: { ttl: 63 } } },
    ...{ rule: "join_inner_ttl", forbids: only("linux") },
    joined: (a, _, who) => who === "windows" ? { ip: { ...a.ip, ttl: 63 } } : {},
  },
  {
    ...{ name: "55: another DSCP", second: { ip: { dscp: 8 } } },
    ...{ rule: "join_inner_dscp", forbids: only("linux", "windows") },
  },
  {
    ...{ name: "56: another ECN", second: { ip: { ecn: 3 } } },
    ...{ rule: "join_inner_ecn", forbids: only("linux", "windows", "qemu") },
  },
  {
    ...{ name: "57: DF on the first alone", second: { ip: { dontFragment: false } } },
    ...{ rule: "join_inner_df", forbids: only("linux", "windows", "dpdk", "qemu") },
  },
  {
    ...{ name: "61: an identification left out", second: { ip: { identification: 3 } } },
    ...{ rule: "join_inner_id", forbids: only("linux") },
  },
  {
    ...{ name: "60: the same identification without DF", first: { ip: { dontFragment: false } } },
    ...{ second: { ip: { identification: 1, dontFragment: false } } },
    // QEMU refuses what has no DF altogether.
    ...{ rule: "join_inner_id", forbids: only("dpdk"), without: "qemu" },
  },
  {
    ...{ name: "52: IPv4 options", first: { ip: { options: Uint8Array.of(1, 1, 1, 0) } } },
    ...{ rule: "join_ip_options", forbids: but("dpdk", undefined) },
  },
  {
    ...{ name: "65: another traffic class", second: { ip: { dscp: 8 } }, style: SIX },
    ...{ rule: "join_inner_dscp", forbids: only("linux", "windows") },
  },
  {
    ...{ name: "66: another flow label", second: { ip: { flowLabel: 9 } }, style: SIX },
    ...{ rule: "join_flow_label", forbids: only("linux", "windows") },
  },
  {
    ...{ name: "67: another hop limit", second: { ip: { ttl: 63 } }, style: SIX },
    ...{ rule: "join_inner_ttl", forbids: only("linux") },
    joined: (a, _, who) => who === "windows" ? { ip: { ...a.ip, ttl: 63 } } : {},
  },
  {
    name: "68: destination options on both",
    first: { ip: { extensions: [{ protocol: 60, content: Uint8Array.of(1, 4, 0, 0, 0, 0) }] } },
    ...{ style: SIX, rule: "join_extension_headers" },
    forbids: only("windows", "freebsd", "qemu"),
  },
  {
    ...{ name: "T4: another outer TTL", second: { outer: { ttl: 63 } }, style: TUNNELS },
    ...{ rule: "join_outer_ttl", forbids: only("linux") },
    joined: (a, _, who) =>
      who === "windows" ? { tunnel: { ...a.tunnel!, ip: { ...a.tunnel!.ip, ttl: 63 } } } : {},
  },
  {
    ...{ name: "T4: another outer ECN", second: { outer: { ecn: 3 } }, style: GRE },
    ...{ rule: "join_outer_ecn", forbids: only("linux", "windows", "qemu") },
  },
  {
    ...{ name: "T4: another outer DF", second: { outer: { dontFragment: false } }, style: GRE },
    ...{ rule: "join_outer_df", forbids: only("linux", "windows", "dpdk", "qemu") },
  },
  {
    ...{ name: "D2-07: another outer source", second: { outer: { source: "192.0.2.9" } } },
    ...{ style: GRE, rule: "join_outer_addresses", forbids: ALL },
  },
  {
    ...{ name: "OFL-046: another source port", second: { sourcePort: 5001 } },
    ...{ rule: "join_inner_ports", forbids: ALL },
  },
  {
    ...{ name: "OFL-046: another source", second: { ip: { source: "10.0.0.9" } }, style: GRE },
    ...{ rule: "join_inner_addresses", forbids: ALL },
  },
  {
    ...{ name: "OFL-054: the inner packet is a fragment", second: { ip: { moreFragments: true } } },
    ...{ style: GRE, rule: "join_inner_fragment", forbids: ALL },
  },
  {
    ...{ name: "OFL-055: the outer packet is a fragment" },
    ...{ second: { outer: { moreFragments: true, dontFragment: true } }, style: GRE },
    ...{ rule: "join_outer_fragment", forbids: ALL },
  },
];

/** The segments of a row, both as they come. */
function pairOf({ first, second, style }: Row): [Segment, Segment] {
  const a = segment(first, style);
  return [a, following(a, { length: first?.length ?? 100, ...second })];
}

const formats = Object.values(OPAQUE_FORMATS);

for (const row of ROWS) {
  Deno.test(`${row.name}: joined or apart as each implementation has it`, () => {
    const [a, b] = pairOf(row);
    for (const implementation of ALL) {
      if (row.without !== undefined && row.without === implementation) continue;
      const declaration = { implementation, formats };
      const forbids = row.forbids.includes(implementation);
      const apart = judgePair(declaration, [a, b], [a, b]);
      assert.deepEqual(brokenRules(apart), [], `${implementation} apart: ${brokenText(apart)}`);
      const stimuli = apart.rules.get(row.rule)?.stimuli ?? 0;
      assert.equal(stimuli > 0, forbids, `${implementation}: ${stimuli} stimuli`);
      const change = forbids ? {} : row.joined?.(a, b, implementation) ?? {};
      const joined = judgePair(declaration, [a, b], [unit([a, b], change)]);
      const broken = brokenRules(joined);
      if (forbids) assert.ok(broken.includes(row.rule), `${implementation} joined: ${broken}`);
      else assert.deepEqual(broken, [], `${implementation} joined: ${brokenText(joined)}`);
    }
  });
}

Deno.test("two flows of two tenants are told by their flow id, and plain ones from those in tunnels", () => {
  const tunnelled = segment({ opaque: { key: 1 } }, GRE);
  const other = following(tunnelled), plain = following(segment());
  other.tunnel = { ...segment({ opaque: { key: 2 } }, GRE).tunnel!, ip: other.tunnel!.ip };
  for (const implementation of ALL) {
    const declaration = { implementation, formats };
    for (const [b, rule] of [[other, "join_flow_id"], [plain, "join_format"]] as const) {
      const apart = judgePair(declaration, [tunnelled, b], [tunnelled, b]);
      assert.deepEqual(brokenRules(apart), []);
      assert.equal(apart.rules.get(rule)?.stimuli, 1);
      const joined = judgePair(declaration, [tunnelled, b], [unit([tunnelled, b])]);
      assert.deepEqual(brokenRules(joined), [rule], brokenText(joined));
    }
  }
});

Deno.test("a damaged segment is not joined, but by those that verify nothing", () => {
  const a = segment(), b = following(a);
  const damaged = buildSegment(b);
  damaged[36] ^= 0x55;
  for (const implementation of ALL) {
    const apart = judgePair({ implementation }, [a, damaged], [damaged, a]);
    assert.deepEqual(brokenRules(apart), [], brokenText(apart));
    const joined = judgePair({ implementation }, [a, damaged], [unit([a, b])]);
    const verifies = implementation !== "dpdk" && implementation !== "qemu";
    assert.deepEqual(brokenRules(joined), verifies ? ["join_tcp_checksum"] : []);
  }
});

Deno.test("a unit is closed by a shorter segment, by its limit, and by what comes between", () => {
  const a = segment(), b = following(a, { length: 60 }), c = following(b, { length: 60 });
  const linux = { implementation: "linux" as const };
  assert.deepEqual(brokenRules(judgePair(linux, [a, b, c], [unit([a, b]), c])), []);
  assert.deepEqual(
    brokenRules(judgePair(linux, [a, b, c], [unit([a, b, c])])),
    ["join_after_shorter", "unit_round_trip"],
  );
  const limit = { ...linux, sizeLimit: 40 + 200 };
  const d = following(following(a)), three = [a, following(a), d];
  assert.deepEqual(
    brokenRules(judgePair(limit, three, [unit(three)])),
    ["join_size_limit", "unit_size_limit"],
  );
  assert.deepEqual(brokenRules(judgePair(limit, three, [unit(three.slice(0, 2)), d])), []);
  // A duplicate acknowledgment between data (rule 19).
  const bare = segment({ length: 0, sequence: 1000, ip: { identification: 9 } });
  const next = following(a);
  for (const implementation of ["linux", "windows", "freebsd"] as const) {
    const came = [a, bare, next];
    const apart = judgePair({ implementation }, came, came);
    assert.deepEqual(brokenRules(apart), []);
    const passed = judgePair({ implementation }, came, [unit([a, next]), bare]);
    assert.deepEqual(brokenRules(passed), ["join_passed_over", "path_order"], brokenText(passed));
  }
  // Reversed (rule 6): who stores what came early may put it in front.
  for (const implementation of ["linux", "windows", "dpdk", undefined] as const) {
    const reversed = judgePair({ implementation }, [next, a], [unit([a, next])]);
    const isFree = implementation === "dpdk" || implementation === undefined;
    assert.equal(brokenRules(reversed).includes("join_arrival_order"), !isFree);
  }
});
