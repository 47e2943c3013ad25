import { deepStrictEqual, match, strictEqual } from "node:assert";
import { type Profile, profileSchema } from "../../../suites/kit/profile.ts";
import { WORLD_NAMES } from "../../../suites/kit/world.ts";
import { inFolder, plumbline, refused } from "../../_testing/command_line.ts";
import type { KindName } from "./kind.ts";
import { kindOf, KINDS, packagesOf, refusal } from "./registry.ts";

/** The least that a profile of each kind says. */
const ATTACHED: { readonly [Kind in KindName]: Record<string, unknown> } = {
  reference: {},
  process: { command: ["true"], packages: ["xl2tpd"] },
  linux: { script: "x.sh", ready: "up" },
  interface: { cables: { wan0: "eth1" } },
  address: { cables: { wan0: null } },
  container: { image: "acme" },
  null: { conduct: "mute" },
  captures: {},
};

const profileOf = (kind: KindName): Profile =>
  profileSchema.parse({ name: "box", roles: ["lns"], attach: { kind, ...ATTACHED[kind] } });

Deno.test("each kind says of each world that it can play there, or in one line why not", () => {
  for (const kind of Object.keys(KINDS) as KindName[]) {
    const profile = profileOf(kind);
    for (const world of WORLD_NAMES) {
      const why = refusal(profile, world);
      strictEqual(why === undefined, kindOf(profile.attach).supports(world) === true);
      if (why !== undefined) {
        match(why, new RegExp(`^Cannot play box in the ${world} world as [^\\n]+$`));
      }
    }
  }
});

Deno.test("our own machines play everywhere, third parties on real kernels, captures nowhere", () => {
  const worlds = (kind: KindName) =>
    (["memory", "netns"] as const).filter((world) => !refusal(profileOf(kind), world));
  deepStrictEqual(worlds("reference"), ["memory", "netns"]);
  deepStrictEqual(worlds("null"), ["memory", "netns"]);
  deepStrictEqual(worlds("process"), ["netns"]);
  for (const kind of ["linux", "interface", "address"] as const) {
    deepStrictEqual(worlds(kind), ["netns"]);
  }
  deepStrictEqual(worlds("captures"), []);
});

Deno.test("a kernel in a box needs its packages besides those that the profile names", () => {
  deepStrictEqual(packagesOf(profileOf("process")), ["xl2tpd"]);
  deepStrictEqual(packagesOf(profileOf("linux")).includes("user-mode-linux"), true);
  deepStrictEqual(packagesOf(profileOf("reference")), []);
});

Deno.test("an impossible pair of device and world is refused before anything starts", async () => {
  await inFolder(async (folder) => {
    const certify = (...args: string[]) => plumbline("certify", "--out", `${folder}/run`, ...args);
    refused(
      await certify("--device", "xl2tpd", "--world", "memory"),
      /Cannot play xl2tpd in the memory world as .*use --world netns/,
    );
    refused(await certify("--device", "captures"), /for captures alone/);
    deepStrictEqual([...Deno.readDirSync(folder)], []);
  });
});
