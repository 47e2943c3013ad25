import assert from "node:assert/strict";
import fc from "fast-check";
import { clusterMessages } from "../_testing/cluster_records.ts";
import { controlMessages, dataPackets } from "../_testing/core_identity_records.ts";
import { installed } from "../_testing/corpus.ts";
import { bits, octets } from "../_testing/format_laws.ts";
import {
  askTshark,
  type ComparedField,
  compareFields,
  OUR_FIELDS,
  type Seen,
} from "../_testing/tshark.ts";
import { PcapngWriter } from "../file/pcapng_writer.ts";
import { readCapture } from "../file/read.ts";
import { LINK_TYPE } from "../link.ts";
import { icmpEcho, udpDatagram } from "../wire/build.ts";
import * as data from "../wire/core_identity.ts";
import * as control from "../wire/core_identity_control.ts";
import * as cluster from "../wire/tunnel_cluster.ts";
import * as slots from "../wire/tunnel_slots.ts";
import { CLUSTER_PORT, CORE_IDENTITY_PORT, SLOT_UDP_PORT } from "../wire/udp_port.ts";
import { dissect } from "./dissect.ts";

const tshark = await installed("tshark");
if (!tshark) console.log("captures: the dissector in Lua is not tried: tshark is not installed");

/** What stands in a datagram within a tunnel. */
const INNER: readonly ComparedField[] = [["icmp.seq", "icmp", "sequence"]];
const ROUNDS = 400;

/** Octets that may follow in UDP, and the port that they are sent to. */
interface Sample {
  what: string;
  port: number;
  payload: Uint8Array;
}

/** Packets of every kind: all bits, most of them of the version that there is, and cut anywhere. */
function samples(): Sample[] {
  const rare = (usual: number, any: number, i: number) => i % 8 === 7 ? any : usual;
  const echo = icmpEcho({
    ...{ source: "10.0.0.1", destination: "10.0.0.2", identifier: 1, sequence: 7 },
  });
  const seeded = { seed: 11, numRuns: ROUNDS };
  const out: Sample[] = [];
  const add = (what: string, port: number, payload: Uint8Array, i: number) => {
    const other = i % 5 === 4 ? 40000 : port;
    out.push({ what: `${what} ${i}`, port: other, payload });
    if (i % 4 === 3) {
      const cut = payload.slice(0, payload.length * (i % 97) / 97);
      out.push({ what: `${what} ${i}, cut`, port: other, payload: cut });
    }
  };
  for (const [i, packet] of fc.sample(dataPackets, seeded).entries()) {
    const whole = i % 3 === 0
      ? { piece: echo, pieceOffset: 0, datagramLength: echo.length, headerEncrypted: false }
      : {};
    const version = rare(data.VERSION, packet.version, i);
    const legal = { version, type: rare(data.PacketType.data, packet.type, i + 3) };
    add("data", CORE_IDENTITY_PORT, data.encode({ ...packet, ...legal, ...whole }), i);
  }
  for (const [i, message] of fc.sample(controlMessages, seeded).entries()) {
    const version = rare(data.VERSION, message.version, i);
    const legal = { version, type: rare(data.PacketType.control, message.type, i + 3) };
    const number = rare(1 + i % 10, message.message, i + 5);
    add(
      "control",
      CORE_IDENTITY_PORT,
      control.encode({ ...message, ...legal, message: number }),
      i,
    );
  }
  for (const [i, message] of fc.sample(clusterMessages, seeded).entries()) {
    const version = rare(cluster.CLUSTER_VERSION, message.version, i);
    const number = rare(1 + i % 9, message.message, i + 5);
    add("cluster", CLUSTER_PORT, cluster.encode({ ...message, version, message: number }), i);
  }
  const records = fc.record({
    ...{ networkId: bits(32), sourceSlot: bits(16), targetSlot: bits(16), reserved: bits(32) },
  });
  for (const [i, record] of fc.sample(fc.tuple(records, octets(0, 20)), seeded).entries()) {
    const [header, noise] = record;
    const payload = i % 3 === 0 ? noise : echo;
    add("slots", SLOT_UDP_PORT, Uint8Array.of(...slots.encode(header), ...payload), i);
  }
  return out;
}

Deno.test({
  name:
    "the dissector in Lua sees in packets of our formats, any bits and cut anywhere, what we see",
  ignore: !tshark,
  async fn() {
    const path = await Deno.makeTempFile({ suffix: ".pcapng" });
    try {
      const all = samples();
      const writer = PcapngWriter.create(path);
      const id = writer.addInterface({ name: "wan", linkType: LINK_TYPE.RAW });
      for (const [i, { port, payload }] of all.entries()) {
        const ends = i % 2 === 0
          ? { source: "192.0.2.1", destination: "192.0.2.2" }
          : { source: "2001:db8::1", destination: "2001:db8::2" };
        const datagram = udpDatagram({ ...ends, sourcePort: port, destinationPort: port, payload });
        writer.write(id, 0, i, datagram);
      }
      writer.close();
      const seen: Seen[] = [];
      await readCapture(path, (frame) => {
        seen.push({ from: all[frame.number - 1].what, layers: dissect(frame) });
      });
      const fields = [...OUR_FIELDS, ...INNER];
      const theirs = await askTshark(path, fields);
      const { compared, differences } = compareFields(seen, theirs, fields);
      assert.deepEqual(differences, []);
      assert.ok(compared > 10 * ROUNDS, `only ${compared} fields could be compared`);
      assert.ok(theirs.some((values) => values.at(-1)!.includes("7")), "a datagram is entered");
      await judgeProblems(path, seen);
    } finally {
      await Deno.remove(path);
    }
  },
});

/** Where we find a packet of ours malformed, the dissector in Lua must, and nowhere else. */
async function judgeProblems(path: string, seen: readonly Seen[]): Promise<void> {
  const asked: ComparedField[] = [
    ["core_identity.problem", "core_identity", ""],
    ["tunnel_cluster.problem", "tunnel_cluster", ""],
  ];
  const theirs = await askTshark(path, asked);
  let found = 0;
  for (const [i, { from, layers }] of seen.entries()) {
    for (const [f, [, layer]] of asked.entries()) {
      const ours = layers.some(({ name, problem }) => name === layer && problem !== undefined);
      assert.equal(theirs[i][f].length > 0, ours, `${from}: ${layer}`);
      if (ours) found++;
    }
  }
  assert.ok(found > 20, `only ${found} problems were met with`);
}
