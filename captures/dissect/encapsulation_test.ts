/** What the dissectors say of tunnels, of PPP and of slow protocols, from octets written by hand. */
import assert from "node:assert/strict";
import { golden } from "../_testing/golden.ts";
import { emptyFrame } from "../file/format_reader.ts";
import { ethernetFrame, icmpEcho, ipDatagram, udpDatagram } from "../wire/build.ts";
import { put16, viewOf } from "../wire/octets.ts";
import { describe } from "./describe.ts";
import { DEFECT, dissect } from "./dissect.ts";
import type { Layer } from "./layer.ts";

const ENDS = { source: "10.0.0.1", destination: "10.0.0.2" };
const MAC = "02:00:00:00:00:01";
const ECHO = icmpEcho({ ...ENDS, identifier: 1, sequence: 2 });
const INNER = ethernetFrame({ destination: MAC, source: MAC, payload: ECHO });

function layersOf(bytes: Uint8Array, linkType = 101, originalLength = bytes.length): Layer[] {
  const view = viewOf(bytes);
  return dissect({ ...emptyFrame(), bytes, view, end: bytes.length, originalLength, linkType });
}

function names(layers: readonly Layer[]): string {
  return layers.map(({ name }) => name).join(" ");
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Layers of a UDP datagram; its octets are dissected in every truncation as well. */
function udp(destinationPort: number, payload: Uint8Array, sourcePort = 40000): Layer[] {
  for (let length = 0; length < payload.length; length++) {
    safe(udpDatagram({ ...ENDS, sourcePort, destinationPort, payload: payload.slice(0, length) }));
  }
  return safe(udpDatagram({ ...ENDS, sourcePort, destinationPort, payload }));
}

/** Layers that are checked to lie within the frame, without a defect of a dissector. */
function safe(bytes: Uint8Array, linkType = 101): Layer[] {
  const layers = layersOf(bytes, linkType);
  for (const { start, end, fields, problem } of layers) {
    assert.ok(start <= end && end <= bytes.length);
    assert.ok(fields.every((field) => field.start <= field.end && field.end <= bytes.length));
    assert.ok(!problem?.startsWith(DEFECT), problem);
  }
  assert.doesNotMatch(describe(layers), /[^\x20-\x7e…]/);
  return layers;
}

/** The line of a frame with this EtherType and payload, without addresses. */
function framed(type: number, payload: Uint8Array): Layer[] {
  const frame = join(golden("020000000001 020000000002 0000"), payload);
  put16(frame, 12, type);
  for (let length = 14; length < frame.length; length++) safe(frame.slice(0, length), 1);
  return safe(frame, 1);
}

const lineOf = (layers: Layer[]) => describe(layers).replace(/^IP \S+ > \S+: UDP, length \d+ /, "");
const problems = (layers: Layer[]) => layers.flatMap(({ problem }) => problem ?? []);

Deno.test("VXLAN is entered on its port and on that of Linux, where its header is one", () => {
  const header = golden("08000000 00002a00");
  for (const port of [4789, 8472]) {
    const layers = udp(port, join(header, INNER));
    assert.equal(names(layers), "raw ipv4 udp vxlan ethernet ipv4 icmp");
    assert.match(lineOf(layers), /^VXLAN 42 IP 10\.0\.0\.1 > 10\.0\.0\.2: ICMP echo request/);
  }
  assert.equal(names(udp(4789, join(golden("00000000 00002a00"), INNER))), "raw ipv4 udp data");
  assert.equal(names(udp(8472, join(golden("08000001 00002a00"), INNER))), "raw ipv4 udp data");
});

Deno.test("Geneve is entered behind its options", () => {
  const layers = udp(6081, join(golden("02006558 00002a00 0102800100000007"), INNER));
  assert.equal(names(layers), "raw ipv4 udp geneve ethernet ipv4 icmp");
  assert.match(lineOf(layers), /^Geneve 42, proto 0x6558 \(Ethernet\) IP/);
  const wrong = udp(6081, golden("01000800 00002a00 01028002"));
  assert.match(lineOf(wrong), /an option exceeds the octets of options/);
  assert.equal(names(udp(6081, golden("42006558 00002a00 0102800100000007"))), "raw ipv4 udp data");
});

Deno.test("ESP, IKE behind its marker, and keepalives share a port", () => {
  const line = (octets: string, port = 4500) => lineOf(udp(port, golden(octets)));
  assert.match(line("c0ffee01 00000007 aabbccdd"), /^ESP\(spi=0xc0ffee01,seq=0x7\) \[the payload/);
  assert.equal(line("ff"), "NAT keepalive");
  const ike = "1122334455667788 0000000000000000 21 20 22 08 00000000 0000001c";
  assert.equal(line("00000000" + ike), "non-ESP marker IKEv2 IKE_SA_INIT request, id 0");
  assert.equal(line(ike, 500), "IKEv2 IKE_SA_INIT request, id 0");
  assert.equal(names(udp(500, golden(ike.replace(" 20 ", " 30 ")))), "raw ipv4 udp data");
});

Deno.test("L2TPv3 is named over UDP and over IP, control messages with their AVPs", () => {
  const sccrq = "c803 0021 00000000 0000 0000 80080000 00000001 800d0000 00076578616d706c65";
  const control = "L2TPv3 SCCRQ, connection 0, Ns 0, Nr 0";
  const data = "L2TPv3 data, session 7 [cookie and pseudowire type are not known]";
  assert.equal(lineOf(udp(1701, golden(sccrq))), control);
  assert.equal(lineOf(udp(1701, golden("0003 0000 00000007 aabbccdd"))), data);
  const over = (octets: string) =>
    describe(safe(ipDatagram({ ...ENDS, protocol: 115, payload: golden(octets) })))
      .replace(/^.*?: /, "");
  assert.equal(over("00000000" + sccrq), control);
  assert.equal(over("00000007 aabbccdd"), data);
  assert.match(over("00000000 c803 00ff 00000000 0000 0000"), /length must be 12 to 12 octets/);
  assert.match(over("00000000 4003 0008 00000007"), /must have T set/);
});

Deno.test("PPPoE discovery names its tags, and what lies behind its length is padding", () => {
  const padi = golden("11 09 0000 000c 0101 0000 0103 0004 cafe0001");
  const layers = framed(0x8863, join(padi, new Uint8Array(28)));
  assert.equal(names(layers), "ethernet pppoe padding");
  assert.match(describe(layers), /PPPoE PADI, session 0, host_uniq cafe0001$/);
  const cut = framed(0x8863, golden("11 07 0000 0008 0102 0008 41424344"));
  assert.deepEqual(problems(cut), ["tag 0x102 has an impossible length"]);
  const session = framed(0x8864, join(golden("11 00 0007 001e 0021"), ECHO, new Uint8Array(9)));
  assert.equal(names(session), "ethernet pppoe ppp ipv4 icmp padding");
});

Deno.test("LACP names both ends and their states, other slow protocols are named", () => {
  const lacp = golden(`
    01 01
    01 14 ffff 72ecf3295bd4 0021 00ff 0002 c5 000000
    02 14 ffff 000000000000 0001 00ff 0001 3d 000000
    03 10 0005 000000000000000000000000
    00 00`);
  const layers = framed(0x8809, join(lacp, new Uint8Array(50)));
  assert.equal(names(layers), "ethernet lacp padding");
  assert.match(
    describe(layers),
    /LACPv1, actor 72:ec:f3:29:5b:d4 port 2 key 33 \[activity, aggregation, defaulted, expired\]/,
  );
  assert.match(describe(framed(0x8809, golden("0200"))), /slow protocol 2 \(marker\) is not diss/);
});

Deno.test("PPP's compression, EAP and multilink are named", () => {
  const ppp = (octets: string) => {
    const frame = golden("ff03" + octets);
    for (let length = 0; length < frame.length; length++) safe(frame.slice(0, length), 9);
    return describe(safe(frame, 9));
  };
  assert.equal(
    ppp("80fd 01 01 000a 12 06 01000040"),
    "CCP Configure-Request, id 1, mppe 01000040 (128-bit, stateless)",
  );
  assert.equal(ppp("80fd 0e 02 0004"), "CCP Reset-Request, id 2");
  assert.equal(ppp("c227 02 07 0009 01 6a616e65"), 'EAP Response, id 7, Identity "jane"');
  assert.match(ppp("c227 01 07 0004"), /must have a type/);
  assert.match(ppp("003d c000002a 0021 450000"), /IPv4 header cut short/);
  assert.match(ppp("003d 8000002a 0021"), /multilink first fragment, seq 42 \[a fragment/);
  assert.equal(
    ppp("c021 01 01 000f 03 05 c223 81 11 04 05dc 12 02"),
    "LCP Configure-Request, id 1, authentication_protocol c22381 (CHAP MS-CHAPv2), " +
      "multilink_mrru 1500, multilink_short_sequence",
  );
});

Deno.test("an enhanced GRE header that acknowledges only has no payload, and no problem", () => {
  const gre = (octets: string) =>
    safe(ipDatagram({ ...ENDS, protocol: 47, payload: golden(octets) }));
  const acknowledgement = gre("2081 880b 0000 0007 00000009");
  assert.deepEqual(problems(acknowledgement), []);
  assert.match(describe(acknowledgement), /GREv1, call 7, acknowledgment 9, no payload$/);
  const data = gre("3081 880b 0008 0007 00000001 00000009 c021 01 01 0004 ffff");
  assert.match(describe(data), /GREv1, call 7, sequence 1, .* LCP Configure-Request, id 1$/);
  assert.match(describe(gre("2001 880b 0002 0007 ff03")), /must have a sequence number/);
});

Deno.test("cluster messages are told by their content on any port", () => {
  const report = golden(
    "10 03 001c 0004 0001 00000009 00000007 0003 0002 1388 0006 0002 0001",
  );
  const line = "cluster report, member 4, term 1, seq 9, ack 7, load 5000, priority 1";
  assert.equal(lineOf(udp(49700, report)), line);
  assert.equal(lineOf(udp(5353, report)), line);
  const short = report.slice();
  short[3] = 0x1d;
  assert.match(lineOf(udp(49700, short)), /cluster message cut short/);
  assert.equal(names(udp(5353, short)), "raw ipv4 udp data");
});

Deno.test("DNS is DNS from and to the ports of others, and those ports carry other things too", () => {
  const query = golden(
    "1202 0100 0001 0000 0000 0000 07 6578616d706c65 03 6f7267 00 0001 0001",
  );
  for (const port of [1701, 4789, 6081, 8472, 49600, 49700, 4500, 53]) {
    assert.equal(lineOf(udp(port, query)), "DNS query A example.org", `port ${port}`);
    assert.equal(lineOf(udp(53, query, port)), "DNS query A example.org", `port ${port}`);
  }
  const other = new TextEncoder().encode("SIP/2.0 200 OK\r\n");
  for (const port of [1701, 49600, 49700]) {
    assert.deepEqual(problems(udp(port, other)), []);
    assert.equal(names(udp(port, other)), "raw ipv4 udp data");
  }
});

Deno.test("what is left to the network card is noted, and is no problem", () => {
  const datagram = udpDatagram({ ...ENDS, sourcePort: 1, destinationPort: 2, payload: INNER });
  const without = datagram.slice();
  put16(without, 10, 0);
  assert.deepEqual(problems(layersOf(without)), []);
  assert.match(describe(layersOf(without)), /\[header checksum is 0: left to the network card\]/);
  put16(without, 2, 0);
  const ip = layersOf(without).find(({ name }) => name === "ipv4")!;
  const length = ip.fields.find(({ name }) => name === "total_length");
  assert.deepEqual([length?.value, length?.meaning], [datagram.length, "0 in the header"]);
  assert.deepEqual(problems(layersOf(without)), []);
});

Deno.test("a header that the capture cut short is no fault of the packet", () => {
  const datagram = udpDatagram({ ...ENDS, sourcePort: 1, destinationPort: 2, payload: INNER });
  const layers = layersOf(datagram.slice(0, 24), 101, datagram.length);
  assert.deepEqual(problems(layers), []);
  assert.match(describe(layers), /\[UDP header cut short: 4 of 8 octets; the capture kept 24 of/);
});
