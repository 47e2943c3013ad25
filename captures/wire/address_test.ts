import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatAddress,
  formatIpv6,
  formatMac,
  parseAddress,
  parseIpv4,
  parseIpv6,
  parseMac,
} from "./address.ts";

Deno.test("any address survives being written and parsed", () => {
  const lengths = fc.constantFrom(4, 16);
  const sparse = fc.constantFrom(0, 0, 0, 1, 0xff);
  const octets = lengths.chain((length) =>
    fc.oneof(
      fc.array(fc.nat(255), { minLength: length, maxLength: length }),
      fc.array(sparse, { minLength: length, maxLength: length }),
    )
  );
  fc.assert(
    fc.property(octets, (address) => {
      const bytes = Uint8Array.from(address);
      assert.deepEqual(parseAddress(formatAddress(bytes)), bytes);
    }),
    { numRuns: 500 },
  );
});

Deno.test("IPv6 addresses are written as RFC 5952 says", () => {
  const cases: [string, string][] = [
    ["2001:DB8:0:0:0:0:2:1", "2001:db8::2:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["1:0:0:0:0:0:0:0", "1::"],
    ["::ffff:c000:0201", "::ffff:192.0.2.1"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
  ];
  for (const [text, canonical] of cases) assert.equal(formatIpv6(parseIpv6(text)), canonical);
});

Deno.test("texts that are no addresses are refused with the reason", () => {
  const bad6 = [
    "",
    ":",
    ":::",
    "1::2::3",
    "1:2:3",
    "1:2:3:4:5:6:7:8:9",
    "12345::",
    "::1.2.3",
    "g::",
  ];
  for (const text of bad6) {
    assert.throws(() => parseIpv6(text), /Cannot parse address as it must be/);
  }
  for (const text of ["", "1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4.5", "1.2.3.a"]) {
    assert.throws(() => parseIpv4(text), /dotted decimal: got/);
  }
  assert.throws(() => parseMac("02:00:00:00:00"), TypeError);
});

Deno.test("MAC addresses are parsed with colons or dashes and written with colons", () => {
  assert.equal(formatMac(parseMac("02-00-5E-10-00-01")), "02:00:5e:10:00:01");
});
