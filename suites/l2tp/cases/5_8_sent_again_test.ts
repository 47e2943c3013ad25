/** What the case of §5.8 that everything is sent again says of captures made by hand. */
import assert from "node:assert/strict";
import { bench, Captured, control, DEVICE, TESTER, verdict } from "../_testing/captured.ts";

const CASE = "l2tp/lns/reliable/each_again";
const cdn = (ns: number) =>
  control("CDN", { tunnel: 11, session: 111, ns, nr: 4 }, {
    ...{ resultCode: { result: 1 }, assignedSessionId: 222 },
  });
const stop = (ns: number) =>
  control("StopCCN", { tunnel: 11, ns, nr: 5 }, {
    ...{ assignedTunnelId: 22, resultCode: { result: 2 } },
  });
const zlb = (nr: number) => control(undefined, { tunnel: 22, ns: 5, nr });

const begun = () => new Captured().tunnel(TESTER, DEVICE).call(TESTER, DEVICE);
const judged = (captured: Captured) => verdict(captured, bench("lns"), CASE);

Deno.test("a CDN need not come again once a StopCCN has ended the tunnel behind it", async () => {
  const captured = begun().send(DEVICE, TESTER, cdn(2)).send(DEVICE, TESTER, stop(3), 0.2)
    .send(DEVICE, TESTER, stop(3), 1).send(TESTER, DEVICE, zlb(4), 6);
  assert.equal(await judged(captured), "pass");
});

Deno.test("a CDN must come again before a tunnel ends, and so must the StopCCN that ends it", async () => {
  const late = begun().send(DEVICE, TESTER, cdn(2)).send(DEVICE, TESTER, stop(3), 6)
    .send(DEVICE, TESTER, stop(3), 1).send(TESTER, DEVICE, zlb(4), 6);
  assert.match(await judged(late), /^fail: CDN .* again, as nothing acknowledged it/);
  const once = begun().send(DEVICE, TESTER, cdn(2)).send(DEVICE, TESTER, stop(3), 0.2)
    .send(TESTER, DEVICE, zlb(4), 6);
  assert.match(await judged(once), /^fail: StopCCN .* again, as nothing acknowledged it/);
});

Deno.test("a CDN that was acknowledged does not stand for the one behind it that was not", async () => {
  const captured = begun().send(DEVICE, TESTER, cdn(2)).send(TESTER, DEVICE, zlb(3))
    .send(DEVICE, TESTER, cdn(3)).send(TESTER, DEVICE, zlb(4), 6);
  assert.match(await judged(captured), /^fail: CDN .*Ns 3.* again/);
});
