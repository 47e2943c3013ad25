import assert from "node:assert/strict";
import { Pair } from "./_testing/pair.ts";

/** Calls of either direction, with everything that a LAC can tell of one. */
const CALL = {
  name: "a",
  callingNumber: "100",
  calledNumber: "200",
  subAddress: "3",
  privateGroupId: "blue",
  bearerType: 2,
  framingType: 2,
  txConnectSpeed: 64_000,
  rxConnectSpeed: 56_000,
  physicalChannelId: 77,
  sequencingRequired: true,
};
const octets = (text: string) => new TextEncoder().encode(text);

/** The only session of a machine. */
function sessionOf({ machine }: Pair["lac"] | Pair["lns"]) {
  const [tunnel] = machine.tunnels.byId.values();
  assert.equal(tunnel.sessions.size, 1);
  return tunnel.sessions.all()[0];
}

for (const side of ["lac", "lns"] as const) {
  const other = side === "lac" ? "lns" : "lac";

  Deno.test(`every result of CDN that the ${side} gives reaches the other end, and ends the call`, () => {
    for (let result = 1; result <= 11; result++) {
      const pair = new Pair().run();
      const error = result === 2 ? { error: 6, message: "no reason" } : {};
      pair[side].machine.instruct({ kind: "hang_up", result, ...error }, pair.now);
      pair.run();
      const [{ direction, ...fields }] = pair.traced(pair[other], "cdn");
      assert.equal(direction, "received");
      assert.deepEqual([fields.result, fields.error, fields.message], [
        result,
        ...result === 2 ? [6, "no reason"] : [undefined, undefined],
      ]);
      assert.equal(pair.traced(pair[other], "session_down").length, 1);
      assert.equal(pair[other].machine.tunnels.byId.size, 1);
    }
  });

  Deno.test(`every result of StopCCN that the ${side} gives reaches the other end, and ends the tunnel`, () => {
    for (let result = 1; result <= 7; result++) {
      const pair = new Pair().run();
      const error = result === 2 ? { error: 4 } : result === 5 ? { error: 0x0100 } : {};
      pair[side].machine.instruct({ kind: "close_tunnel", result, ...error }, pair.now);
      pair.run();
      const [fields] = pair.traced(pair[other], "stop_ccn");
      assert.deepEqual([fields.direction, fields.result], ["received", result]);
      assert.equal(fields.error, "error" in error ? error.error : undefined);
      assert.equal(pair.traced(pair[other], "control_connection_down").length, 1);
      pair.run(pair.now + 60_000);
      assert.equal(pair[other].machine.tunnels.byId.size, 0);
    }
  });
}

Deno.test("a call that a LAC cannot place is refused with the result that tells why", () => {
  for (let outcome = 1; outcome <= 11; outcome++) {
    const pair = new Pair({ calls: [], answers: [{ number: "200", outcome }] }).run();
    pair.lns.machine.instruct({ kind: "dial", name: "out", calledNumber: "200" }, pair.now);
    pair.run();
    assert.deepEqual(pair.traced(pair.lns, "cdn").map(({ result }) => result), [outcome]);
    pair.lns.machine.instruct({ kind: "dial", name: "out", calledNumber: "300" }, pair.now);
    pair.run();
    assert.equal(pair.traced(pair.lns, "cdn").at(-1)!.result, 6, "nobody answers that number");
  }
});

Deno.test("an incoming call tells all that the LAC knows of it, under one serial number", () => {
  const pair = new Pair({ calls: [CALL] }).run();
  const { heard, serial, data } = sessionOf(pair.lns);
  assert.deepEqual(heard.callingNumber, octets("100"));
  assert.deepEqual(heard.calledNumber, octets("200"));
  assert.deepEqual(heard.subAddress, octets("3"));
  assert.deepEqual(heard.privateGroupId, octets("blue"));
  const { bearerType, framingType, txConnectSpeed, rxConnectSpeed, physicalChannelId } = heard;
  const numbers = { bearerType, framingType, txConnectSpeed, rxConnectSpeed, physicalChannelId };
  assert.deepEqual(
    Object.entries(numbers).filter(([name, n]) => CALL[name as "bearerType"] !== n),
    [],
  );
  assert.equal(serial, sessionOf(pair.lac).serial);
  assert.ok(data.required && data.sequencing);
  assert.ok(sessionOf(pair.lac).data.sequencing);
});

Deno.test("an outgoing call is placed as it was asked for, and tells channel, speeds and sequencing", () => {
  const { name: _, calledNumber, ...call } = CALL;
  const pair = new Pair({ calls: [], answers: [{ call }] }).run();
  const order = { kind: "dial", name: "out", calledNumber, subAddress: "3", framingType: 2 };
  pair.lns.machine.instruct({ ...order, bearerType: 2, txConnectSpeed: 9600 }, pair.now);
  pair.run();
  const asked = sessionOf(pair.lac).heard, session = sessionOf(pair.lns);
  assert.deepEqual(asked.calledNumber, octets(calledNumber));
  assert.deepEqual(asked.subAddress, octets("3"));
  assert.deepEqual([asked.framingType, asked.bearerType, asked.maximumBps], [2, 2, 9600]);
  assert.equal(session.heard.physicalChannelId, 77);
  assert.deepEqual([session.heard.txConnectSpeed, session.heard.rxConnectSpeed], [64_000, 56_000]);
  assert.equal(session.serial, sessionOf(pair.lac).serial);
  assert.ok(session.data.required && session.data.sequencing);
});

Deno.test("serial numbers of calls differ, and grow by one", () => {
  const calls = [1, 2, 3].map((n) => ({ name: `call ${n}`, clients: [`10.1.0.${n}/32`] }));
  const pair = new Pair({ calls }).run();
  const serials = pair.traced(pair.lns, "session_up").map(({ serial }) => Number(serial));
  assert.deepEqual(serials, [0, 1, 2].map((n) => (serials[0] + n) >>> 0));
});
