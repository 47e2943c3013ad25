/**
 * Reference peers that are spoken to in octets which none of our codecs made, and whose answers none
 * of our codecs reads: a mistake that encoder, decoder and peer have in common would show here.
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert";
import type { Transmission } from "../../peers/machine.ts";
import { CORE_IDENTITY } from "../../suites/core_identity/suite.ts";
import { L2TP } from "../../suites/l2tp/suite.ts";
import { TUNNEL_CLUSTER } from "../../suites/tunnel_cluster/suite.ts";
import { Dialogue } from "./_testing/dialogue.ts";
import { hasScapy, withScapy } from "./_testing/with_scapy.ts";
import type { Scapy, ScapyFields, ScapyLayer, ScapyOctets } from "./scapy.ts";

const ignore = !await hasScapy("dialogues with reference peers");

/** The first layer of what a peer sent last. */
async function lastOf(
  scapy: Scapy,
  layer: string,
  sent: readonly Transmission[],
): Promise<ScapyFields> {
  ok(sent.length > 0, "the peer said nothing");
  const [[, fields]] = await scapy.read(layer, sent.at(-1)!.packet);
  return fields;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

const avp = (
  type: number,
  value: string,
): ScapyLayer => ["L2TPAvp", { type, value: { hex: value } }];

/** The value of an AVP or attribute, as hexadecimal digits. */
function valueOf({ avps, attributes }: ScapyFields, type: number): string {
  const found = ((avps ?? attributes) as ScapyFields[]).find((each) => each.type === type);
  ok(found !== undefined, `there is no ${type}`);
  return (found.value as ScapyOctets).hex;
}

Deno.test({
  name: "an LNS brings a tunnel, a call and LCP up with a LAC that is scapy",
  ignore,
  fn: () =>
    withScapy(async (scapy) => {
      const wan = [{ port: "wan0", address: "10.9.0.1", udp: 1701 }];
      const lns = await Dialogue.with(L2TP, "lns", { wan });
      const from = { address: "10.9.0.2", port: 1701 };
      const ours = 0x2222, session = 0x3333;
      let tunnel = 0, ns = 0;
      const say = async (type: number, avps: ScapyLayer[], nr: number, session_id = 0) => {
        const packet = await scapy.build(["L2TPControl", {
          ...{ tunnel_id: tunnel, session_id, ns: ns++, nr },
          avps: [avp(0, hex(type, 4)), ...avps],
        }]);
        return lns.say("wan0", packet, from);
      };

      const reply = await lastOf(
        scapy,
        "L2TPControl",
        await say(1, [
          ...[avp(2, "0100"), avp(7, "7363617079"), avp(3, "00000003")],
          ...[avp(9, hex(ours, 4)), avp(10, "0004")],
        ], 0),
      );
      deepStrictEqual(
        [reply.flags, reply.tunnel_id, reply.session_id, reply.ns, reply.nr, valueOf(reply, 0)],
        [0xc802, ours, 0, 0, 1, "0002"],
      );
      tunnel = parseInt(valueOf(reply, 9), 16);
      await say(3, [], 1);

      const answer = await lastOf(
        scapy,
        "L2TPControl",
        await say(10, [avp(14, hex(session, 4)), avp(15, "00000001")], 1),
      );
      deepStrictEqual(
        [answer.tunnel_id, answer.session_id, valueOf(answer, 0)],
        [ours, session, "000b"],
      );
      const theirs = parseInt(valueOf(answer, 14), 16);
      await say(12, [avp(24, "000f4240"), avp(19, "00000001")], 2, theirs);

      // T = 0: flags and version, Tunnel ID, Session ID, then PPP: a Configure-Request of LCP.
      const header = `0002${hex(tunnel, 4)}${hex(theirs, 4)}`;
      const request = await scapy.build(["HDLC", {}], ["PPP", { proto: 0xc021 }], [
        "PPP_LCP_Configure",
        { code: 1, id: 7, options: [["PPP_LCP_MRU_Option", { max_recv_unit: 1400 }]] },
      ]);
      const frames = lns.say("wan0", Uint8Array.fromHex(header + request.toHex()), from)
        .filter(({ packet }) => (packet[0] & 0x80) === 0).map(({ packet }) => packet.toHex());
      strictEqual(
        frames.some((frame) => frame.endsWith("ff03c02102070008" + "01040578")),
        true,
        `no Configure-Ack among ${frames.join(", ")}`,
      );

      const [bye] = [await say(4, [avp(9, hex(ours, 4)), avp(1, "0001")], 2)];
      strictEqual((await lastOf(scapy, "L2TPControl", bye)).nr, ns);
    }),
});

Deno.test({
  name: "a master registers an endpoint that is scapy, and tells it that it lives",
  ignore,
  fn: () =>
    withScapy(async (scapy) => {
      const master = await Dialogue.with(TUNNEL_CLUSTER, "master", {
        ...{ masterAddress: "203.0.113.1", policy: "lowest_load" },
        wan: [{ port: "cluster", address: "10.0.1.1", udp: 49700 }],
        ...{ period: 400, silence: 5000, lease: 3000 },
      });
      const attribute = (type: number, value: string): ScapyLayer => [
        "Attribute",
        { type, value: { hex: value } },
      ];
      const packet = await scapy.build(["ClusterMessage", {
        ...{ message: 1, member: 1, sequence: 41 },
        attributes: [attribute(1, "0a000b01"), attribute(3, "0032"), attribute(6, "0001")],
      }]);
      const from = { address: "10.0.11.1", port: 49700 };
      // A heartbeat follows the acknowledgement.
      const said = master.say("cluster", packet, from).slice(0, 1);
      const reply = await lastOf(scapy, "ClusterMessage", said);
      deepStrictEqual([reply.message, reply.member, reply.acknowledged], [2, 0, 41]);
      strictEqual(reply.length, said.at(-1)!.packet.length);

      const later = await Promise.all(
        master.wait(1000).map(({ packet }) => scapy.read("ClusterMessage", packet)),
      );
      ok(later.some(([[, { message }]]) => message === 4), "no heartbeat was heard");
    }),
});

Deno.test({
  name: "a receiver brings a tunnel up with a sender that is scapy, and forwards its datagram",
  ignore,
  fn: () =>
    withScapy(async (scapy) => {
      const receiver = await Dialogue.with(CORE_IDENTITY, "receiver", {
        ...{ initiate: false, class: "F7", processors: [{ cores: 4 }] },
        wan: [{ port: "wan0", address: "10.4.1.1" }],
        peers: [{
          ...{ name: "sender", aggregateId: 1 },
          wan: ["10.3.1.1", "10.3.2.1"].map((address) => ({ address, port: 49600 })),
          prefixes: ["10.1.1.0/24"],
        }],
      });
      const from = { address: "10.3.1.1", port: 49600 };
      const tunnelIds = { aggregated_tunnel_id: 1, tunnel_id: 1 };
      const say = async (fields: ScapyFields) =>
        receiver.say("wan0", await scapy.build(["CoreIdentityControl", fields]), from);
      const hello = await lastOf(
        scapy,
        "CoreIdentityControl",
        await say({
          ...{ ...tunnelIds, message: 1, sequence: 1, core_count: 2, information_version: 1 },
          attributes: [
            ["Attribute", { type: 7, value: { hex: "4637" } }],
            ["Attribute", { type: 1, value: { hex: "0002" } }],
            ["Attribute", { type: 2, value: { hex: hex(1, 16) + hex(2, 16) } }],
          ],
        }),
      );
      deepStrictEqual([hello.message, hello.acknowledged, hello.core_count], [2, 1, 4]);
      const identity = parseInt(valueOf(hello, 2).slice(0, 16), 16);
      await say({ ...tunnelIds, message: 3, sequence: 2, acknowledged: hello.sequence });

      const datagram = await scapy.build(
        ["IP", { src: "10.1.1.2", dst: "10.2.1.2", ttl: 64 }],
        ["UDP", { sport: 4000, dport: 5000 }],
        ["Raw", { load: { hex: "706c756d62" } }],
      );
      const packet = await scapy.build(["CoreIdentityData", {
        ...{ ...tunnelIds, identity_kind: 1, identity, datagram_number: 1 },
        ...{ tunnel_sequence: 1, global_sequence: 1, datagram_length: datagram.length },
      }], ["Raw", { load: { hex: datagram.toHex() } }]);
      receiver.say("wan0", packet, from);
      const [[name, forwarded]] = await scapy.dissect(
        101,
        receiver.lan.at(-1) ?? new Uint8Array(0),
      );
      deepStrictEqual([name, forwarded.src, forwarded.dst], ["IP", "10.1.1.2", "10.2.1.2"]);
      strictEqual(receiver.lan.at(-1)!.toHex().endsWith("706c756d62"), true);
    }),
});
