import assert from "node:assert/strict";
import { alone, Captured, control, introduces } from "../_testing/captured.ts";
import { collect } from "../_testing/captured.ts";
import { controlFacts } from "./control_collector.ts";
import { numbered } from "./delivery.ts";

const LAC = { address: "192.0.2.1", port: 1701 }, LNS = { address: "192.0.2.2", port: 1701 };

/** What is said of the numbers of the LAC. */
function lac(captured: Captured, complete = true): string {
  const { connections: [{ initiator }] } = collect(controlFacts, captured, alone("lac")).facts;
  const verdict = numbered(initiator, complete);
  return verdict?.verdict === "fail"
    ? `${verdict.expected}, not ${verdict.actual}`
    : verdict?.verdict === "inconclusive"
    ? verdict.reason
    : "right";
}

const tunnel = () => new Captured().tunnel(LAC, LNS);
const hello = (ns: number) => control("HELLO", { tunnel: 22, ns, nr: 1 });
const zlb = (ns: number, nr: number) => control(undefined, { tunnel: 22, ns, nr });

Deno.test("Ns begins at zero and grows by one, and repetitions and bodies of no length do not matter", () => {
  const captured = tunnel().send(LAC, LNS, hello(2)).send(LAC, LNS, hello(2), 1)
    .send(LAC, LNS, zlb(3, 1)).send(LAC, LNS, hello(3));
  assert.equal(lac(captured), "right");
});

Deno.test("a number left out is wrong where everything was captured, and else says nothing", () => {
  const captured = tunnel().send(LAC, LNS, hello(3));
  assert.equal(lac(captured), "Ns 2, not HELLO (Ns 3, Nr 1)");
  assert.equal(lac(captured, false), "no message with Ns 2 was captured before one with Ns 3");
});

Deno.test("a zero-length body with an old number is wrong only if it was sent after a newer message", () => {
  const old = tunnel().send(LNS, LAC, control("HELLO", { tunnel: 11, ns: 1, nr: 2 }))
    .send(LAC, LNS, zlb(0, 2));
  assert.equal(lac(old), "a ZLB with Ns 2, not ZLB (Ns 0, Nr 2)");
  // One that was overtaken acknowledges nothing new.
  assert.equal(lac(tunnel().send(LAC, LNS, zlb(1, 1))), "right");
});

Deno.test("a zero-length body counts what is held back, but not where nothing is", () => {
  const idle = tunnel().send(LNS, LAC, control("HELLO", { tunnel: 11, ns: 1, nr: 2 }))
    .send(LAC, LNS, zlb(5, 2));
  assert.equal(lac(idle), "a ZLB with Ns 2, not ZLB (Ns 5, Nr 2)");
  const busy = tunnel().send(LAC, LNS, hello(2)).send(LAC, LNS, zlb(5, 1));
  assert.equal(lac(busy), "right");
});

Deno.test("an acknowledgement that passes the tap just before a body need not have reached its sender", () => {
  const late = tunnel().send(LAC, LNS, hello(2))
    .send(LNS, LAC, control("HELLO", { tunnel: 11, ns: 1, nr: 2 }))
    .send(LNS, LAC, control(undefined, { tunnel: 11, ns: 2, nr: 3 }))
    .send(LAC, LNS, zlb(5, 2));
  assert.equal(lac(late), "right");
});

Deno.test("numbers go on from 65535 with 0, and from any number where the beginning is missing", () => {
  const captured = tunnel().send(LAC, LNS, hello(65_535)).send(LAC, LNS, hello(0))
    .send(LAC, LNS, hello(1)).map((frame, i) => i < 3 ? [] : [frame]);
  const { connections } = collect(controlFacts, captured, alone("lac")).facts;
  const ends = connections.flatMap(({ ends }) => ends).filter(({ party }) => party === "192.0.2.1");
  assert.deepEqual(ends.map((end) => numbered(end, true)), ends.map(() => undefined));
});

Deno.test("an SCCRQ with another number than 0 is wrong", () => {
  const captured = new Captured().send(LAC, LNS, control("SCCRQ", { ns: 1 }, introduces(11)));
  assert.equal(lac(captured), "Ns 0, not SCCRQ (Ns 1, Nr 0)");
});
