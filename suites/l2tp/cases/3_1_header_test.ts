/** What the cases of control headers say of captures made by hand. */
import assert from "node:assert/strict";
import {
  bench,
  Captured,
  control,
  DEVICE,
  introduces,
  TESTER,
  verdict,
} from "../_testing/captured.ts";

const CASE = "l2tp/lns/header/other_versions";

/** A tunnel of the tester with this identifier, which the device knows by its double. */
function tunnel(captured: Captured, id: number): Captured {
  const device = 2 * id;
  return captured
    .send(TESTER, DEVICE, control("SCCRQ", {}, introduces(id)))
    .send(DEVICE, TESTER, control("SCCRP", { tunnel: id, nr: 1 }, introduces(device)))
    .send(TESTER, DEVICE, control("SCCCN", { tunnel: device, ns: 1, nr: 1 }))
    .send(DEVICE, TESTER, control(undefined, { tunnel: id, ns: 1, nr: 2 }));
}

/** An SCCRQ of each version but 2, with what the device answers to it. */
function versions(answers: Record<number, Uint8Array>): Captured {
  const captured = tunnel(new Captured(), 12);
  for (let version = 0; version < 16; version++) {
    if (version === 2) continue;
    captured.send(
      TESTER,
      DEVICE,
      control("SCCRQ", { word: 0xc800 | version }, introduces(11)),
    );
    const answer = answers[version];
    if (answer !== undefined) captured.send(DEVICE, TESTER, answer);
  }
  return captured;
}

Deno.test("a kind of answer to another version is shown with the packet that drew it", async () => {
  const zlb = control(undefined, { tunnel: 65_535, nr: 1 });
  const sccrp = control("SCCRP", { tunnel: 11, nr: 1 }, introduces(99));
  assert.equal(await verdict(tunnel(versions({}), 13), bench("lns"), CASE), "pass");
  assert.equal(
    await verdict(tunnel(versions({ 1: zlb, 3: zlb, 10: sccrp }), 13), bench("lns"), CASE),
    "fail: no answer to other versions | ZLB (Ns 0, Nr 1) to version 1, " +
      "SCCRP (Ns 0, Nr 1) to version 10 (6 7 16 17)",
  );
});

Deno.test("who was silent must be there afterwards, and who answered need not", async () => {
  const zlb = control(undefined, { tunnel: 65_535, nr: 1 });
  assert.match(await verdict(versions({}), bench("lns"), CASE), /^inconclusive: .* established$/);
  assert.match(await verdict(versions({ 0: zlb }), bench("lns"), CASE), /^fail: .* to version 0/);
});
