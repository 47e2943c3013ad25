/** The opaque field of every format with a name, octet by octet from the diagrams. */
import assert from "node:assert/strict";
import { golden } from "../_testing/golden.ts";
import { SegmentView } from "../view/segment.ts";
import { buildOpaque, type OpaqueValues } from "./build_opaque.ts";
import {
  fillIpChecksums,
  fillLengths,
  fillUdpChecksum,
  isGreChecksumRight,
  isUdpChecksumRight,
  layOutSegment,
  tcpChecksumState,
} from "./build_segment.ts";
import * as segments from "./build_segment.ts";
import {
  isOpaqueFormat,
  OPAQUE_FORMATS,
  type OpaqueFormat,
  type OpaqueFormatName,
  opaqueLength,
  opaqueVersion,
} from "./opaque.ts";

interface Golden {
  name: OpaqueFormatName;
  /** Of the inner IP header. */
  family: 4 | 6;
  octets: string;
  values: OpaqueValues;
  /** Octets that the flow is told by, in hexadecimal. */
  flow?: string;
}

const MACS = { destination: "02:00:00:00:00:02", source: "02:00:00:00:00:01" };

const FIELDS: readonly Golden[] = [
  {
    ...{ name: "gre", family: 4, flow: "cafe" },
    octets: `
      b000        # C 1, K 1, S 1, Ver 0
      0800        # Protocol Type: IPv4
      0000 0000   # Checksum, Reserved1
      0001 cafe   # Key: its last two octets at 10 are the flow id
      00000000    # Sequence Number`,
    values: { key: 0x0001cafe },
  },
  {
    ...{ name: "gre", family: 6, flow: "0002" },
    octets: "b000 86dd  1234 0000  00000002  fffffffe  # checksum and number as told",
    values: { key: 2, checksum: 0x1234, sequence: 0xfffffffe },
  },
  {
    ...{ name: "gre_adjusted", family: 4, flow: "cafe" },
    octets: "b000 0800  0000 0000  0001cafe  00000007  # C, K, S; IPv4; key; number",
    values: { key: 0x0001cafe, sequence: 7 },
  },
  {
    ...{ name: "gre_plain", family: 4 },
    octets: "0000 0800  # no flags, Ver 0; IPv4",
    values: {},
  },
  {
    ...{ name: "gre_plain", family: 6 },
    octets: "0000 86dd  # no flags, Ver 0; IPv6",
    values: {},
  },
  {
    ...{ name: "gre_checksum", family: 6 },
    octets: "8000 86dd  0000 0000  # C 1; IPv6; Checksum, Reserved1",
    values: {},
  },
  {
    ...{ name: "gre_key", family: 4, flow: "fedcba98" },
    octets: "2000 0800  fedcba98  # K 1; IPv4; Key",
    values: { key: 0xfedcba98 },
  },
  {
    ...{ name: "nvgre", family: 4, flow: "abcdef09" },
    octets: `
      2000 6558          # K 1, Ver 0; Protocol Type: Transparent Ethernet Bridging
      abcdef             # Virtual Subnet ID
      09                 # FlowID
      020000000002       # destination MAC address
      020000000001       # source MAC address
      0800               # EtherType: IPv4`,
    values: { networkId: 0xabcdef, flowId: 9, macs: MACS },
  },
  {
    ...{ name: "udp_slots", family: 4, flow: "01020304" },
    octets: `
      c000        # source port 49152
      c1c2        # destination port 49602: the format id at 2
      0000 0000   # Length, Checksum
      89abcdef    # network id at 8
      0102        # source slot at 12
      0304        # target slot at 14
      00000000    # reserved`,
    values: { networkId: 0x89abcdef, sourceSlot: 0x0102, targetSlot: 0x0304 },
  },
  {
    ...{ name: "udp_slots_adjusted", family: 6, flow: "fffffffe" },
    octets: "1234 c1c2 0000 0000  00000001  ffff fffe  00000000  # as udp_slots",
    values: { sourcePort: 0x1234, networkId: 1, sourceSlot: 0xffff, targetSlot: 0xfffe },
  },
  {
    ...{ name: "vxlan", family: 6, flow: "00002a" },
    octets: `
      c000 12b5 0000 0000  # source port, destination port 4789, Length, Checksum
      08000000             # I, Reserved
      00002a 00            # VXLAN Network Identifier at 12, Reserved
      020000000002 020000000001 86dd  # Ethernet: IPv6`,
    values: { networkId: 42, macs: MACS },
  },
  {
    ...{ name: "geneve", family: 4, flow: "abcdef" },
    octets: `
      c000 17c1 0000 0000  # source port, destination port 6081, Length, Checksum
      00 00 6558           # Ver 0, Opt Len 0; O 0, C 0; Transparent Ethernet Bridging
      abcdef 00            # Virtual Network Identifier at 12, Reserved
      020000000002 020000000001 0800  # Ethernet: IPv4`,
    values: { networkId: 0xabcdef, macs: MACS },
  },
  {
    ...{ name: "geneve", family: 6, flow: "000001" },
    octets: `
      c000 17c1 0000 0000
      03 00 6558           # Opt Len 3: the field is 12 octets longer
      000001 00
      0102 03 02 0000000100000002  # Option Class, Type, Length 2
      020000000002 020000000001 86dd`,
    values: { networkId: 1, macs: MACS, options: golden("0102 03 02 0000000100000002") },
  },
  { ...{ name: "ipip", family: 4 }, octets: "# nothing", values: {} },
  { ...{ name: "ip6ip", family: 6 }, octets: "# nothing", values: {} },
];

const ENDS = {
  4: { source: "10.0.0.1", destination: "10.0.0.2" },
  6: { source: "2001:db8::1", destination: "2001:db8::2" },
};

for (const { name, family, octets, values, flow } of FIELDS) {
  const format: OpaqueFormat = OPAQUE_FORMATS[name], opaque = golden(octets);
  Deno.test(`a field of ${name} in front of IPv${family} (${opaque.length} octets) is as the diagram shows`, () => {
    assert.equal(buildOpaque(name, { ...values, family }).toHex(), opaque.toHex());
    for (const outer of [4, 6] as const) {
      const tunnel = { format, opaque, ip: ENDS[outer] };
      const segment = {
        ...{ ip: ENDS[family], sourcePort: 1000, destinationPort: 80, sequence: 7, tunnel },
        payload: Uint8Array.of(1, 2, 3),
      };
      const bytes = segments.buildSegment(segment), start = outer === 4 ? 20 : 40;
      assert.ok(isOpaqueFormat(format, format.protocol, bytes, start, bytes.length));
      assert.equal(opaqueLength(format, bytes, start, bytes.length), opaque.length);
      const version = opaqueVersion(format, bytes, start, opaque.length);
      assert.ok(version === 0 ? name === "gre" || name.startsWith("udp") : version === family);
      const view = new SegmentView();
      view.formats = Object.values(OPAQUE_FORMATS);
      assert.ok(view.at(bytes), view.problem);
      assert.deepEqual([view.opaque, view.opaqueEnd], [start, start + opaque.length]);
      // The same octets are of a format whether it is adjusted or not.
      if (!/^(gre|udp_slots)(_adjusted)?$/.test(name)) assert.equal(view.format, format);
      if (format.flowId !== undefined) {
        const at = view.opaque + format.flowId.offset;
        assert.equal(bytes.slice(at, at + format.flowId.octets).toHex(), flow);
      } else assert.equal(flow, undefined);
      for (let end = start; end < start + opaque.length; end++) {
        const is = isOpaqueFormat(format, format.protocol, bytes, start, end);
        assert.ok(!is || opaqueLength(format, bytes, start, end) === -1, `${end} octets`);
        assert.equal(view.at(bytes, 0, end), false);
      }
    }
  });
}

Deno.test("there are golden octets for every format with a name", () => {
  assert.deepEqual(new Set(FIELDS.map(({ name }) => name)), new Set(Object.keys(OPAQUE_FORMATS)));
});

Deno.test("lengths and checksums in a field are filled in where its format has them adjusted", () => {
  for (const { name, family, octets } of FIELDS) {
    const format: OpaqueFormat = OPAQUE_FORMATS[name], opaque = golden(octets);
    for (const outer of [4, 6] as const) {
      const layout = layOutSegment({
        ...{ ip: ENDS[family], sourcePort: 1, destinationPort: 2, sequence: 3 },
        ...{ payload: new Uint8Array(77).fill(9), tunnel: { format, opaque, ip: ENDS[outer] } },
      });
      const { bytes, opaque: at, inner } = layout;
      fillLengths(layout);
      segments.fillTcpChecksum(layout);
      fillIpChecksums(layout);
      segments.fillGreChecksum(layout);
      if (format.adjusts.includes("udp_length")) {
        assert.equal(layout.view.getUint16(at + 4), bytes.length - at);
        assert.ok(isUdpChecksumRight(layout), "none is right");
        fillUdpChecksum(layout);
        assert.ok(isUdpChecksumRight(layout));
        bytes[bytes.length - 1]++;
        assert.ok(!isUdpChecksumRight(layout));
      } else if (format.adjusts.includes("gre_checksum")) {
        assert.ok(isGreChecksumRight(layout));
        bytes[bytes.length - 1]++;
        assert.ok(!isGreChecksumRight(layout));
      } else {
        assert.equal(bytes.slice(at, inner).toHex(), opaque.toHex(), "verbatim");
        bytes[bytes.length - 1]++;
      }
      assert.equal(tcpChecksumState(layout), "wrong");
      segments.fillPartialTcpChecksum(layout);
      assert.equal(tcpChecksumState(layout), "partial");
      segments.fillPartialTcpChecksum(layout, false);
      assert.equal(tcpChecksumState(layout), "partial_without_length");
    }
  }
});
