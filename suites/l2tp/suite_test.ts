import assert from "node:assert/strict";
import { avp } from "../../captures/wire/l2tp_attributes.ts";
import {
  alone,
  bench,
  Captured,
  control,
  data,
  DEVICE,
  introduces,
  judge,
  LAC,
  LNS,
  TESTER,
  tunnelAndCall,
  verdict,
} from "./_testing/captured.ts";

/** A capture in which the LAC says one thing more. */
const and = (octets: Uint8Array) => tunnelAndCall().send(LAC, LNS, octets);
const hello = (word = 0xc802, session = 0) =>
  control("HELLO", { tunnel: 22, ns: 4, nr: 2, word, session });

const lac = (captured: Captured, name: string) =>
  verdict(captured, alone("lac"), `l2tp/lac/${name}`);

Deno.test("what conformant ends said passes every rule that it shows something of, in either role", async () => {
  for (const role of ["lac", "lns"]) {
    const found = await judge(tunnelAndCall(), alone(role), "");
    for (const [id, outcome] of Object.entries(found)) {
      const bare = "reason" in outcome &&
        /^no .* (of the L(AC|NS)|behind a Challenge) .*was captured$|^the profile declares no /
          .test(outcome.reason);
      assert.ok(outcome.verdict === "pass" || bare, `${id}: ${JSON.stringify(outcome)}`);
    }
    assert.equal(found[`l2tp/${role}/header/first_octets`].verdict, "pass");
  }
});

Deno.test("a role that nobody plays is inconclusive, and so is a capture of something else", async () => {
  const asked = new Captured().send(LAC, LNS, control("SCCRQ", {}, introduces(11)));
  assert.equal(
    await verdict(asked, alone("lns"), "l2tp/lns/header/first_octets"),
    "inconclusive: no LNS was seen in the captures",
  );
  const dns = Uint8Array.fromHex("80020100000100000000000003777777036d696c0000010001");
  assert.equal(
    await lac(new Captured().send(LAC, LNS, dns), "header/first_octets"),
    "inconclusive: no LAC was seen in the captures",
  );
});

const FAULTS: [name: string, fault: Uint8Array, says: string][] = [
  ["header/first_octets", hello(0xc902), "fail: C8 02 | HELLO (Ns 4, Nr 2): c902 (9)"],
  [
    "keepalive/hello_of_no_session",
    hello(0xc802, 222),
    "fail: Session ID 0 | HELLO (Ns 4, Nr 2): 222 (9)",
  ],
  [
    "avps/bits",
    control("HELLO", { tunnel: 22, ns: 4, nr: 2 }, {}, [
      { ...avp("assignedTunnelId", 7), mandatory: false },
    ]),
    "fail: the M bit set in the Assigned Tunnel ID (§4.4.3) | HELLO (Ns 4, Nr 2): Assigned Tunnel ID has M clear (9)",
  ],
  [
    "avps/needless_mandatory",
    control("HELLO", { tunnel: 22, ns: 4, nr: 2 }, {}, [
      { ...avp("vendorName", new Uint8Array(1)), mandatory: true },
    ]),
    "fail: the M bit clear in the Vendor Name (§4.4.3) | HELLO (Ns 4, Nr 2): Vendor Name has M set (9)",
  ],
  [
    "avps/reserved_bits_sent",
    control("HELLO", { tunnel: 22, ns: 4, nr: 2 }, {}, [
      { ...avp("vendorName", new Uint8Array(1)), reserved: 4 },
    ]),
    "fail: reserved bits clear | HELLO (Ns 4, Nr 2): attribute 8 has reserved bits 4 (9)",
  ],
  [
    "avps/required",
    control("CDN", { tunnel: 22, session: 222, ns: 4, nr: 2 }, { assignedSessionId: 111 }),
    "fail: Result Code in every CDN (§6.12) | CDN (Ns 4, Nr 2): attribute 1 is missing (9)",
  ],
  [
    "avps/message_type_first",
    control(undefined, { tunnel: 22, ns: 4, nr: 2 }),
    "pass",
  ],
  [
    "header/zero_assigned",
    control("ICRQ", { tunnel: 22, ns: 4, nr: 2 }, { assignedSessionId: 0, callSerialNumber: 2 }),
    "fail: an identifier that is not 0 | ICRQ (Ns 4, Nr 2): it assigns 0 (9)",
  ],
  [
    "header/zero_until_assigned",
    control("ICRQ", { tunnel: 22, session: 9, ns: 4, nr: 2 }, {
      ...{ assignedSessionId: 112, callSerialNumber: 2 },
    }),
    "fail: identifiers of 0 | ICRQ (Ns 4, Nr 2): Tunnel ID 22 and Session ID 9 (9)",
  ],
  [
    "header/identifiers",
    control("CDN", { tunnel: 22, ns: 4, nr: 2 }, {
      ...{ resultCode: { result: 3 }, assignedSessionId: 111 },
    }),
    "fail: Session ID 222 | CDN result 3 (Ns 4, Nr 2) with Tunnel ID 22 and Session ID 0 (9)",
  ],
  [
    "conversation",
    control("StopCCN", { tunnel: 22, ns: 4, nr: 2 }, {
      ...{ assignedTunnelId: 12, resultCode: { result: 1 } },
    }),
    "fail: a StopCCN with Assigned Tunnel ID 11 | 12 (1 9)",
  ],
  [
    "avps/reserved_capabilities",
    control("SCCRQ", {}, { ...introduces(12), framingCapabilities: 7 }),
    "fail: reserved bits of 0 in the Framing Capabilities (§4.4.3) | SCCRQ (Ns 0, Nr 0): attribute 3 is 00000007 (9)",
  ],
];

for (const [name, fault, says] of FAULTS) {
  Deno.test(`${name} says of captures alone what is wrong, and where`, async () => {
    assert.equal(await lac(and(fault), name), says);
  });
}

Deno.test("a number left out is inconclusive with captures alone, which may lack it", async () => {
  const late = control("HELLO", { tunnel: 22, ns: 7, nr: 2 });
  assert.equal(
    await lac(and(late), "reliable/ns"),
    "inconclusive: no message with Ns 4 was captured before one with Ns 7",
  );
});

Deno.test("data from another port than control is found", async () => {
  const other = { ...LAC, port: 5001 };
  const frame = data(22, 222, "ff03c021");
  assert.equal(
    await lac(tunnelAndCall().send(other, LNS, frame), "transport/one_address"),
    "fail: 192.0.2.1:5000 | 192.0.2.1:5001 (1 9)",
  );
  assert.equal(await lac(tunnelAndCall().send(LAC, LNS, frame), "transport/one_address"), "pass");
});

Deno.test("a missing UDP checksum is found, unless the capture is older than any checksum", async () => {
  const bare = tunnelAndCall().send(LAC, LNS, hello(), 0.01, false);
  assert.match(await lac(bare, "transport/checksums"), /^fail: a UDP checksum/);
  // The IPv4 header has none either.
  bare.frames.at(-1)!.bytes.fill(0, 10, 12);
  assert.equal(await lac(bare, "transport/checksums"), "pass");
});

/** The tester opens tunnel a at an LNS under test, sends something, and opens another in the end. */
function atBench(stimulus: Uint8Array | undefined, answer: Uint8Array | undefined): Captured {
  const captured = new Captured().tunnel(TESTER, DEVICE);
  if (stimulus !== undefined) captured.send(TESTER, DEVICE, stimulus);
  if (answer !== undefined) captured.send(DEVICE, TESTER, answer);
  return captured.send(TESTER, DEVICE, control("SCCRQ", {}, introduces(13)))
    .send(DEVICE, TESTER, control("SCCRP", { tunnel: 13, nr: 1 }, introduces(23)))
    .send(TESTER, DEVICE, control("SCCCN", { tunnel: 23, ns: 1, nr: 1 }))
    .send(DEVICE, TESTER, control(undefined, { tunnel: 13, ns: 1, nr: 2 }));
}

const unknown = control("HELLO", { tunnel: 22, ns: 2, nr: 1 }, {}, [
  { ...avp("vendorName", new Uint8Array(1)), type: 1000, mandatory: true },
]);
const stop = control("StopCCN", { tunnel: 11, ns: 1, nr: 3 }, {
  ...{ assignedTunnelId: 22, resultCode: { result: 2, error: 8 } },
});

Deno.test("a case passes, fails and cannot tell, as its stimulus and the answer are there", async () => {
  const says = (...what: Parameters<typeof atBench>) =>
    verdict(atBench(...what), bench("lns"), "l2tp/lns/avps/unknown_error");
  assert.equal(await says(unknown, stop), "pass");
  const other = control("StopCCN", { tunnel: 11, ns: 1, nr: 3 }, {
    ...{ assignedTunnelId: 22, resultCode: { result: 2, error: 6 } },
  });
  assert.equal(
    await says(unknown, other),
    "fail: result 2 with error 8 | StopCCN result 2 error 6 (Ns 1, Nr 3) (5 6)",
  );
  assert.equal(await says(unknown, undefined), "inconclusive: the device ended nothing for it");
  assert.equal(
    await says(undefined, undefined),
    "inconclusive: no unknown mandatory AVP was captured",
  );
});

Deno.test("what died of a stimulus, or never lived, is inconclusive where silence is right", async () => {
  const says = (captured: Captured) =>
    verdict(captured, bench("lns"), "l2tp/lns/avps/unknown_message");
  const message = control("HELLO", { tunnel: 22, ns: 2, nr: 1 });
  message[19] = 99;
  assert.equal(await says(atBench(message, stop)), "pass");
  const died = new Captured().tunnel(TESTER, DEVICE).send(TESTER, DEVICE, message)
    .send(DEVICE, TESTER, stop);
  assert.equal(
    await says(died),
    "inconclusive: the tunnel with Tunnel ID 13 of the tester was not established",
  );
});
