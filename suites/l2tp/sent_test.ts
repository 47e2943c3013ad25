/** What the invariants of everything that is sent say of captures made by hand. */
import assert from "node:assert/strict";
import { type AttributeValues, avp } from "../../captures/wire/l2tp_attributes.ts";
import type { Avp } from "../../captures/wire/l2tp_avp.ts";
import type { MessageName } from "../../captures/wire/l2tp_message.ts";
import { put16 } from "../../captures/wire/octets.ts";
import {
  alone,
  bench,
  Captured,
  control,
  DEVICE,
  introduces,
  LAC,
  LNS,
  TESTER,
  tunnelAndCall,
  verdict,
} from "./_testing/captured.ts";

const lac = (captured: Captured, name: string) =>
  verdict(captured, alone("lac"), `l2tp/lac/${name}`);
const lns = (captured: Captured, name: string) =>
  verdict(captured, alone("lns"), `l2tp/lns/${name}`);

/** The next message of the LAC, and of the LNS, behind the call. */
const say = (
  name: MessageName,
  values: Partial<AttributeValues> = {},
  extra: readonly Avp[] = [],
  session = 0,
) => control(name, { tunnel: 22, session, ns: 4, nr: 2 }, values, extra);
const reply = (name: MessageName, values: Partial<AttributeValues> = {}, session = 0) =>
  control(name, { tunnel: 11, session, ns: 2, nr: 4 }, values);
const and = (octets: Uint8Array) => tunnelAndCall().send(LAC, LNS, octets);

/** An AVP with other octets, and the length that they make. */
const of = (record: Avp, value: readonly number[]): Avp => ({
  ...record,
  length: 6 + value.length,
  value: Uint8Array.from(value),
});
/** A message with another Length, or other octets at its end. */
function lengthened(octets: Uint8Array, length: number): Uint8Array {
  put16(octets, 2, length);
  return octets;
}
const behind = (octets: Uint8Array, ...more: number[]) => {
  const all = Uint8Array.of(...octets, ...more);
  return lengthened(all, all.length);
};

const CDN = { resultCode: { result: 3 }, assignedSessionId: 111 };
const NO_ERRORS = {
  ...{ reserved: 0, crcErrors: 0, framingErrors: 0, hardwareOverruns: 0 },
  ...{ bufferOverruns: 0, timeOutErrors: 0, alignmentErrors: 0 },
};
const ICCN = { txConnectSpeed: 1, framingType: 1 };

const FAULTS: [name: string, octets: Uint8Array, says: string][] = [
  [
    "header/length_sent",
    lengthened(say("HELLO"), 40),
    "fail: a Length from 12 to the octets of the datagram (§3.1) | HELLO (Ns 4, Nr 2): Length 40 in a datagram of 20 octets (9)",
  ],
  [
    "header/whole_datagram",
    lengthened(Uint8Array.of(...say("HELLO"), 0, 0), 20),
    "fail: a Length of all octets of the datagram (§3.1) | HELLO (Ns 4, Nr 2): Length 20 in a datagram of 22 octets (9)",
  ],
  [
    "avps/fill_message",
    behind(say("HELLO"), 0, 0, 0, 0, 3, 0xe8),
    "fail: AVPs that fill a message of Length 26 (§4.1) | HELLO (Ns 4, Nr 2): no AVP can be read 8 octets behind the header (9)",
  ],
  [
    "avps/fill_message",
    behind(say("HELLO"), 0x80, 9, 0, 0, 0, 10, 0, 4),
    "fail: AVPs that fill a message of Length 28 (§4.1) | HELLO (Ns 4, Nr 2): no AVP can be read 8 octets behind the header (9)",
  ],
  [
    "avps/of_other_messages",
    say("HELLO", { receiveWindowSize: 4 }),
    "fail: the AVPs of §6.5 in a HELLO, and none that only others use | HELLO (Ns 4, Nr 2): Receive Window Size of length 8 with value 0004 (9)",
  ],
  [
    "avps/once",
    say("CDN", CDN, [avp("assignedSessionId", 111)], 222),
    "fail: one Assigned Session ID in a message (§4.4, §6) | CDN result 3 (Ns 4, Nr 2): a second: Assigned Session ID of length 8 with value 006f (9)",
  ],
  [
    "avps/value_lengths",
    say("ICRQ", { assignedSessionId: 112 }, [of(avp("callSerialNumber", 0), [0, 2])]),
    "fail: length 10 of the Call Serial Number (§4.4.4) | ICRQ (Ns 4, Nr 2): Call Serial Number of length 8 with value 0002 (9)",
  ],
  [
    "avps/result_codes",
    say("CDN", { ...CDN, resultCode: { result: 0x0300 } }, [], 222),
    "fail: Result Code of a CDN from 1 to 11 (§4.4.2) | CDN result 768 (Ns 4, Nr 2): 0x0300 (3 with its octets swapped, probably) (9)",
  ],
  [
    "avps/result_codes",
    say("CDN", { ...CDN, resultCode: { result: 2, error: 99 } }, [], 222),
    "fail: Error Code from 0 to 8 (§4.4.2) | CDN result 2 error 99 (Ns 4, Nr 2): 0x0063 (9)",
  ],
  // Registered since: by RFC 3308, and with the codes of general errors.
  ["avps/result_codes", say("CDN", { ...CDN, resultCode: { result: 12 } }, [], 222), "pass"],
  [
    "avps/result_codes",
    say("CDN", { ...CDN, resultCode: { result: 2, error: 9 } }, [], 222),
    "pass",
  ],
  [
    "avps/ranges",
    control("SCCRQ", {}, { ...introduces(12), receiveWindowSize: 0 }),
    "fail: a Receive Window Size of 1 to 65535 (§4.4.3) | SCCRQ (Ns 0, Nr 0): Receive Window Size of length 8 with value 0000 (9)",
  ],
  [
    "avps/text",
    say("ICRQ", {
      ...{ assignedSessionId: 112, callSerialNumber: 2 },
      calledNumber: Uint8Array.of(0x31, 0xb2),
    }),
    "fail: Called Number in ASCII (§4.4.4) | ICRQ (Ns 4, Nr 2): octets 31b2 (9)",
  ],
  // Octets that are no text at all may be a vendor's own.
  [
    "avps/text",
    control("SCCRQ", {}, { ...introduces(12), vendorName: Uint8Array.of(0x01, 0xff) }),
    "pass",
  ],
  [
    "avps/error_messages",
    say("CDN", { ...CDN, resultCode: { result: 2, error: 8 } }, [], 222),
    "fail: an Error Message beside error 8 that says more (§4.4.2) | CDN result 2 error 8 (Ns 4, Nr 2): none (9)",
  ],
  [
    "control/order",
    control("SCCCN", { tunnel: 22, ns: 4, nr: 2 }),
    "fail: each message of the tunnel's beginning once (§5.1, §7.2.1) | SCCCN (Ns 4, Nr 2) (9)",
  ],
  [
    "sessions/order",
    say("ICCN", ICCN, [], 222),
    "fail: one ICCN in a call (§5.2, §7.4, §7.5) | ICCN (Ns 4, Nr 2) behind ICCN (Ns 3, Nr 2) to the same request (5 7 9)",
  ],
  [
    "sessions/order",
    say("ICCN", ICCN, [], 223),
    "fail: ICCN of a call that was asked for (§5.2, §7) | ICCN (Ns 4, Nr 2) (9)",
  ],
  [
    "sessions/senders",
    say("SLI", { accm: { reserved: 0, send: 0, receive: 0 } }, [], 222),
    "fail: SLI from LNSs alone (§6.14) | SLI (Ns 4, Nr 2) (5 9)",
  ],
  ["sessions/senders", say("WEN", { callErrors: NO_ERRORS }, [], 222), "pass"],
  [
    "reliable/same_message",
    control("ICCN", { tunnel: 22, session: 222, ns: 3, nr: 2 }, { ...ICCN, txConnectSpeed: 9 }),
    "fail: Ns 3 again for the same message alone: ICCN (Ns 3, Nr 2) (§5.8) | ICCN (Ns 3, Nr 2) with other AVPs (7 9)",
  ],
  [
    "sessions/serial_numbers",
    say("ICRQ", { assignedSessionId: 112, callSerialNumber: 1 }),
    "fail: a Call Serial Number greater than 1 (§4.4.4) | 1 (5 9)",
  ],
];

for (const [i, [name, octets, says]] of FAULTS.entries()) {
  Deno.test(`${name} says of captures alone what is wrong, or that nothing is (${i})`, async () => {
    assert.equal(await lac(and(octets), name), says);
  });
}

Deno.test("a failure cites every message with such a fault", async () => {
  const swapped = { ...CDN, resultCode: { result: 0x0300 } };
  const captured = and(say("CDN", swapped, [], 222)).send(
    LAC,
    LNS,
    control("StopCCN", { tunnel: 22, ns: 5, nr: 2 }, {
      ...{ assignedTunnelId: 11, resultCode: { result: 0x0100 } },
    }),
  );
  assert.match(await lac(captured, "avps/result_codes"), /and 1 more such message \(9 10\)$/);
});

Deno.test("a vendor's AVP, and one that RFC 2661 does not define, may stand anywhere, twice", async () => {
  const unknown = { ...avp("vendorName", Uint8Array.of(1)), type: 46 };
  const vendors = { ...avp("receiveWindowSize", 0), vendor: 9, mandatory: false };
  const captured = and(say("HELLO", {}, [unknown, unknown, vendors, vendors]));
  for (const name of ["of_other_messages", "once", "value_lengths", "ranges", "bits"]) {
    assert.equal(await lac(captured, `avps/${name}`), "pass", name);
  }
});

Deno.test("what a role sends behind its own ending is found, and the answer to a stray message is not", async () => {
  const ended = and(say("CDN", CDN, [], 222));
  const more = control("WEN", { tunnel: 22, session: 222, ns: 5, nr: 2 }, {
    callErrors: NO_ERRORS,
  });
  assert.match(await lac(ended.send(LAC, LNS, more), "sessions/after_disconnect"), /\(9 10\)$/);
  // A CDN of the LNS, an ICRP that should not be, and another CDN of who has no such call any more.
  const cdn = { resultCode: { result: 4 }, assignedSessionId: 222 };
  const again = control("CDN", { tunnel: 11, session: 111, ns: 3, nr: 5 }, cdn);
  const refused = () => tunnelAndCall().send(LNS, LAC, reply("CDN", cdn, 111));
  assert.match(await lns(refused().send(LNS, LAC, again), "sessions/after_disconnect"), /^fail/);
  const stray = say("ICRP", { assignedSessionId: 111 }, [], 222);
  assert.equal(
    await lns(refused().send(LAC, LNS, stray).send(LNS, LAC, again), "sessions/after_disconnect"),
    "pass",
  );
  const stop = { assignedTunnelId: 11, resultCode: { result: 1 } };
  const late = control("HELLO", { tunnel: 22, ns: 5, nr: 2 });
  assert.match(
    await lac(and(say("StopCCN", stop)).send(LAC, LNS, late), "control/after_stop"),
    /^fail: nothing but acknowledgements behind a StopCCN/,
  );
});

Deno.test("captures that lack messages blame nobody for what may have stood there", async () => {
  const cut = tunnelAndCall().map((frame, i) => i === 5 ? [] : [frame]);
  assert.equal(await lac(cut, "sessions/order"), "pass");
  const late = tunnelAndCall().map((frame, i) => i < 6 ? [] : [frame]);
  for (const name of ["sessions/order", "control/order", "sessions/senders", "reliable/nr"]) {
    assert.match(await lac(late, name), /^(pass|inconclusive)/, name);
  }
});

Deno.test("Nr that goes back is found once no network explains it, and one ahead where all was captured", async () => {
  const back = control("HELLO", { tunnel: 22, ns: 4, nr: 1 });
  assert.equal(await lac(and(back), "reliable/nr"), "pass");
  const later = tunnelAndCall().send(LAC, LNS, back, 2);
  assert.match(await lac(later, "reliable/nr"), /^fail: Nr 2 or more, .* \(7 9\)$/);
  const ahead = control("HELLO", { tunnel: 22, ns: 4, nr: 9 });
  const atBench = new Captured().tunnel(DEVICE, TESTER).call(DEVICE, TESTER);
  assert.match(
    await verdict(atBench.send(DEVICE, TESTER, ahead), bench("lac"), "l2tp/lac/reliable/nr"),
    /^fail: Nr 2 at the most, as no more was sent to it \(§5.8\) \| HELLO/,
  );
  assert.equal(await lac(and(ahead), "reliable/nr"), "pass");
});

Deno.test("a window is overrun where all was captured, and may be where acknowledgements are missing", async () => {
  const flood = (captured: Captured, from = LAC, to = LNS) => {
    for (let ns = 4; ns < 9; ns++) {
      captured.send(from, to, control("HELLO", { tunnel: 22, ns, nr: 2 }));
    }
    return captured;
  };
  const atBench = flood(new Captured().tunnel(DEVICE, TESTER).call(DEVICE, TESTER), DEVICE, TESTER);
  assert.equal(
    await verdict(atBench, bench("lac"), "l2tp/lac/reliable/outstanding"),
    "fail: 4 messages outstanding at the most (§5.8) | 5 at HELLO (Ns 8, Nr 2) (8 13)",
  );
  assert.match(
    await lac(flood(tunnelAndCall()), "reliable/outstanding"),
    /^inconclusive: 5 at HELLO/,
  );
});

Deno.test("a HELLO to Tunnel ID 0 is found once the peer has told its own, and an SCCRQ is not", async () => {
  const hello = control("HELLO", { ns: 4, nr: 2 });
  assert.equal(
    await lac(and(hello), "header/identifiers"),
    "fail: Tunnel ID 22, which its receiver assigned (§4.4.3) | HELLO (Ns 4, Nr 2) with Tunnel ID 0 and Session ID 0 (9)",
  );
  const body = control(undefined, { ns: 4, nr: 2 });
  assert.match(await lac(and(body), "header/identifiers"), /^fail: Tunnel ID 22/);
  // Who was refused may not know of any identifier.
  const refused = new Captured().send(LAC, LNS, control("SCCRQ", {}, introduces(11)))
    .send(
      LNS,
      LAC,
      control("StopCCN", { tunnel: 11, nr: 1 }, {
        ...{ assignedTunnelId: 22, resultCode: { result: 4 } },
      }),
    )
    .send(LAC, LNS, control(undefined, { ns: 1, nr: 1 }));
  assert.equal(await lac(refused, "header/identifiers"), "pass");
});

Deno.test("what ends a call or a tunnel names neither as 0", async () => {
  assert.match(
    await lac(and(say("CDN", { ...CDN, assignedSessionId: 0 }, [], 222)), "header/zero_assigned"),
    /it assigns 0 \(9\)$/,
  );
});

Deno.test("who assigned Tunnel ID 0 gets it back, whatever another tunnel has", async () => {
  const zero = control("SCCRQ", {}, introduces(0));
  const back = control("SCCRP", { nr: 1 }, introduces(33));
  const asked = tunnelAndCall().send(LAC, LNS, zero).send(LNS, LAC, back);
  assert.equal(await lns(asked, "header/identifiers"), "pass");
  const unasked = tunnelAndCall().send(LNS, LAC, back);
  assert.match(await lns(unasked, "header/identifiers"), /^fail: Tunnel ID 11, .* SCCRP/);
});
