/**
 * Segments in stateless tunnels that scapy built and our view reads, and that we built and scapy reads:
 * a mistake that builder, format and view have in common would show here.
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { dissectFrom } from "../../captures/dissect/dissect.ts";
import { SegmentView } from "../../captures/view/segment.ts";
import { buildOpaque } from "../../captures/wire/build_opaque.ts";
import {
  buildSegment,
  isGreChecksumRight,
  isIpChecksumRight,
  isUdpChecksumRight,
  type Segment,
  tcpChecksumState,
} from "../../captures/wire/build_segment.ts";
import { viewOf } from "../../captures/wire/octets.ts";
import { OPAQUE_FORMATS, type OpaqueFormatName } from "../../captures/wire/opaque.ts";
import { hasScapy, withScapy } from "./_testing/with_scapy.ts";
import { compareWithScapy } from "./agreement.ts";
import type { ScapyLayer } from "./scapy.ts";

const ignore = !await hasScapy("segments in stateless tunnels");

const MACS = { dst: "02:00:00:00:00:02", src: "02:00:00:00:00:01" };
const ETHERNET: ScapyLayer = ["Ether", MACS];
const udp = (dport: number): ScapyLayer => ["UDP", { sport: 50000, dport }];
/** The key of NVGRE: VSID 0xabcdef, FlowID 9. */
const NVGRE_KEY = 0xabcdef09;

/** What stands between both IP headers, in scapy's words; octets of the flow id that we must find. */
const MIDDLES: Readonly<
  Record<OpaqueFormatName, { layers: ScapyLayer[]; octets: number; flow: string }>
> = {
  gre: {
    layers: [["GRE", { chksum_present: 1, key_present: 1, seqnum_present: 1, key: 0x1cafe }]],
    ...{ octets: 16, flow: "cafe" },
  },
  gre_adjusted: {
    layers: [["GRE", {
      ...{ chksum_present: 1, key_present: 1, seqnum_present: 1, key: 0x1cafe },
      sequence_number: 7,
    }]],
    ...{ octets: 16, flow: "cafe" },
  },
  gre_plain: { layers: [["GRE", {}]], octets: 4, flow: "" },
  gre_checksum: { layers: [["GRE", { chksum_present: 1 }]], octets: 8, flow: "" },
  gre_key: { layers: [["GRE", { key_present: 1, key: 42 }]], octets: 8, flow: "0000002a" },
  nvgre: {
    layers: [["GRE", { key_present: 1, key: NVGRE_KEY, proto: 0x6558 }], ETHERNET],
    ...{ octets: 22, flow: "abcdef09" },
  },
  udp_slots: {
    layers: [
      udp(49602),
      ["TunnelSlots", { network_id: 42, source_slot: 0x0102, target_slot: 0x0304 }],
    ],
    ...{ octets: 20, flow: "01020304" },
  },
  udp_slots_adjusted: {
    layers: [udp(49602), ["TunnelSlots", { network_id: 42, source_slot: 1, target_slot: 2 }]],
    ...{ octets: 20, flow: "00010002" },
  },
  vxlan: {
    layers: [udp(4789), ["VXLAN", { vni: 42 }], ETHERNET],
    ...{ octets: 30, flow: "00002a" },
  },
  geneve: {
    layers: [udp(6081), ["GENEVE", { vni: 42, proto: 0x6558 }], ETHERNET],
    ...{ octets: 30, flow: "00002a" },
  },
  ipip: { layers: [], octets: 0, flow: "" },
  ip6ip: { layers: [], octets: 0, flow: "" },
};

const NAMES = Object.keys(OPAQUE_FORMATS) as OpaqueFormatName[];
/** Versions of inner and outer header that a format may have. */
const families = (name: OpaqueFormatName) =>
  ([[4, 4], [4, 6], [6, 4], [6, 6]] as const).filter(([inner]) =>
    name !== (inner === 6 ? "ipip" : "ip6ip")
  );

const ip = (family: 4 | 6, more: { ttl: number; id: number }): ScapyLayer =>
  family === 4
    ? ["IP", { src: "10.0.0.1", dst: "10.0.0.2", tos: 0xb9, flags: "DF", ...more }]
    : ["IPv6", { src: "2001:db8::1", dst: "2001:db8::2", tc: 0xb9, hlim: more.ttl }];
const TCP: ScapyLayer = ["TCP", {
  ...{ sport: 40001, dport: 40002, seq: 0xfffffff0, ack: 7, flags: "PA", window: 501 },
}];

Deno.test({
  name: "the view finds in segments that scapy built what scapy was told",
  ignore,
  fn: () =>
    withScapy(async (scapy) => {
      const view = new SegmentView();
      for (const name of NAMES) {
        const { layers, octets, flow } = MIDDLES[name];
        view.formats = [OPAQUE_FORMATS[name]];
        for (const [inner, outer] of families(name)) {
          const bytes = await scapy.build(
            ip(outer, { ttl: 9, id: 5 }),
            ...layers,
            ip(inner, { ttl: 64, id: 0xfedc }),
            ...[TCP, ["Raw", { load: { hex: "706c756d62" } }] satisfies ScapyLayer],
          );
          ok(view.at(bytes), `${name}: ${view.problem}`);
          strictEqual(view.format, OPAQUE_FORMATS[name]);
          deepStrictEqual([view.version(view.outer), view.version(view.inner)], [outer, inner]);
          deepStrictEqual([view.ttl(view.outer), view.ttl(view.inner)], [9, 64]);
          deepStrictEqual([view.identification(view.outer), view.identification(view.inner)], [
            ...[outer === 4 ? 5 : -1, inner === 4 ? 0xfedc : -1],
          ]);
          ok(view.dontFragment(view.outer) && view.dontFragment(view.inner));
          for (const header of [view.outer, view.inner]) {
            strictEqual(view.trafficClass(header), 0xb9);
            strictEqual(view.totalLength(header), bytes.length - header);
            ok(isIpChecksumRight(view, header));
          }
          strictEqual(view.opaqueEnd - view.opaque, octets);
          const id = (view.format as { flowId?: { offset: number; octets: number } }).flowId;
          const at = view.opaque + (id?.offset ?? 0);
          strictEqual(bytes.slice(at, at + (id?.octets ?? 0)).toHex(), flow);
          deepStrictEqual(
            [view.sourcePort, view.destinationPort, view.sequence, view.acknowledgment],
            [40001, 40002, 0xfffffff0, 7],
          );
          deepStrictEqual([view.flags, view.window], [0x18, 501]);
          strictEqual(bytes.slice(view.payload, view.end).toHex(), "706c756d62");
          strictEqual(tcpChecksumState(view), "right");
          if (layers[0]?.[0] === "UDP") ok(isUdpChecksumRight(view));
          if (layers[0]?.[1].chksum_present === 1) ok(isGreChecksumRight(view));
        }
      }
    }),
});

Deno.test({
  name: "scapy reads in segments that we built what our dissection does",
  ignore,
  fn: () =>
    withScapy(async (scapy) => {
      let all = 0;
      for (const name of NAMES) {
        for (const [inner, outer] of families(name)) {
          const ends = {
            4: { source: "10.0.0.1", destination: "10.0.0.2", dscp: 46, ttl: 9 },
            6: { source: "2001:db8::1", destination: "2001:db8::2", ecn: 1, flowLabel: 0x12345 },
          };
          const values = {
            family: inner,
            key: 0x1cafe,
            networkId: 42,
            sourceSlot: 1,
            targetSlot: 2,
          };
          // Of UDP in `udp_slots`: scapy goes no further than it. Field, IP, TCP and payload.
          const length = 20 + (inner === 4 ? 20 : 40) + 20 + 100;
          const segment: Segment = {
            ...{ ip: ends[inner], sourcePort: 40001, destinationPort: 40002, sequence: 7 },
            ...{ payload: new Uint8Array(100).fill(7), urgentPointer: 3 },
            tunnel: {
              ...{ format: OPAQUE_FORMATS[name], ip: ends[outer] },
              opaque: buildOpaque(name, { ...values, length }),
            },
          };
          const bytes = buildSegment(segment);
          const from = { table: "linkType", keys: [101], start: 0, end: bytes.length } as const;
          const layers = dissectFrom(from, bytes, viewOf(bytes));
          const theirs = await scapy.dissect(101, bytes);
          ok(theirs.some(([type]) => type === "TCP"), `${name}: ${theirs.map(([type]) => type)}`);
          const { compared, differences } = compareWithScapy(layers, theirs);
          deepStrictEqual(differences, [], name);
          all += compared;
        }
      }
      ok(all > 40 * 25, `only ${all} fields could be compared`);
    }),
});
