/** What cases of unknown AVPs say of captures made by hand. */
import assert from "node:assert/strict";
import type { Avp } from "../../../captures/wire/l2tp_avp.ts";
import { bench, Captured, control, data, DEVICE, TESTER, verdict } from "../_testing/captured.ts";

const CASE = "l2tp/lns/avps/unknown_mandatory_of_session";
const LCP_7 = "ff03c02101070004";

const UNKNOWN: Avp = {
  ...{ mandatory: true, hidden: false, reserved: 0, length: 6, vendor: 0, type: 1000 },
  value: new Uint8Array(),
};

/** The call of tunnel a was ended by the LNS, and a second one is asked for with an unknown AVP. */
function lonely(): Captured {
  const over = { resultCode: { result: 1 }, assignedSessionId: 222 };
  const request = { assignedSessionId: 112, callSerialNumber: 2 };
  return new Captured().tunnel(TESTER, DEVICE).call(TESTER, DEVICE)
    .send(DEVICE, TESTER, control("CDN", { tunnel: 11, session: 111, ns: 2, nr: 4 }, over))
    .send(TESTER, DEVICE, control(undefined, { tunnel: 22, ns: 4, nr: 3 }))
    .send(TESTER, DEVICE, control("ICRQ", { tunnel: 22, ns: 4, nr: 3 }, request, [UNKNOWN]));
}

function ended(captured: Captured, result: number): Promise<string> {
  const values = { assignedTunnelId: 22, resultCode: { result } };
  captured.send(DEVICE, TESTER, control("StopCCN", { tunnel: 11, ns: 3, nr: 5 }, values));
  return verdict(captured.send(TESTER, DEVICE, data(22, 222, LCP_7)), bench("lns"), CASE);
}

Deno.test("a tunnel that outlived its last call must not end for an AVP of a call", async () => {
  assert.equal(await ended(lonely(), 2), "fail: a CDN | StopCCN result 2 (Ns 3, Nr 5) (11 12)");
});

Deno.test("a tunnel may end when the call with an unknown AVP was its last", async () => {
  const says = /^inconclusive: the other call had ended before/;
  assert.match(await ended(lonely(), 1), says);
  const refused = { resultCode: { result: 2 }, assignedSessionId: 223 };
  const cdn = control("CDN", { tunnel: 11, session: 112, ns: 3, nr: 5 }, refused);
  assert.match(await ended(lonely().send(DEVICE, TESTER, cdn), 2), says);
});

Deno.test("nothing is judged of a tunnel that had ended before", async () => {
  const captured = new Captured().tunnel(TESTER, DEVICE).call(TESTER, DEVICE);
  const values = { assignedTunnelId: 22, resultCode: { result: 2 } };
  captured.send(DEVICE, TESTER, control("StopCCN", { tunnel: 11, ns: 2, nr: 4 }, values));
  const request = { assignedSessionId: 112, callSerialNumber: 2 };
  captured
    .send(TESTER, DEVICE, control("ICRQ", { tunnel: 22, ns: 4, nr: 3 }, request, [UNKNOWN]))
    .send(TESTER, DEVICE, data(22, 222, LCP_7));
  assert.match(
    await verdict(captured, bench("lns"), CASE),
    /^inconclusive: the device had ended the tunnel before: StopCCN result 2/,
  );
});
