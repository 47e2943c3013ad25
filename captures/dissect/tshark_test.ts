import assert from "node:assert/strict";
import { corpus, installed } from "../_testing/corpus.ts";
import {
  askTshark,
  type ComparedField,
  compareFields,
  OUR_FIELDS,
  type Seen,
} from "../_testing/tshark.ts";
import { PcapngWriter } from "../file/pcapng_writer.ts";
import { readCapture } from "../file/read.ts";
import { dissect } from "./dissect.ts";

const FIELDS: readonly ComparedField[] = [
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
  ["gre.key.call_id", "gre", "call_id"],
  ["gre.key.payload_length", "gre", "payload_length"],
  ["vxlan.vni", "vxlan", "vni"],
  ["geneve.vni", "geneve", "vni"],
  ["esp.spi", "esp", "spi"],
  ["esp.sequence", "esp", "sequence"],
  ["isakmp.messageid", "ike", "message_id"],
  ["isakmp.exchangetype", "ike", "exchange_type"],
  ["isakmp.length", "ike", "length"],
  ["pppoe.code", "pppoe", "code"],
  ["pppoe.session_id", "pppoe", "session_id"],
  ["pppoe.payload_length", "pppoe", "length"],
  ["ppp.protocol", "ppp", "protocol"],
  ["mp.seq", "ppp_multilink", "sequence"],
  ["lacp.version", "lacp", "version"],
  ["lacp.actor.sysid", "lacp", "actor_system"],
  ["lacp.actor.key", "lacp", "actor_key"],
  ["lacp.actor.state", "lacp", "actor_state"],
  ["lacp.partner.sysid", "lacp", "partner_system"],
  ["lacp.partner.port", "lacp", "partner_port"],
  ["l2tp.tunnel", "l2tp", "tunnel_id"],
  ["l2tp.session", "l2tp", "session_id"],
  ["l2tp.Ns", "l2tp", "ns"],
  ["l2tp.Nr", "l2tp", "nr"],
  ["l2tp.sid", "l2tpv3", "session_id"],
  ["dns.id", "dns", "id"],
  ["dns.qry.type", "dns", "query_type"],
];

/** Where we differ from tshark, and why. */
const EXPLAINED: readonly [frames: RegExp, fields: RegExp, why: string][] = [
  [/^802\.1ad_QinQ/, /^vlan/, "tshark has other fields for the outer tag of 802.1ad"],
  [/^arp-too-long-tha/, /^vlan/, "tshark does not take this EtherType for a tag"],
  [/^bigtcp-/, /./, "tshark stops at a length of 0 of IPv6; we go on"],
  [/^icmpv6-length-zero/, /./, "tshark stops at a payload length of 0; we go on"],
  [/^ipv4_invalid_total_length/, /^ip/, "tshark shows no fields of such a header; we do"],
  [/^ipv6-bad-version/, /./, "tshark shows no fields when the version is wrong; we do"],
  [/^ip_printroute_asan|^ipv6_invalid_length/, /^ip/, "we show no fields of a header cut short"],
  [/^heapoverflow-tcp_print/, /^tcp/, "we show no fields of a header cut short"],
  [/^extract_read2_asan|^icmp6_mobileprefix/, /^icmp/, "we show no fields of a header cut short"],
  [/^isakmp-/, /^isakmp/, "tshark shows no more of an IKE header that it finds wrong; we do"],
  [/^of10_inv_|^ppp_ccp_config/, /^ppp/, "tshark knows this EtherType within GRE only"],
  [/^ppp_error_hexdump/, /^ppp/, "tshark takes any octet behind 0xff for a control field"],
  [/^spb_without_time/, /^udp/, "we show no fields of a header cut short"],
];

/** Frames of each capture that are compared. */
const FRAMES = 40;

const CAPTURES = corpus();
const tshark = await installed("tshark");
if (!tshark) console.log("captures: agreement with tshark is skipped: it is not installed");

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

Deno.test({
  name: "layers and fields agree with tshark, frame by frame, over captures of others",
  ignore: CAPTURES.length === 0 || !tshark,
  async fn() {
    const path = await Deno.makeTempFile({ suffix: ".pcapng" });
    try {
      const seen = await gather(path);
      const fields = [...FIELDS, ...OUR_FIELDS];
      const theirs = await askTshark(path, fields);
      const { compared, differences } = compareFields(seen, theirs, fields);
      assert.ok(compared > 5000, `only ${compared} fields could be compared`);
      const idle = new Set(EXPLAINED);
      const unexplained = differences.filter(({ from, field }) => {
        const why = EXPLAINED.filter(([frames, fields]) => frames.test(from) && fields.test(field));
        for (const each of why) idle.delete(each);
        return why.length === 0;
      });
      assert.deepEqual(unexplained, []);
      assert.deepEqual([...idle], [], "explains nothing any more");
    } finally {
      await Deno.remove(path);
    }
  },
});
