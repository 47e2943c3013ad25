import assert from "node:assert/strict";
import { bench, Captured, collect, data, DEVICE, TESTER } from "../_testing/captured.ts";
import { isLcpAnswer, isLcpRequest, pppOf } from "./data.ts";
import { dataFacts } from "./data_collector.ts";

const REQUEST = "ff03c02101070004", NAK = "c0210307000801040 5dc".replace(" ", "");

const messages = (captured: Captured) => collect(dataFacts, captured, bench("lns"));

Deno.test("data is known by its sender, and shown behind header and offset pad", () => {
  const padded = Uint8Array.fromHex(`020200160002000 2aabb${REQUEST}`.replace(" ", ""));
  const { facts } = messages(
    new Captured().send(TESTER, DEVICE, data(7, 8, REQUEST)).send(TESTER, DEVICE, padded),
  );
  assert.deepEqual(facts.map(({ from, payload }) => [from, payload.toHex()]), [
    ["tester", REQUEST],
    ["tester", REQUEST],
  ]);
  assert.deepEqual([facts[0].tunnelId, facts[0].sessionId, facts[0].ns], [7, 8, -1]);
});

Deno.test("an offset past the packet is seen, and the packet shown without it", () => {
  const past = Uint8Array.fromHex(`02020016000207d0${REQUEST}`);
  const { facts: [message] } = messages(new Captured().send(TESTER, DEVICE, past));
  assert.deepEqual([message.pastEnd, message.payload.toHex()], [true, REQUEST]);
});

Deno.test("LCP is answered by Ack, Nak and Reject, with and without address and control", () => {
  const captured = new Captured().send(TESTER, DEVICE, data(7, 8, REQUEST))
    .send(DEVICE, TESTER, data(9, 9, NAK)).send(DEVICE, TESTER, data(9, 9, "ff"));
  const [request, nak, cut] = messages(captured).facts;
  assert.ok(isLcpRequest(request, 7) && !isLcpAnswer(request, 7));
  assert.ok(isLcpAnswer(nak, 7) && !isLcpAnswer(nak, 8) && !isLcpRequest(nak, 7));
  assert.equal(pppOf(cut).protocol, -1);
});

Deno.test("more data than is kept is confessed", () => {
  const captured = new Captured();
  for (let i = 0; i < 8193; i++) captured.send(TESTER, DEVICE, data(7, 8, REQUEST), 0.001);
  assert.equal(messages(captured).excess, "1 data messages beyond the 8192 that are kept");
});
