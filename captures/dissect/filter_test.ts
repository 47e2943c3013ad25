import assert from "node:assert/strict";
import fc from "fast-check";
import { emptyFrame } from "../file/format_reader.ts";
import { udpDatagram } from "../wire/build.ts";
import { viewOf } from "../wire/octets.ts";
import { dissect } from "./dissect.ts";
import { filterOf } from "./filter.ts";
import { FilterError } from "./filter_parser.ts";

/** An ICRQ over IPv4 or IPv6, in frame 7. */
function frameOf(source: string, destination: string, l2tp: string) {
  const payload = Uint8Array.fromHex(l2tp);
  const bytes = udpDatagram({
    source,
    destination,
    sourcePort: 5000,
    destinationPort: 1701,
    payload,
  });
  const there = { view: viewOf(bytes), end: bytes.length, originalLength: bytes.length };
  return { ...emptyFrame(), bytes, ...there, number: 7, linkType: 101 };
}

const ICRQ = "c802001c 0007 0000 0002 0001 8008 0000 0000 000a 8008 0000 000e d35e".replaceAll(
  " ",
  "",
);
const SCCRQ = ("c8020020 0000 0000 0000 0000 8008 0000 0000 0001 800c 0000 0007 6d79206c6163")
  .replaceAll(" ", "");
const V4 = frameOf("10.0.0.1", "192.0.2.9", ICRQ);
const V6 = frameOf("2001:db8::1", "2001:db8:0:1::2", SCCRQ);

function holds(expression: string, frame = V4): boolean {
  return filterOf(expression)(dissect(frame), frame);
}

Deno.test("a filter compares numbers, words, addresses, prefixes and text", () => {
  const held = [
    ...[
      "l2tp",
      "udp and l2tp",
      "l2tp.message == ICRQ && ip.source == 10.0.0.1",
      "L2TP.Message == icrq",
    ],
    ...["l2tp.message_type == 10", "l2tp.ns >= 2", "l2tp.ns <= 0x2", "l2tp.ns < 3", "l2tp.ns > 1"],
    ...["ip.address == 192.0.2.0/24", "ip.source != 10.0.0.2", "ip.source == 10.0.0.0/31"],
    ...["not ipv6", "!tcp", "tcp or (udp and not dns)", "l2tp.ns == 9 or l2tp.nr == 1"],
    ...["udp.port == 1701", "udp.port == 5000", "ip.protocol == udp", "ip.protocol == 17"],
    ...["frame.number == 7", "frame.length > 20", "l2tp.summary contains icrq", "not problem"],
    ...["l2tp.flags contains SEQUENCE", "l2tp.assigned_session_id == 54110"],
  ];
  for (const expression of held) assert.ok(holds(expression), expression);
  const not = [
    ...[
      "ipv6",
      "l2tp.message == SCCRQ",
      "l2tp.message != ICRQ",
      "l2tp.ns != 2",
      "ppp_lcp.mru == 1500",
    ],
    ...["ip.source == 10.0.0.2", "udp.port != 1701", "dns.id != 5"],
    ...["problem", "note contains capture", "frame.number != 7", "l2tp.result_code"],
  ];
  for (const expression of not) assert.ok(!holds(expression), expression);
});

Deno.test("addresses of IPv6 are compared in any form, text without its quotation marks", () => {
  for (
    const expression of [
      ...["ip.source == 2001:DB8:0:0::1", "ip.destination == 2001:db8:0:1::/64", "ipv6.source"],
      ...['l2tp.host_name == "my lac"', "l2tp.host_name contains lac"],
    ]
  ) assert.ok(holds(expression, V6), expression);
  for (
    const expression of [
      "ip.source == 2001:db8::2",
      'l2tp.host_name == "lac"',
      "ip.ttl == 10.0.0.0/8",
    ]
  ) assert.ok(!holds(expression, V6), expression);
});

Deno.test("and binds closer than or, not closer than both", () => {
  assert.ok(holds("l2tp or tcp and dns"));
  assert.ok(!holds("(l2tp or tcp) and dns"));
  assert.ok(holds("not tcp and udp"));
  assert.ok(!holds("not (ipv4 and udp)"));
});

Deno.test("a filter that cannot be read says where and why, and knows the right words", () => {
  const cases: [expression: string, position: number, problem: RegExp, known?: string][] = [
    ["", 0, /expected a layer or a field: got the end/],
    ["l2tp.mesage == 3", 0, /no layer or field has this name: got l2tp\.mesage/, "l2tp.message"],
    ["udp and foo", 8, /no layer or field has this name: got foo/, "udp"],
    ["l2tp.message == ICRX", 16, /no value of this field has this name: got ICRX/, "ICRQ"],
    ["core_identity.message == helo", 25, /got helo/, "hello"],
    ["l2tp.ns = 4", 8, /= means nothing here; equality is ==/],
    ["l2tp == 4", 0, /a layer has no value/, "l2tp.ns"],
    ["l2tp.ns ==", 10, /expected a value behind ==: got the end/],
    ["l2tp.ns > ICRQ", 10, /> needs a number: got ICRQ/],
    ['l2tp.ns > "4"', 10, /> needs a number: got 4/],
    ["(l2tp", 5, /expected \): got the end/],
    ["l2tp )", 5, /expected and, or, or the end: got \)/],
    ["l2tp udp", 5, /got udp/],
    ["ip.address == 10.0.0.0/33", 14, /expected an address or a prefix: got 10\.0\.0\.0\/33/],
    ["ip.source != 10.0.0", 13, /expected an address or a prefix: got 10\.0\.0$/],
    ['l2tp.host_name == "lac', 18, /no second one/],
    ["and l2tp", 0, /expected a layer or a field: got and/],
    ["frame.problem", 0, /no layer or field/, "frame.number"],
    [`${"(".repeat(200)}l2tp`, 100, /too deep/],
  ];
  for (const [expression, position, problem, word] of cases) {
    assert.throws(() => filterOf(expression), (error) => {
      assert.ok(error instanceof FilterError, expression);
      assert.match(error.message, problem);
      assert.equal(error.position, position, expression);
      if (word !== undefined) assert.ok(error.known.includes(word), expression);
      return true;
    });
  }
});

Deno.test("no text makes the parser do anything but read it or say why not", () => {
  const parts = fc.constantFrom(
    ...[
      "l2tp",
      "udp.port",
      "and",
      "or",
      "not",
      "!",
      "(",
      ")",
      "==",
      "<",
      "contains",
      "4",
      '"',
      "\\",
      " ",
    ],
    ...["ICRQ", "10.0.0.0/8", "::1", "0x", "&&", "||", "=", "problem", "\u{1f600}"],
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(parts, { maxLength: 12 }).map((list) => list.join(" ")),
  );
  fc.assert(fc.property(texts, (text) => {
    try {
      filterOf(text)(dissect(V4), V4);
    } catch (error) {
      assert.ok(error instanceof FilterError, `${error}`);
      assert.ok(error.position >= 0 && error.position <= text.length);
    }
  }));
});
