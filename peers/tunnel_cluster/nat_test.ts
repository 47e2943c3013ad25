import assert from "node:assert/strict";
import fc from "fast-check";
import { formatIpv4 } from "../../captures/wire/address.ts";
import { fragment, udpDatagram } from "../../captures/wire/build.ts";
import { get16 } from "../../captures/wire/octets.ts";
import { NatMachine } from "./nat.ts";
import { controlMessage } from "./_testing/test_cluster.ts";
import { checksumFault } from "./_testing/test_faults.ts";

const PORTS = [1701, 20000, 20001];
const FAR = { address: "198.51.100.7", port: 40001 };
const SCCRP = controlMessage(2, 1), SCCCN = controlMessage(3, 2), STOP = controlMessage(4, 1);

function makeNat(inside = "10.0.0.0/24", limits: { mappings?: number } = {}) {
  const records: Record<string, unknown>[] = [];
  const wan = PORTS.map((udp) => ({ port: `wan${udp}`, address: "203.0.113.2", udp }));
  const nat = new NatMachine({ wan, inside, ...limits }, {
    random: () => 0.5,
    trace: (event, fields) => records.push({ event, ...fields }),
  });
  const out = (local: string, payload: Uint8Array, now = 0, port = 1701, far = FAR) => {
    nat.receive(
      "lan",
      udpDatagram({
        ...{ source: local, sourcePort: port },
        ...{ destination: far.address, destinationPort: far.port, payload },
      }),
      now,
    );
    return nat.transmit(now);
  };
  const back = (natPort: number, payload: Uint8Array, now = 0, from = FAR) => {
    nat.receive(`wan${natPort}`, payload, now, from);
    const t = nat.transmit(now);
    return t === undefined ? undefined : { datagram: t.packet, to: formatIpv4(t.packet, 16) };
  };
  return { nat, records, out, back };
}

Deno.test("an SCCRP makes a mapping of Table 1 and leaves for the initiator unchanged", () => {
  const { records, out } = makeNat();
  const sent = out("10.0.0.13", SCCRP);
  assert.deepEqual(sent, { port: "wan1701", packet: SCCRP, to: FAR, dscp: 0 });
  assert.deepEqual(records, [{
    ...{ event: "row", far_address: FAR.address, far_port: FAR.port },
    ...{ local_address: "10.0.0.13", local_port: 1701, nat_port: 1701 },
  }]);
});

Deno.test("what leaves has the differentiated services codepoint with which it came", () => {
  const { nat, out } = makeNat();
  out("10.0.0.13", SCCRP);
  nat.receive(
    "lan",
    udpDatagram({
      ...{ source: "10.0.0.13", sourcePort: 1701, dscp: 46 },
      ...{ destination: FAR.address, destinationPort: FAR.port, payload: STOP },
    }),
    1,
  );
  assert.equal(nat.transmit(1)?.dscp, 46);
});

Deno.test("what comes back from the far end of a mapping reaches the local end of it", () => {
  const { out, back } = makeNat();
  out("10.0.0.13", SCCRP, 0, 5555);
  const arrived = back(1701, SCCCN)!;
  assert.equal(arrived.to, "10.0.0.13");
  assert.equal(get16(arrived.datagram, 20), FAR.port);
  assert.equal(get16(arrived.datagram, 22), 5555);
  assert.equal(formatIpv4(arrived.datagram, 12), FAR.address);
  assert.deepEqual(arrived.datagram.slice(28), SCCCN);
  assert.equal(checksumFault(arrived.datagram), undefined);
});

Deno.test("tunnels of one far end to two endpoints stay apart by the port on the NAT", () => {
  const { out, back } = makeNat();
  const first = out("10.0.0.11", SCCRP)!, second = out("10.0.0.12", SCCRP)!;
  assert.notEqual(first.port, second.port);
  assert.equal(back(1701, SCCCN)!.to, "10.0.0.11");
  assert.equal(back(20000, SCCCN)!.to, "10.0.0.12");
  // Another initiator may have the same port of the NAT.
  assert.equal(
    out("10.0.0.12", SCCRP, 0, 1701, { address: "198.51.100.8", port: 1 })!.port,
    "wan1701",
  );
});

Deno.test("replies to a flood of forged requests push out one another, and no mapping in use", () => {
  const { records, out, back } = makeNat(undefined, { mappings: 8 });
  out("10.0.0.11", SCCRP);
  assert.equal(back(1701, SCCCN)!.to, "10.0.0.11");
  for (let n = 0; n < 1000; n++) {
    const forged = { address: "198.51.100.9", port: 1024 + n };
    assert.notEqual(out("10.0.0.12", SCCRP, 1, 1701, forged), undefined);
  }
  const count = (event: string) => records.filter((record) => record.event === event).length;
  assert.equal(count("row") - count("row_removed"), 8);
  assert.equal(back(1701, SCCCN, 2)!.to, "10.0.0.11");
  const latest = { address: "198.51.100.9", port: 1024 + 999 };
  assert.equal(back(1701, SCCCN, 2, latest)!.to, "10.0.0.12");
});

Deno.test("when every mapping is in use there is no room for another", () => {
  const { records, out, back } = makeNat(undefined, { mappings: 2 });
  const fars = [1, 2, 3].map((port) => ({ address: "198.51.100.8", port }));
  for (const far of fars.slice(0, 2)) {
    out("10.0.0.11", SCCRP, 0, 1701, far);
    back(1701, SCCCN, 0, far);
  }
  assert.equal(out("10.0.0.11", SCCRP, 0, 1701, fars[2]), undefined);
  assert.ok(records.some(({ event }) => event === "no_room"));
});

Deno.test("an SCCRP in fragments is translated once it is whole", () => {
  const { nat } = makeNat();
  const payload = new Uint8Array(1400);
  payload.set(SCCRP);
  payload.set([payload.length >> 8, payload.length & 255], 2);
  const pieces = fragment(
    udpDatagram({
      ...{ source: "10.0.0.13", sourcePort: 1701, identification: 5, payload },
      ...{ destination: FAR.address, destinationPort: FAR.port },
    }),
    576,
  ).reverse();
  const sent = pieces.map((piece) => {
    nat.receive("lan", piece, 0);
    return nat.transmit(0);
  });
  const nothing = pieces.slice(1).map(() => undefined);
  assert.deepEqual(sent, [...nothing, { port: "wan1701", packet: payload, to: FAR, dscp: 0 }]);
});

Deno.test("packets without a mapping go nowhere, either way", () => {
  const { out, back } = makeNat();
  assert.equal(out("10.0.0.13", controlMessage(6, 1)), undefined);
  assert.equal(back(1701, SCCCN), undefined);
  out("10.0.0.13", SCCRP);
  assert.equal(back(1701, SCCCN, 0, { ...FAR, port: 40002 }), undefined);
  assert.equal(back(20000, SCCCN), undefined);
  assert.equal(out("192.0.2.1", SCCRP), undefined);
});

Deno.test("a mapping outlives a StopCCN by ten seconds, and an idle tunnel by three minutes", () => {
  const { out, back, nat } = makeNat();
  out("10.0.0.13", SCCRP);
  out("10.0.0.13", STOP, 1000);
  assert.notEqual(back(1701, SCCCN, 10_900), undefined);
  nat.transmit(12_500);
  assert.equal(back(1701, SCCCN, 12_600), undefined);
  out("10.0.0.13", SCCRP, 20_000);
  nat.transmit(190_000);
  assert.notEqual(back(1701, SCCCN, 190_000), undefined);
  nat.transmit(371_000);
  assert.equal(back(1701, SCCCN, 371_000), undefined);
});

Deno.test("a pool that is used up makes no mapping, and a mapping that dies gives its port back", () => {
  const { out, nat } = makeNat();
  for (const n of [1, 2, 3]) assert.notEqual(out(`10.0.0.${n}`, SCCRP), undefined);
  assert.equal(out("10.0.0.4", SCCRP), undefined);
  nat.transmit(400_000);
  assert.notEqual(out("10.0.0.4", SCCRP, 400_000), undefined);
});

Deno.test("no octets make a NAT throw", () => {
  const { nat } = makeNat();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (octets) => {
    nat.receive("lan", octets, 0);
    nat.receive("wan1701", octets, 0, FAR);
    nat.receive("nowhere", octets, 0, FAR);
    while (nat.transmit(0) !== undefined);
  }));
});

/** A StopCCN that names its tunnel in the header and assigns the identifier in the AVP. */
const stop = (header: number, assigned: number) =>
  controlMessage(4, header, `800800000009${assigned.toString(16).padStart(4, "0")}`);
const reply = (header: number, assigned: number) =>
  controlMessage(2, header, `800800000009${assigned.toString(16).padStart(4, "0")}`);

Deno.test("a mapping lives as long as one of its tunnels, whoever ends the others", () => {
  const { nat, out, back } = makeNat();
  for (const [initiators, endpoints] of [[1, 11], [2, 12], [3, 13]]) {
    out("10.0.0.13", reply(initiators, endpoints));
  }
  back(1701, stop(11, 1), 1000);
  out("10.0.0.13", stop(2, 12), 1000);
  nat.transmit(30_000);
  assert.notEqual(back(1701, SCCCN, 30_000), undefined, "the third tunnel stands");
  back(1701, stop(13, 3), 31_000);
  assert.equal(back(1701, SCCCN, 42_000), undefined, "none stands");
});

Deno.test("a tunnel that begins where another has just ended keeps the mapping", () => {
  const { out, back } = makeNat();
  out("10.0.0.13", reply(1, 11));
  back(1701, stop(11, 1), 1000);
  out("10.0.0.13", reply(2, 12), 5000);
  assert.notEqual(back(1701, SCCCN, 20_000), undefined);
});
