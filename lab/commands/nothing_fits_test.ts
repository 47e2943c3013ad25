import assert from "node:assert/strict";
import { profileSchema } from "../../suites/kit/profile.ts";
import { allSuites } from "../../suites/registry.ts";
import { whyNothingFits } from "./nothing_fits.ts";

const suites = await allSuites();
const device = (name: string, roles: string[], classes: string[]) =>
  profileSchema.parse({ name, roles, classes, attach: { kind: "null", conduct: "mute" } });

Deno.test("a device that declares too few classes is told which one would do", () => {
  assert.equal(
    whyNothingFits(suites, [device("box", ["sender"], [])], {}),
    "no scenario for sender asks only for classes that box declares: got none; with F7 as well there would be some",
  );
});

Deno.test("two devices of one role cannot stand in one scenario", () => {
  const devices = ["a", "b"].map((name) => device(name, ["sender"], ["F7"]));
  assert.equal(
    whyNothingFits(suites, devices, {}),
    "no scenario has a role for each of them at once: a plays sender, b plays sender",
  );
});

Deno.test("a selection that leaves nothing is named", () => {
  const box = device("box", ["sender"], ["F7"]);
  assert.equal(
    whyNothingFits(suites, [box], { classes: ["lns"] }),
    "nothing that --class lns leaves is asked of box",
  );
});

Deno.test("a role that the chosen suites do not have is named", async () => {
  const l2tp = (await allSuites()).filter(({ name }) => name === "l2tp");
  assert.equal(
    whyNothingFits(l2tp, [device("box", ["sender"], ["F7"])], {}),
    "no scenario of l2tp has a role that box plays: it plays sender",
  );
});
