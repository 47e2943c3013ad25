import { deepStrictEqual } from "node:assert";
import type { Topology } from "../../suites/kit/topology.ts";
import { FloatingAddresses } from "./floating.ts";

const topology: Topology = {
  name: "test",
  title: "Three devices with one address",
  nodes: {},
  links: [],
  taps: [],
  floating: {
    "fd00::1": {
      initially: "a",
      via: {
        north: { a: "fd00:1::a", b: "fd00:1::b", c: "fd00:1::c" },
        south: { a: "fd00:2::a", b: "fd00:2::b", c: "fd00:2::c" },
      },
    },
  },
};

/** Lets devices claim (`+a`), let go (`-a`) and die (`!a`); gives who had the address after each. */
function holders(...acts: string[]): string[] {
  const addresses = new FloatingAddresses(topology);
  return acts.map((act) => {
    const [what, who] = act;
    if (what === "!") addresses.lose(who);
    else addresses.claim(who, what === "+" ? ["fd00::1"] : []);
    return addresses.routes("fd00::1")[0].via.at(-1)!;
  });
}

Deno.test("the last to claim an address has it, and gives it back to the one before", () => {
  deepStrictEqual(holders("+a", "+b", "+c", "-b", "-c", "-a"), ["a", "b", "c", "c", "a", "a"]);
});

Deno.test("claiming again what one claims already moves nothing", () => {
  deepStrictEqual(holders("+b", "+c", "+b", "-c"), ["b", "c", "c", "b"]);
});

Deno.test("a dead device keeps the address until another claims it, and never gets it back", () => {
  deepStrictEqual(holders("+a", "+b", "!b", "-a", "+c", "-c"), ["a", "b", "b", "b", "c", "c"]);
});

Deno.test("every router that knows the address follows, and strangers move nothing", () => {
  const addresses = new FloatingAddresses(topology);
  deepStrictEqual(addresses.claim("stranger", ["fd00::1"]), []);
  deepStrictEqual(addresses.claim("b", ["fd00::1", "fd00::2"]), [
    { address: "fd00::1", from: "a", to: "b" },
  ]);
  deepStrictEqual(addresses.routes(), [
    { router: "north", prefix: "fd00::1/128", via: "fd00:1::b" },
    { router: "south", prefix: "fd00::1/128", via: "fd00:2::b" },
  ]);
});
