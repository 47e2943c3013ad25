import assert from "node:assert/strict";
import { buildOpaque } from "../wire/build_opaque.ts";
import {
  buildSegment,
  fillIpChecksums,
  fillLengths,
  fillTcpChecksum,
  isIpChecksumRight,
  type Segment,
  tcpChecksumState,
} from "../wire/build_segment.ts";
import { IP_PROTOCOL } from "../wire/ip_protocol.ts";
import { put16 } from "../wire/octets.ts";
import { OPAQUE_FORMATS, type OpaqueFormat } from "../wire/opaque.ts";
import { SegmentView } from "./segment.ts";

const ENDS = { source: "10.0.0.1", destination: "10.0.0.2" };
const SIX = { source: "2001:db8::1", destination: "2001:db8::2", flowLabel: 0xfedcb };
const PLAIN: Segment = {
  ...{ ip: ENDS, sourcePort: 1000, destinationPort: 80, sequence: 7 },
  payload: Uint8Array.of(1, 2, 3, 4),
};
const { gre, gre_key, vxlan, udp_slots, ipip } = OPAQUE_FORMATS;
const KEYED: Segment = {
  ...PLAIN,
  tunnel: { format: gre_key, ip: ENDS, opaque: buildOpaque("gre_key", { key: 42 }) },
};

/** A view for these formats, pointed at octets that a test has changed; what `at` says of them. */
function looked(bytes: Uint8Array, ...known: readonly OpaqueFormat[]) {
  const view = new SegmentView();
  view.formats = known;
  return { view, is: view.at(bytes) };
}

Deno.test("what an IP header holds is written in place, and acts keep lengths and checksums right", () => {
  for (const ip of [ENDS, SIX]) {
    for (const outer of [ENDS, SIX]) {
      const opaque = buildOpaque("gre_key", { family: ip === SIX ? 6 : 4 });
      const bytes = buildSegment({ ...PLAIN, ip, tunnel: { format: gre_key, ip: outer, opaque } });
      const { view, is } = looked(bytes, gre_key);
      assert.ok(is, view.problem);
      for (const header of [view.outer, view.inner]) {
        view.setTtl(header, 7);
        view.setTrafficClass(header, 0xa9);
        assert.deepEqual([view.ttl(header), view.trafficClass(header)], [7, 0xa9]);
        assert.equal(
          view.version(header),
          header === view.outer ? outer === SIX ? 6 : 4 : ip === SIX ? 6 : 4,
        );
        if (view.version(header) === 4) {
          view.setIdentification(header, 0xfedc);
          view.setDontFragment(header, true);
          assert.deepEqual([view.identification(header), view.dontFragment(header)], [
            0xfedc,
            true,
          ]);
          assert.equal(isIpChecksumRight(view, header), false);
        } else {
          assert.throws(() => view.setIdentification(header, 1), RangeError);
          assert.throws(() => view.setDontFragment(header, true), RangeError);
          assert.equal(bytes.slice(header, header + 4).toHex(), "6a9fedcb", "the flow label stays");
        }
        view.setTotalLength(header, 999);
        assert.equal(view.totalLength(header), 999);
      }
      view.sequence = 0xffffffff;
      assert.equal(tcpChecksumState(view), "wrong");
      fillLengths(view);
      fillTcpChecksum(view);
      fillIpChecksums(view);
      const anew = looked(bytes, gre_key);
      assert.ok(anew.is, anew.view.problem);
      assert.equal(anew.view.sequence, 0xffffffff);
      assert.equal(tcpChecksumState(anew.view), "right");
      assert.ok(isIpChecksumRight(anew.view, 0) && isIpChecksumRight(anew.view, anew.view.inner));
    }
  }
});

Deno.test("why octets are no segment is told, and addresses and ports are shown as far as they are read", () => {
  const cases: [string, (bytes: Uint8Array) => void, string, ("inner" | "tcp" | "none")][] = [
    ["outer version 5", (b) => b[0] = 0x55, "version", "none"],
    ["outer header of 16 octets", (b) => b[0] = 0x44, "header_length", "none"],
    ["outer total too long", (b) => put16(b, 2, 999), "total_length", "tcp"],
    ["outer total 0", (b) => put16(b, 2, 0), "total_length", "tcp"],
    ["outer total a little short", (b) => b[3]--, "total_length", "tcp"],
    ["outer first fragment", (b) => b[6] |= 0x20, "fragment", "tcp"],
    ["outer later fragment", (b) => b[7] = 1, "fragment", "inner"],
    ["inner version 5", (b) => b[28] = 0x55, "version", "none"],
    ["inner IPv6 where GRE says IPv4", (b) => b[28] = 0x65, "version", "none"],
    ["inner header of 16 octets", (b) => b[28] = 0x44, "header_length", "none"],
    ["inner total too long", (b) => b[31]++, "total_length", "tcp"],
    ["inner total too short", (b) => b[31]--, "total_length", "tcp"],
    ["inner first fragment", (b) => b[34] |= 0x20, "fragment", "tcp"],
    ["inner later fragment", (b) => b[35] = 1, "fragment", "inner"],
    ["inner UDP", (b) => b[37] = 17, "protocol", "inner"],
    ["data offset 4", (b) => b[60] = 0x40, "header_length", "tcp"],
    ["data offset 15", (b) => b[60] = 0xf0, "header_length", "tcp"],
    ["another GRE version", (b) => b[21] = 1, "protocol", "inner"],
  ];
  for (const [what, change, problem, read] of cases) {
    const bytes = buildSegment(KEYED);
    change(bytes);
    const { view, is } = looked(bytes, gre_key);
    assert.equal(is, false, what);
    assert.equal(view.problem, problem, what);
    assert.equal(view.inner >= 0, read !== "none", what);
    assert.equal(view.tcp >= 0, read === "tcp", what);
    if (read === "tcp") assert.deepEqual([view.sourcePort, view.destinationPort], [1000, 80], what);
  }
});

Deno.test("a field that fills its datagram has no segment behind it", () => {
  const bytes = buildSegment({
    ...PLAIN,
    tunnel: { format: udp_slots, ip: ENDS, opaque: buildOpaque("udp_slots") },
  }).slice(0, 40);
  put16(bytes, 2, 40);
  const { view, is } = looked(bytes, udp_slots);
  assert.deepEqual([is, view.problem, view.inner], [false, "short", -1]);
});

Deno.test("ports of a first IPv6 fragment are shown, whatever its reserved octet holds", () => {
  for (const [offset, read] of [[0, true], [8, false]] as const) {
    const content = Uint8Array.of(0, offset | 1, 0, 0, 0, 7);
    const extensions = [{ protocol: IP_PROTOCOL.FRAGMENT, content }];
    const bytes = buildSegment({ ...PLAIN, ip: { ...SIX, extensions } });
    bytes[41] = 0xff;
    const { view, is } = looked(bytes);
    assert.deepEqual([is, view.problem, view.inner], [false, "fragment", 0]);
    assert.equal(view.tcp, read ? 48 : -1);
  }
});

Deno.test("every truncation of a segment is none, plain and in a tunnel", () => {
  for (const segment of [PLAIN, { ...PLAIN, ip: SIX }, KEYED]) {
    const bytes = buildSegment(segment);
    for (let length = 0; length < bytes.length; length++) {
      const { view, is } = looked(bytes.slice(0, length), gre_key);
      assert.equal(is, false, `${length} octets`);
      assert.ok(view.tcp < 0 || view.tcp + 20 <= length);
    }
  }
});

Deno.test("a datagram that a format does not describe is taken for plain", () => {
  const bytes = buildSegment(KEYED);
  // OFL-013: the value stands elsewhere; OFL-014: the preset is another.
  const moved = { ...gre_key, formatId: { ...gre_key.formatId, offset: 2 } };
  for (const known of [[], [vxlan], [moved], [{ ...gre_key, protocol: 17 }]]) {
    const { view, is } = looked(bytes, ...known);
    assert.deepEqual([is, view.problem, view.format], [false, "protocol", undefined]);
  }
  // OFL-029: a length that is wrong by four.
  for (const octets of [4, 12]) {
    assert.equal(looked(bytes, { ...gre_key, length: { octets } }).is, false);
  }
});

Deno.test("TCP that a format names and that holds no inner segment is an ordinary one", () => {
  const named: OpaqueFormat = {
    ...{ protocol: IP_PROTOCOL.TCP, length: { octets: 24 }, adjusts: [] },
    formatId: { offset: 2, octets: 2, values: [80] },
  };
  const { view, is } = looked(buildSegment({ ...PLAIN, payload: new Uint8Array(60) }), named);
  assert.ok(is);
  assert.deepEqual([view.format, view.outer, view.inner, view.length], [undefined, -1, 0, 60]);
  const opaque = new Uint8Array(24);
  put16(opaque, 2, 80);
  const within = looked(
    buildSegment({ ...PLAIN, tunnel: { format: named, ip: ENDS, opaque } }),
    named,
  );
  assert.ok(within.is);
  assert.deepEqual([within.view.format, within.view.inner], [named, 44]);
  const fragment = { ...PLAIN, ip: { ...ENDS, fragmentOffset: 8 } };
  const bytes = buildSegment({ ...fragment, tunnel: { format: named, ip: ENDS, opaque } });
  // With a data offset the octets of the field are a TCP header.
  bytes[20 + 12] = 0x50;
  const around = looked(bytes, named);
  assert.ok(around.is, around.view.problem);
  assert.deepEqual([around.view.format, around.view.inner], [undefined, 0]);
});

Deno.test("of formats that overlap, that with the longest format id comes first", () => {
  for (const known of [[gre, gre_key], [gre_key, gre]]) {
    const { view, is } = looked(buildSegment(KEYED), ...known);
    assert.ok(is, view.problem);
    assert.equal(view.format, gre_key);
    const whole = buildSegment({
      ...PLAIN,
      tunnel: { format: gre, ip: ENDS, opaque: buildOpaque("gre", { key: 42 }) },
    });
    assert.ok(view.at(whole), view.problem);
    assert.equal(view.format, gre);
  }
  const twice = { ...udp_slots, flowId: { offset: 12, octets: 2 } };
  const tunnel = { format: udp_slots, ip: ENDS, opaque: buildOpaque("udp_slots") };
  assert.equal(looked(buildSegment({ ...PLAIN, tunnel }), twice, udp_slots).view.format, twice);
  assert.equal(looked(buildSegment({ ...PLAIN, tunnel }), udp_slots, twice).view.format, udp_slots);
});

Deno.test("Ethernet that carries something else than IP, or has a VLAN tag, is another format's", () => {
  const opaque = buildOpaque("vxlan", { networkId: 42 });
  put16(opaque, 28, 0x0806);
  assert.equal(
    looked(buildSegment({ ...PLAIN, tunnel: { format: vxlan, ip: ENDS, opaque } }), vxlan).is,
    false,
  );
  const tagged: OpaqueFormat = { ...vxlan, length: { octets: 34 } };
  const tag = Uint8Array.of(...opaque.subarray(0, 28), 0x81, 0, 0x45, 0, 8, 0);
  const bytes = buildSegment({ ...PLAIN, tunnel: { format: tagged, ip: ENDS, opaque: tag } });
  assert.equal(looked(bytes, vxlan).is, false, "a tag that reads like an IPv4 header is none");
  assert.equal(looked(bytes, vxlan, tagged).view.format, tagged);
});

Deno.test("IP in IP has no field, and its protocol says which version is within", () => {
  const segment = { ...PLAIN, tunnel: { format: ipip, ip: SIX, opaque: new Uint8Array(0) } };
  const bytes = buildSegment(segment);
  const { view, is } = looked(bytes, ipip);
  assert.ok(is);
  assert.deepEqual([view.outer, view.opaque, view.opaqueEnd, view.inner], [0, 40, 40, 40]);
  bytes[40] = 0x65;
  assert.equal(looked(bytes, ipip).view.problem, "version");
});
