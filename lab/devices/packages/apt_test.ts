import { deepStrictEqual } from "node:assert";
import { closure } from "./apt.ts";

const LISTING = `daemon
  Depends: libone
 |Depends: first
  Depends: second
  PreDepends: libtwo
 |Depends: debconf
  Depends: <debconf-2.0>
    cdebconf
libone
  Depends: libtwo
libtwo
  Depends: libone
first
second
debconf
  Depends: perl-base
perl-base
`;

Deno.test("what a package depends on comes along, one of several alternatives, and circles end", () => {
  deepStrictEqual(closure(["daemon"], LISTING), ["daemon", "first", "libone", "libtwo"]);
});

Deno.test("what only an installation uses comes when it is asked for by name", () => {
  deepStrictEqual(closure(["debconf"], LISTING), ["debconf"]);
});
