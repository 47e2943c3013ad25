import assert from "node:assert/strict";
import { corpus, installed } from "../_testing/corpus.ts";
import { PcapngWriter } from "../file/pcapng_writer.ts";
import { readCapture } from "../file/read.ts";
import { dissect } from "./dissect.ts";
import type { FieldValue, Layer } from "./layer.ts";

/** tshark's field, and ours: layer and field. */
const FIELDS: readonly [tshark: string, layer: string, field: string][] = [
  ["eth.type", "ethernet", "type"],
  ["vlan.id", "vlan", "identifier"],
  ["vlan.priority", "vlan", "priority"],
  ["arp.opcode", "arp", "operation"],
  ["mpls.label", "mpls", "label"],
  ["ip.src", "ipv4", "source"],
  ["ip.proto", "ipv4", "protocol"],
  ["ip.len", "ipv4", "total_length"],
  ["ip.id", "ipv4", "identification"],
  ["ip.ttl", "ipv4", "ttl"],
  ["ip.dsfield.dscp", "ipv4", "dscp"],
  ["ip.checksum", "ipv4", "checksum"],
  ["ipv6.src", "ipv6", "source"],
  ["ipv6.plen", "ipv6", "payload_length"],
  ["ipv6.hlim", "ipv6", "hop_limit"],
  ["ipv6.flow", "ipv6", "flow_label"],
  ["udp.srcport", "udp", "source_port"],
  ["udp.dstport", "udp", "destination_port"],
  ["udp.length", "udp", "length"],
  ["udp.checksum", "udp", "checksum"],
  ["tcp.srcport", "tcp", "source_port"],
  ["tcp.dstport", "tcp", "destination_port"],
  ["tcp.seq_raw", "tcp", "sequence"],
  ["tcp.ack_raw", "tcp", "acknowledgment"],
  ["tcp.window_size_value", "tcp", "window"],
  ["tcp.checksum", "tcp", "checksum"],
  ["icmp.type", "icmp", "type"],
  ["icmp.checksum", "icmp", "checksum"],
  ["icmpv6.type", "icmpv6", "type"],
  ["gre.proto", "gre", "protocol"],
  ["gre.key", "gre", "key"],
];

/** Where we differ from tshark, and why. */
const EXPLAINED: readonly [frames: RegExp, fields: RegExp, why: string][] = [
  [/^802\.1ad_QinQ/, /^vlan/, "tshark has other fields for the outer tag of 802.1ad"],
  [/^arp-too-long-tha/, /^vlan/, "tshark does not take this EtherType for a tag"],
  [/^bigtcp-/, /./, "tshark shows a computed length for 0, or stops there; we show 0 and go on"],
  [/^icmpv6-length-zero/, /./, "tshark stops at a payload length of 0; we go on"],
  [/^ipv4_invalid_total_length/, /^ip/, "tshark shows no fields of such a header; we do"],
  [/^ipv6-bad-version/, /./, "tshark shows no fields when the version is wrong; we do"],
  [/^ip_printroute_asan|^ipv6_invalid_length/, /^ip/, "we show no fields of a header cut short"],
  [/^heapoverflow-tcp_print/, /^tcp/, "we show no fields of a header cut short"],
  [/^extract_read2_asan|^icmp6_mobileprefix/, /^icmp/, "we show no fields of a header cut short"],
  [/^pptp/, /^gre\.key/, "tshark splits the key of GRE version 1"],
];

/** Frames of each capture that are compared. */
const FRAMES = 20;

const CAPTURES = corpus();
const tshark = await installed("tshark");
if (!tshark) console.log("captures: agreement with tshark is skipped: it is not installed");

/** A frame as we see it, and where it comes from. */
interface Seen {
  from: string;
  layers: Layer[];
}

/** Puts the first frames of all captures into one file, so that tshark starts once. */
async function gather(path: string): Promise<Seen[]> {
  const seen: Seen[] = [];
  const writer = PcapngWriter.create(path);
  const interfaces = new Map<number, number>();
  for (const capture of CAPTURES) {
    await readCapture(capture, (frame) => {
      if (frame.number > FRAMES) return;
      const { linkType, bytes, start, end, originalLength } = frame;
      let id = interfaces.get(linkType);
      if (id === undefined) {
        id = writer.addInterface({ name: `link${linkType}`, linkType });
        interfaces.set(linkType, id);
      }
      writer.write(id, 0, seen.length, bytes, start, end, originalLength);
      seen.push({ from: `${capture.split("/").at(-1)} #${frame.number}`, layers: dissect(frame) });
    });
  }
  writer.close();
  return seen;
}

/** What tshark sees: for each frame and field the values, outermost first. */
async function ask(path: string): Promise<string[][][]> {
  // Every frame alone: nothing may depend on the frames before it.
  const alone = ["ip.defragment:FALSE", "ipv6.defragment:FALSE", "tcp.desegment_tcp_streams:FALSE"];
  const { stdout } = await new Deno.Command("tshark", {
    args: [
      ...["-n", "-r", path, "-T", "fields", "-E", "occurrence=a", "-E", "aggregator= "],
      ...alone.flatMap((option) => ["-o", option]),
      ...FIELDS.flatMap(([name]) => ["-e", name]),
    ],
    stderr: "null",
  }).output();
  const lines = new TextDecoder().decode(stdout).split("\n").slice(0, -1);
  return lines.map((line) =>
    line.split("\t").map((values) => values === "" ? [] : values.split(" "))
  );
}

/** Ours as tshark writes them: numbers compared as numbers, whatever the base. */
function same(ours: FieldValue, theirs: string): boolean {
  return typeof ours === "string" ? ours === theirs : Number(ours) === Number(theirs);
}

/** A field that tshark and we see differently. */
interface Difference {
  from: string;
  field: string;
  ours: string;
  theirs: string;
}

function compare(
  seen: readonly Seen[],
  theirs: readonly string[][][],
): { compared: number; differences: Difference[] } {
  let compared = 0;
  const differences: Difference[] = [];
  for (const [i, { from, layers }] of seen.entries()) {
    // What we did not dissect, tshark may know more about.
    const stopped = layers.some(({ name }) => name === "data");
    for (const [f, [name, layer, field]] of FIELDS.entries()) {
      const ours = valuesOf(layers, layer, field);
      const other = theirs[i][f];
      compared += ours.length;
      const agree = ours.every((value, k) => same(value, other[k] ?? "nothing"));
      if (agree && (ours.length > 0 || other.length === 0 || stopped)) continue;
      differences.push({ from, field: name, ours: ours.join(), theirs: other.join() });
    }
  }
  return { compared, differences };
}

/** Values of a field, outermost first; a length in the place of an EtherType is none for tshark. */
function valuesOf(layers: readonly Layer[], layer: string, field: string): FieldValue[] {
  return layers.filter(({ name }) => name === layer)
    .flatMap(({ fields }) => fields.filter(({ name }) => name === field))
    .map(({ value }) => value)
    .filter((value) => layer !== "ethernet" || Number(value) > 1500);
}

Deno.test({
  name: "layers and fields agree with tshark, frame by frame, over captures of others",
  ignore: CAPTURES.length === 0 || !tshark,
  async fn() {
    const path = await Deno.makeTempFile({ suffix: ".pcapng" });
    try {
      const seen = await gather(path);
      const theirs = await ask(path);
      assert.equal(theirs.length, seen.length);
      const { compared, differences } = compare(seen, theirs);
      assert.ok(compared > 5000, `only ${compared} fields could be compared`);
      const unexplained = differences.filter(({ from, field }) =>
        !EXPLAINED.some(([frames, fields]) => frames.test(from) && fields.test(field))
      );
      assert.deepEqual(unexplained, []);
    } finally {
      await Deno.remove(path);
    }
  },
});
