/** What the invariants of all data that is sent say of captures made by hand. */
import assert from "node:assert/strict";
import { put16 } from "../../captures/wire/octets.ts";
import {
  alone,
  bench,
  Captured,
  control,
  data,
  DEVICE,
  LAC,
  LNS,
  TESTER,
  tunnelAndCall,
  verdict,
} from "./_testing/captured.ts";

const lac = (captured: Captured, name: string) =>
  verdict(captured, alone("lac"), `l2tp/lac/${name}`);
const CDN = control("CDN", { tunnel: 22, session: 222, ns: 4, nr: 2 }, {
  ...{ resultCode: { result: 3 }, assignedSessionId: 111 },
});
const ICCN = { txConnectSpeed: 1, framingType: 1 };

/** The call of the bench, with data of the device as LAC. */
const talking = (...frames: Uint8Array[]) => {
  const captured = new Captured().tunnel(DEVICE, TESTER).call(DEVICE, TESTER);
  for (const frame of frames) captured.send(DEVICE, TESTER, frame, 0.0002);
  return captured;
};
const ofBench = (captured: Captured, name: string) =>
  verdict(captured, bench("lac", {}, ["ppp", "sequencing"]), `l2tp/lac/${name}`);
/** A numbered data message. */
const numbered = (ns: number) => {
  const octets = data(22, 222, "00000000ff03c0210901000400000000");
  octets[0] |= 8;
  put16(octets, 6, ns);
  put16(octets, 8, 0);
  return octets;
};

Deno.test("lengths, reserved bits and frames of data are judged", async () => {
  const frame = "ff03c02109010008aabbccdd";
  const long = Uint8Array.fromHex(`40020100001600de${frame}`);
  assert.match(await ofBench(talking(long), "data/length_sent"), /Length 256 in a datagram of 20/);
  const short = Uint8Array.fromHex(`4002000c001600de${frame}`);
  assert.match(await ofBench(talking(short), "data/length_sent"), /cuts a PPP frame of 12 octets/);
  const offset = Uint8Array.fromHex(`0202001600de0fff${frame}`);
  assert.match(await ofBench(talking(offset), "data/length_sent"), /Offset Size 4095/);
  const reserved = Uint8Array.fromHex(`0012001600de${frame}`);
  assert.match(await ofBench(talking(reserved), "data/reserved_bits_sent"), /0012/);
  const bare = data(22, 222, frame.slice(4));
  assert.match(await ofBench(talking(bare), "data/address_and_control"), /begins with c0210901/);
  for (
    const name of ["length_sent", "reserved_bits_sent", "address_and_control", "whole_datagram"]
  ) {
    assert.equal(await ofBench(talking(data(22, 222, frame)), `data/${name}`), "pass", name);
  }
});

Deno.test("frames other than LCP may lack FF 03 once that was agreed", async () => {
  const request = "0021450000140000000040010000c0000201c0000202";
  const bare = data(22, 222, request);
  const plain = data(22, 222, "ff03c02102010004");
  assert.match(
    await ofBench(talking(plain, bare), "data/address_and_control"),
    /^fail: FF 03 in front of frames as long as no compression is agreed/,
  );
  const agreed = data(22, 222, "ff03c021020100060802");
  assert.equal(await ofBench(talking(agreed, bare), "data/address_and_control"), "pass");
});

Deno.test("numbers of data rise by one and wrap, and a number again is a fault of who sent it", async () => {
  const says = (...ns: number[]) => ofBench(talking(...ns.map(numbered)), "data/numbers_sent");
  assert.equal(await says(0, 1, 2), "pass");
  assert.match(await says(65_534, 65_535, 0, 1), /^fail: Ns 0 first .* \| Ns 65534 first/);
  assert.match(await says(0, 1, 1), /^fail: Ns one more .* \| Ns 1 again/);
  assert.match(await says(0, 1, 4), /Ns 4 where 2 is next/);
  assert.match(await says(0, 1, 2, 3, 1), /Ns 1 where 4 is next/);
  const sequencing = alone("lac");
  sequencing.nodes!.device.profile.classes.push("sequencing");
  const captured = tunnelAndCall();
  for (const ns of [0, 1, 4]) captured.send(LAC, LNS, numbered(ns));
  const numbers = await verdict(captured, sequencing, "l2tp/lac/data/numbers_sent");
  assert.match(numbers, /^inconclusive: numbers of data are missing/);
});

Deno.test("data twice at once is told beside the verdict, and a mirror port is not blamed on anybody", async () => {
  const frames = [1, 2, 3].flatMap((id) => {
    const frame = data(22, 222, `ff03c021090${id}0008aabbccdd`);
    return [frame, frame];
  });
  assert.match(await ofBench(talking(...frames), "data/sent_once"), /^fail: each frame in one/);
  const captured = tunnelAndCall();
  for (const frame of frames) captured.send(LAC, LNS, frame, 0.0002);
  assert.match(
    await lac(captured, "data/sent_once"),
    /^inconclusive: .* as where a mirror port shows frames twice/,
  );
});

Deno.test("data before its call is connected, and behind its end, is found", async () => {
  const frame = data(22, 222, "ff03c02101010004");
  const early = new Captured().tunnel(DEVICE, TESTER).call(DEVICE, TESTER).map((each, i) =>
    [each].slice(0, i < 6 ? 1 : 0)
  )
    .send(DEVICE, TESTER, frame, 1)
    .send(DEVICE, TESTER, control("ICCN", { tunnel: 22, session: 222, ns: 3, nr: 2 }, ICCN), 1);
  assert.match(await ofBench(early, "data/within_calls"), /^fail: no data before its call/);
  const late = talking(frame, CDN).send(DEVICE, TESTER, frame, 3);
  assert.match(await ofBench(late, "data/within_calls"), /^fail: no data behind the end/);
  assert.equal(
    await ofBench(talking(frame, CDN), "data/within_calls"),
    "pass",
  );
});
