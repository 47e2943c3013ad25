/** What tshark says of segments in stateless tunnels, compared with what we say. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { installed } from "../_testing/corpus.ts";
import { bits, octets } from "../_testing/format_laws.ts";
import { ipHeaders } from "../_testing/segment_records.ts";
import { askTshark, type ComparedField, compareFields, type Seen } from "../_testing/tshark.ts";
import { PcapngWriter } from "../file/pcapng_writer.ts";
import { readCapture } from "../file/read.ts";
import { ETHER_TYPE, LINK_TYPE } from "../link.ts";
import { ethernetFrame, tcpSegment } from "../wire/build.ts";
import { buildOpaque } from "../wire/build_opaque.ts";
import {
  buildSegment,
  fillUdpChecksum,
  layOutSegment,
  type Segment,
} from "../wire/build_segment.ts";
import * as segments from "../wire/build_segment.ts";
import { OPAQUE_FORMATS, type OpaqueFormat, type OpaqueFormatName } from "../wire/opaque.ts";
import * as stt from "../wire/stt.ts";
import { dissect } from "./dissect.ts";

const tshark = await installed("tshark");
if (!tshark) console.log("captures: tshark is not asked of tunnels: it is not installed");

const FIELDS: readonly ComparedField[] = [
  ["ip.src", "ipv4", "source"],
  ["ip.len", "ipv4", "total_length"],
  ["ip.id", "ipv4", "identification"],
  ["ip.ttl", "ipv4", "ttl"],
  ["ip.flags.df", "ipv4", "dont_fragment"],
  ["ipv6.src", "ipv6", "source"],
  ["ipv6.plen", "ipv6", "payload_length"],
  ["ipv6.hlim", "ipv6", "hop_limit"],
  ["gre.flags_and_version", "gre", "flags"],
  ["gre.proto", "gre", "protocol"],
  ["gre.checksum", "gre", "checksum"],
  ["gre.key", "gre", "key"],
  ["gre.sequence_number", "gre", "sequence"],
  ["gre_flow.flow_id", "gre", "flow_id"],
  ["udp.length", "udp", "length"],
  ["udp.checksum", "udp", "checksum"],
  ["vxlan.vni", "vxlan", "vni"],
  ["geneve.vni", "geneve", "vni"],
  ["tunnel_slots.network_id", "tunnel_slots", "network_id"],
  ["tunnel_slots.source_slot", "tunnel_slots", "source_slot"],
  ["tunnel_slots.target_slot", "tunnel_slots", "target_slot"],
  ["eth.type", "ethernet", "type"],
  ["tcp.seq_raw", "tcp", "sequence"],
  ["tcp.ack_raw", "tcp", "acknowledgment"],
  ["tcp.window_size_value", "tcp", "window"],
  ["tcp.checksum", "tcp", "checksum"],
];

/** tshark has STT in the place of the TCP around it. */
const STT_FIELDS: readonly ComparedField[] = [
  ["stt.pkt_len", "stt", "frame_length"],
  ["stt.seg_off", "stt", "segment_offset"],
  ["stt.pkt_id", "stt", "frame_number"],
  ["stt.version", "stt", "version"],
  ["stt.flags", "stt", "flags"],
  ["stt.l4offset", "stt", "l4_offset"],
  ["stt.mss", "stt", "maximum_segment_size"],
  ["stt.vlan.pcp", "stt", "priority"],
  ["stt.vlan.v", "stt", "vlan_present"],
  ["stt.vlan.id", "stt", "vlan_id"],
  ["stt.context_id", "stt", "context_id"],
];

/** Otherwise it takes STT for TCP, and shows STT frames that it has put together. */
const PREFERENCES = ["ip.try_heuristic_first:TRUE", "stt.reassemble:FALSE"];

const values = fc.record({
  ...{ key: bits(32), checksum: bits(16), sequence: bits(32), sourcePort: fc.constant(50000) },
  ...{ networkId: bits(24), sourceSlot: bits(16), targetSlot: bits(16), flowId: bits(8) },
});
const tcp = fc.record({
  ...{ sequence: bits(32), acknowledgment: bits(32), window: bits(16), payload: octets(0, 60) },
});
const SEEDED = { seed: 14, numRuns: 20 };

/** IP headers without options and extension headers, as tshark looks into those. */
const ends = (family: 4 | 6) =>
  ipHeaders(family).map(({ options: _, extensions: __, ...ip }) => ip);

/** Segments in every format with a name, both versions within both; some with a UDP checksum. */
function tunnelled(): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (const name of Object.keys(OPAQUE_FORMATS) as OpaqueFormatName[]) {
    // Its UDP header tells no length: tshark goes no further.
    if (name === "udp_slots") continue;
    for (const [family, outer] of [[4, 4], [4, 6], [6, 4], [6, 6]] as const) {
      if (name === (family === 6 ? "ipip" : "ip6ip")) continue;
      const all = fc.tuple(ends(family), ends(outer), values, tcp);
      for (const [i, [inner, ip, value, rest]] of fc.sample(all, SEEDED).entries()) {
        const format: OpaqueFormat = OPAQUE_FORMATS[name];
        const opaque = buildOpaque(name, { ...value, checksum: 0, family });
        const segment: Segment = {
          ...{ ...rest, ip: inner, sourcePort: 40001, destinationPort: 40002 },
          tunnel: { format, ip, opaque },
        };
        if (i % 2 === 0 || !format.adjusts.includes("udp_checksum")) {
          out.push(buildSegment(segment));
          continue;
        }
        const layout = layOutSegment(segment);
        segments.fillLengths(layout);
        segments.fillTcpChecksum(layout);
        fillUdpChecksum(layout);
        segments.fillIpChecksums(layout);
        out.push(layout.bytes);
      }
    }
  }
  return out;
}

/** STT frames, in one segment and cut into two. */
function stateless(): Uint8Array[] {
  const header = fc.record({
    ...{ flags: bits(4), maximumSegmentSize: bits(16), priority: bits(3) },
    ...{ vlanPresent: fc.boolean(), vlanId: bits(12), contextId: fc.bigInt(0n, 2n ** 64n - 1n) },
  });
  const MAC = "02:00:00:00:00:01", ports = { sourcePort: 40001, destinationPort: 40002 };
  return fc.sample(fc.tuple(header, ends(4), ends(4), tcp, bits(32)), SEEDED).flatMap(
    ([fields, ip, inner, rest, acknowledgment]) => {
      const payload = tcpSegment({ ...inner, ...ports, ...rest, flags: 0x10 });
      const type = ETHER_TYPE.IPV4,
        packet = ethernetFrame({ source: MAC, destination: MAC, type, payload });
      const record = { ...fields, version: 0, l4Offset: 34, reserved: 0, padding: 0 };
      const frame = Uint8Array.of(...stt.encode(record), ...packet);
      const part = (start: number, end: number) =>
        tcpSegment({
          ...{ ...ip, sourcePort: 50000, destinationPort: stt.STT_PORT, flags: 0x18 },
          ...{ sequence: stt.sequenceOf(frame.length, start), acknowledgment },
          payload: frame.slice(start, end),
        });
      return [part(0, frame.length), part(0, 60), part(60, frame.length)];
    },
  );
}

/** Compares all that both see; a number of fields at least must be there to compare. */
async function compare(
  packets: readonly Uint8Array[],
  fields: readonly ComparedField[],
  least: number,
) {
  const path = await Deno.makeTempFile({ suffix: ".pcapng" });
  try {
    const writer = PcapngWriter.create(path);
    const id = writer.addInterface({ name: "wire", linkType: LINK_TYPE.RAW });
    for (const [i, packet] of packets.entries()) writer.write(id, 0, i, packet);
    writer.close();
    const seen: Seen[] = [];
    await readCapture(path, (frame) => {
      // What TCP carries here is nobody's.
      const layers = dissect(frame).filter(({ name }) => name !== "data");
      seen.push({ from: packets[frame.number - 1].toHex(), layers });
    });
    const { compared, differences } = compareFields(
      seen,
      await askTshark(path, fields, PREFERENCES),
      fields,
    );
    assert.deepEqual(differences, []);
    assert.ok(compared > least, `only ${compared} fields could be compared`);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test({
  name: "tshark sees in segments in every format with a name what we see",
  ignore: !tshark,
  fn: () => compare(tunnelled(), FIELDS, 10_000),
});

Deno.test({
  name: "tshark sees in segments of STT what we see",
  ignore: !tshark,
  fn: () => compare(stateless(), STT_FIELDS, 400),
});
