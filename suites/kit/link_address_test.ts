import assert from "node:assert/strict";
import { linkAddress, linkEndAt } from "./link_address.ts";

const endOf = (octets: Iterable<number>) =>
  linkEndAt(new DataView(Uint8Array.from([9, ...octets]).buffer), 1);

Deno.test("the address of an interface says which end of which link it is", () => {
  for (const link of [0, 1, 255, 256, 65_535]) {
    for (const end of [0, 1] as const) {
      assert.equal(endOf(linkAddress(link, end)), 2 * link + end);
    }
  }
});

Deno.test("an address of anybody else is that of no link", () => {
  for (
    const octets of [
      [0x02, 0x50, 0x4c, 0, 0, 2],
      [0x02, 0x50, 0x4d, 0, 0, 0],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      [0x02, 0, 0, 0, 0, 1],
    ]
  ) {
    assert.equal(endOf(octets), -1);
  }
});
