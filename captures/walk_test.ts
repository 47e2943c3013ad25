import assert from "node:assert/strict";
import fc from "fast-check";
import { emptyFrame } from "./file/format_reader.ts";
import { HeaderWalker } from "./walk.ts";
import { parseAddress } from "./wire/address.ts";
import { ethernetFrame, fragment, icmpEcho, udpDatagram } from "./wire/build.ts";
import { viewOf } from "./wire/octets.ts";

const DATAGRAMS = [["10.0.0.1", "10.0.0.2"], ["fd00::1", "fd00::2"]].map(([source, destination]) =>
  udpDatagram({
    source,
    destination,
    sourcePort: 1000,
    destinationPort: 2000,
    payload: new Uint8Array(9),
  })
);

/** Walks octets as one frame, among other octets that must not matter. */
function walk(octets: readonly number[] | Uint8Array, linkType: number): HeaderWalker {
  const bytes = new Uint8Array(3 + octets.length + 3).fill(0xff);
  bytes.set(octets, 3);
  const frame = { ...emptyFrame(), bytes, view: viewOf(bytes), start: 3, end: 3 + octets.length };
  const walker = new HeaderWalker();
  walker.walk({ ...frame, linkType });
  return walker;
}

Deno.test("IP and ports are found behind every link header that the walker knows", () => {
  for (const ip of DATAGRAMS) {
    const six = ip[0] >> 4 === 6;
    const type = six ? [0x86, 0xdd] : [0x08, 0x00];
    const ppp = six ? [0x00, 0x57] : [0x00, 0x21];
    const mac = new Array(12).fill(2);
    const cases: [name: string, linkType: number, header: number[]][] = [
      ["Ethernet", 1, [...mac, ...type]],
      ["802.1Q", 1, [...mac, 0x81, 0x00, 0, 7, ...type]],
      ["802.1ad", 1, [...mac, 0x88, 0xa8, 0, 7, 0x81, 0x00, 0, 8, ...type]],
      ["SNAP", 1, [...mac, 0, 99, 0xaa, 0xaa, 3, 0, 0, 0, ...type]],
      ["MPLS", 1, [...mac, 0x88, 0x47, 0, 1, 0, 9, 0, 1, 1, 9]],
      ["PPPoE", 1, [...mac, 0x88, 0x64, 0x11, 0, 0, 1, 0, 99, ...ppp]],
      ["raw", 101, []],
      ["loopback", 0, [0, 0, 0, 2]],
      ["OpenBSD loopback", 108, [0, 0, 0, 24]],
      ["cooked v1", 113, [...new Array(14).fill(0), ...type]],
      ["cooked v2", 276, [...type, ...new Array(18).fill(0)]],
      ["PPP", 9, ppp],
      ["framed PPP", 50, [0xff, 3, ...ppp]],
      ["PPP with a short protocol", 9, [ppp[1]]],
      ["pppd", 166, [1, 0xff, 3, ...ppp]],
      ["Cisco HDLC", 104, [0x0f, 0, ...type]],
    ];
    for (const [name, linkType, header] of cases) {
      const w = walk([...header, ...ip, 0, 0], linkType);
      const l3 = 3 + header.length;
      assert.equal(w.l3, l3, name);
      assert.equal(w.ipVersion, six ? 6 : 4, name);
      assert.equal(w.l4, l3 + (six ? 40 : 20), name);
      assert.equal(w.end, l3 + ip.length, `${name}: padding is no part of the datagram`);
      assert.deepEqual([w.protocol, w.sourcePort, w.destinationPort], [17, 1000, 2000], name);
    }
  }
});

Deno.test("fragments give their offset, and ports in the first one only", () => {
  const payload = new Uint8Array(3000);
  const ports = { sourcePort: 5, destinationPort: 6, payload };
  const whole4 = udpDatagram({ source: "10.0.0.1", destination: "10.0.0.2", ...ports });
  const whole6 = udpDatagram({ source: "fd00::1", destination: "fd00::2", ...ports });
  for (const whole of [whole4, whole6]) {
    const walked = fragment(whole, 1400).map((piece) => walk(piece, 101));
    let offset = 0;
    for (const [i, w] of walked.entries()) {
      assert.equal(w.fragmentOffset, offset);
      assert.equal(w.moreFragments, i < walked.length - 1);
      assert.equal(w.protocol, 17);
      assert.equal(w.sourcePort, i === 0 ? 5 : -1);
      offset += w.end - w.l4;
    }
    assert.equal(offset, 3008);
  }
});

Deno.test("extension headers of IPv6 are walked, and options of IPv4 skipped", () => {
  const six = [...DATAGRAMS[1]];
  const chain = [60, 0, 1, 4, 0, 0, 0, 0, 43, 1, ...new Array(14).fill(0), 51, 0, 4, 0, 0, 0, 0, 0];
  const ah = [17, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1];
  const headers = [...chain, ...ah];
  six[6] = 0;
  six[5] += headers.length;
  const w = walk([...six.slice(0, 40), ...headers, ...six.slice(40)], 101);
  assert.deepEqual([w.l4, w.protocol, w.destinationPort], [3 + 40 + headers.length, 17, 2000]);

  const four = [...DATAGRAMS[0]];
  four[0] = 0x46;
  four[3] += 4;
  const v = walk([...four.slice(0, 20), 1, 1, 1, 0, ...four.slice(20)], 101);
  assert.deepEqual([v.l4, v.destinationPort], [27, 2000]);
});

Deno.test("a datagram without ports has none", () => {
  const w = walk(
    icmpEcho({ source: "10.0.0.1", destination: "10.0.0.2", identifier: 1, sequence: 1 }),
    101,
  );
  assert.deepEqual([w.protocol, w.sourcePort, w.destinationPort], [1, -1, -1]);
});

Deno.test("every truncation is walked within its octets, and what was found before is forgotten", () => {
  const mac = "02:00:00:00:00:01";
  for (const payload of DATAGRAMS) {
    const whole = ethernetFrame({ destination: mac, source: mac, vlan: 1, payload });
    for (let length = 0; length < whole.length; length++) {
      const w = walk(whole.subarray(0, length), 1);
      const header = 18 + (w.ipVersion === 6 ? 40 : 20);
      assert.equal(w.l3 >= 0, length >= 18 + (payload[0] >> 4 === 6 ? 40 : 20));
      assert.equal(w.destinationPort, w.l3 >= 0 && length >= header + 4 ? 2000 : -1);
      assert.ok(w.end <= 3 + length);
    }
  }
});

Deno.test("the walker neither throws nor leaves the frame, whatever the octets and the link type", () => {
  const linkTypes = fc.constantFrom(0, 1, 9, 12, 50, 51, 101, 104, 108, 113, 166, 228, 276, 999);
  const start = fc.constantFrom([], [0x45], [0x60], [...new Array(12).fill(0), 0x81, 0], [
    ...new Array(12).fill(0),
    0x86,
    0xdd,
    0x60,
  ]);
  fc.assert(
    fc.property(linkTypes, start, fc.uint8Array({ maxLength: 120 }), (linkType, first, rest) => {
      const length = first.length + rest.length;
      const w = walk([...first, ...rest], linkType);
      if (w.l3 < 0) return;
      assert.ok(w.l3 >= 3 && w.l3 < w.end && w.end <= 3 + length);
      assert.ok(w.l4 === -1 || (w.l4 > w.l3 && w.l4 <= w.end));
      assert.ok(w.sourcePort === -1 || w.l4 + 4 <= w.end);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("headers nested without end do not exhaust the stack", () => {
  const snap = [0x81, 0x00, 0, 1, 0, 8, 0xaa, 0xaa, 3, 0, 0, 0];
  const octets = new Array(12).fill(0);
  for (let i = 0; i < 20_000; i++) octets.push(...snap);
  assert.equal(walk(octets, 1).l3, -1);
});

Deno.test("addresses, TTL, codepoint and identification are read in place, for both versions", () => {
  for (const [source, destination] of [["10.0.0.1", "10.0.0.2"], ["fd00::1", "fd00::2"]]) {
    const ip = udpDatagram({
      ...{ source, destination, sourcePort: 5, destinationPort: 6, payload: new Uint8Array(2000) },
      ...{ ttl: 7, dscp: 46, ecn: 1, identification: 0x1234 },
    });
    const bytes = new Uint8Array(ip.length + 8).fill(0xee);
    bytes.set(ip, 5);
    const w = new HeaderWalker();
    assert.ok(w.walkIp(bytes, viewOf(bytes), 5, 5 + ip.length));
    assert.deepEqual([w.source(bytes), w.destination(bytes)], [source, destination]);
    assert.deepEqual([w.ttl(bytes), w.dscp(bytes)], [7, 46]);
    const [from, to] = [source, destination].map(parseAddress);
    assert.ok(w.isFrom(bytes, from) && w.isTo(bytes, to));
    assert.ok(!w.isFrom(bytes, to) && !w.isTo(bytes, from));
    assert.ok(!w.isFrom(bytes, from.subarray(0, from.length - 1)), "of another length");
    assert.equal(w.addressLength, from.length);
    assert.equal(w.identification(bytes), w.ipVersion === 4 ? 0x1234 : -1);
    assert.equal(w.udpPayload, w.l4 + 8);
    assert.equal(w.isFragment, false);
    for (const [i, piece] of fragment(ip, 1400, 0xfedcba98).entries()) {
      assert.ok(w.walkIp(piece, viewOf(piece), 0, piece.length));
      assert.equal(w.isFragment, true);
      assert.equal(w.udpPayload, i === 0 ? w.l4 + 8 : -1);
      assert.equal(w.identification(piece), w.ipVersion === 4 ? 0x1234 : 0xfedcba98);
    }
    assert.ok(w.walkIp(ip, viewOf(ip), 0, ip.length));
    assert.equal(w.identification(ip), w.ipVersion === 4 ? 0x1234 : -1, "nothing is kept");
  }
});

Deno.test("a UDP payload begins only behind a whole UDP header", () => {
  const [ip] = DATAGRAMS, w = new HeaderWalker();
  for (let end = 20; end <= ip.length; end++) {
    assert.ok(w.walkIp(ip, viewOf(ip), 0, end));
    assert.equal(w.udpPayload, end < 28 ? -1 : 28);
  }
  const echo = icmpEcho({
    source: "10.0.0.1",
    destination: "10.0.0.2",
    identifier: 1,
    sequence: 1,
  });
  assert.ok(w.walkIp(echo, viewOf(echo), 0, echo.length));
  assert.equal(w.udpPayload, -1);
});
