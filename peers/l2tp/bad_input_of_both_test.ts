/** What no LAC and no LNS may fall over: the same hostile input for both, on a tunnel that is up. */
import assert from "node:assert/strict";
import * as l2tp from "../../captures/wire/l2tp.ts";
import { encode as encodeAvp } from "../../captures/wire/l2tp_avp.ts";
import { avp } from "../../captures/wire/l2tp_attributes.ts";
import { type MessageName, MessageType } from "../../captures/wire/l2tp_message.ts";
import { put16 } from "../../captures/wire/octets.ts";
import { anyAvp, established, INTRODUCTION, Probe } from "./_testing/probe.ts";

const ROLES = ["lns", "lac"] as const;
/** A stranger's address, so that its SCCRQs are no repetitions of one another. */
const stranger = (n: number) => ({ address: `10.8.${n >> 8 & 255}.${n & 255}`, port: 1701 });

/** The tunnel of the probe is there and acknowledges. */
function serves(probe: Probe): void {
  assert.ok(probe.say("HELLO").includes("ZLB"));
}

/** A control message of the probe's tunnel with these AVPs behind its Message Type. */
function message(probe: Probe, name: MessageName, ...avps: ReturnType<typeof anyAvp>[]) {
  const all = [avp("messageType", MessageType[name]), ...avps];
  const body = Uint8Array.of(...all.flatMap((record) => [...encodeAvp(record)]));
  const numbers = { tunnelId: probe.tunnelId, sessionId: 0, ns: probe.ns, nr: probe.nr };
  const length = l2tp.CONTROL_LENGTH + body.length;
  const header = l2tp.encode({ flags: l2tp.CONTROL_FLAGS, version: 2, length, ...numbers });
  return Uint8Array.of(...header, ...body);
}

for (const role of ROLES) {
  const up = (config: Record<string, unknown> = {}) => established(role, config);

  Deno.test(`${role}: headers of versions 0 to 15, L2F among them, are discarded and 2 is served`, () => {
    const probe = up();
    for (let version = 0; version < 16; version++) {
      if (version === 2) continue;
      for (const flags of [0xc800, 0x0000, 0x4000, 0xffff & ~15]) {
        assert.deepEqual(probe.say("HELLO", {}, { version, flags, ns: probe.ns }), []);
      }
    }
    serves(probe);
  });

  Deno.test(`${role}: a message cut short anywhere is discarded, as a lone fragment would be`, () => {
    const probe = up();
    const whole = message(probe, "HELLO", anyAvp(8, [1, 2, 3, 4], { mandatory: false }));
    for (let octets = 0; octets < whole.length; octets++) {
      assert.deepEqual(probe.raw(whole.slice(0, octets)), []);
      assert.deepEqual(probe.raw(whole.slice(octets + 1)), []);
    }
    serves(probe);
  });

  Deno.test(`${role}: an AVP that ends with the message before its value does is answered by its M bit`, () => {
    for (const mandatory of [true, false]) {
      for (let octets = 1; octets < 10; octets++) {
        const probe = up();
        const whole = message(probe, "HELLO", anyAvp(8, [1, 2, 3, 4], { mandatory }));
        const cut = whole.slice(0, whole.length - 10 + octets);
        put16(cut, 2, cut.length);
        const [answer] = probe.raw(cut).map(({ label }) => label.split(" ")[0]);
        assert.equal(answer, mandatory ? "StopCCN" : "ZLB", `${octets} octets`);
      }
    }
  });

  Deno.test(`${role}: AVP lengths 0 to 5, and oversized ones, are answered by the M bit and end no loop`, () => {
    for (const length of [0, 1, 2, 3, 4, 5, 11, 1023]) {
      const wrong = (mandatory: boolean) =>
        up().say("HELLO", {}, { extraAvps: [anyAvp(8, [1, 2, 3, 4], { length, mandatory })] });
      assert.deepEqual(wrong(true), ["StopCCN 2/2"], `${length}`);
      assert.deepEqual(wrong(false), ["ZLB"], `${length}`);
    }
  });

  Deno.test(`${role}: an unknown mandatory AVP ends the tunnel, or the call, whatever the message`, () => {
    const extraAvps = [anyAvp(1000, [1])];
    for (const name of ["HELLO", "SCCRQ", "SCCRP", "SCCCN"] as const) {
      const probe = up();
      const { tunnelId } = probe;
      const [answer] = probe.say(name, name === "HELLO" ? {} : INTRODUCTION, {
        extraAvps,
        tunnelId,
      });
      // One that is out of order besides ends it for that reason.
      assert.equal(answer, name === "HELLO" ? "StopCCN 2/8" : "StopCCN 7/0", name);
    }
    const [request, values] = role === "lns"
      ? ["ICRQ", { assignedSessionId: 6, callSerialNumber: 2 }] as const
      : ["OCRQ", { ...OCRQ, assignedSessionId: 6 }] as const;
    const probe = up();
    assert.deepEqual(probe.say(request, values, { extraAvps }), ["CDN 2/8"]);
    serves(probe);
  });

  Deno.test(`${role}: a CDN or a StopCCN ends what it is about, whatever else it carries`, () => {
    const extraAvps = [anyAvp(1000, [1]), anyAvp(12, [0]), anyAvp(1, [], { mandatory: false })];
    const probe = up();
    assert.deepEqual(
      probe.say("CDN", { resultCode: { result: 9 }, assignedSessionId: 1 }, { extraAvps }),
      [
        "ZLB",
      ],
    );
    serves(probe);
    const stop = { resultCode: { result: 99 }, assignedTunnelId: 77 };
    assert.deepEqual(probe.say("StopCCN", stop, { extraAvps }), ["ZLB"]);
    assert.deepEqual(probe.say("ICRQ", { assignedSessionId: 9, callSerialNumber: 1 }), ["ZLB"]);
  });

  Deno.test(`${role}: a message that comes early is taken as it came, though its octets are gone`, () => {
    const probe = up();
    const wrong = role === "lns" ? "OCRQ" : "ICRQ";
    assert.deepEqual(probe.say(wrong, { ...OCRQ, assignedSessionId: 9 }, { ns: probe.ns + 1 }), []);
    probe.say("HELLO");
    assert.deepEqual(probe.traced("cdn").map(({ peer_session }) => peer_session), [9]);
  });

  Deno.test(`${role}: an Nr beyond anything sent acknowledges nothing`, () => {
    const probe = up();
    // Something is outstanding: a reply to a call of the wrong direction.
    const wrong = role === "lns" ? "OCRQ" : "ICRQ";
    const [refusal] = probe.say(wrong, { ...OCRQ, assignedSessionId: 9 });
    assert.match(refusal, /CDN|ICRQ/);
    for (const ahead of [2, 100, 0x7fff, 0x8000, 0xfff0]) {
      probe.say("ZLB", {}, { nr: (probe.nr + ahead) & 0xffff });
    }
    const again = probe.names(probe.now + 1500);
    assert.ok(again.length > 0, "it is sent again");
    serves(probe);
  });

  Deno.test(`${role}: 70,000 messages wrap Ns, and a duplicate from before the wrap is known`, () => {
    // A LAC without calls, so that it has nothing else to say.
    const quiet = new Probe(role, role === "lac" ? { calls: [] } : {}).establish();
    const hello = message(quiet, "HELLO");
    const say = (ns: number) => {
      put16(hello, 8, ns);
      quiet.machine.receive("wan0", hello, quiet.now, quiet.from);
      let last: Uint8Array | undefined;
      for (let t = quiet.machine.transmit(0); t; t = quiet.machine.transmit(0)) last = t.packet;
      return last === undefined ? -1 : l2tp.decode(last).record!.nr!;
    };
    const first = quiet.ns;
    for (let i = 0; i < 70_000; i++) {
      const ns = (first + i) & 0xffff;
      if (say(ns) !== ((ns + 1) & 0xffff)) assert.fail(`message ${i} is not acknowledged`);
    }
    const next = (first + 70_000) & 0xffff;
    assert.equal(say((next - 30_000) & 0xffff), next);
  });

  Deno.test(`${role}: a flood of SCCRQ is bounded, and the tunnel that is there is served`, () => {
    const probe = up({ halfOpenLimit: 20 });
    const { ns, nr, tunnelId } = probe;
    const before = probe.machine.tunnels.byId.size;
    for (let n = 1; n <= 3000; n++) {
      const from = stranger(n);
      const values = n % 3 === 0
        ? { ...INTRODUCTION, protocolVersion: { version: 9, revision: 9 } }
        : INTRODUCTION;
      probe.send("SCCRQ", { ...values, assignedTunnelId: 1 + n % 7 }, { from, ns: 0, nr: 0 });
      // Some are taken back at once, which must not make room for ever more.
      const stop = { resultCode: { result: 1 }, assignedTunnelId: 1 + n % 7 };
      if (n % 5 === 0) probe.send("StopCCN", stop, { from, tunnelId: 0, ns: 1, nr: 1 });
    }
    assert.ok(probe.machine.tunnels.byId.size <= before + 20);
    Object.assign(probe, { ns, nr, tunnelId });
    serves(probe);
    probe.hear(probe.now + 100_000);
    assert.ok(probe.machine.tunnels.byId.size <= before);
    assert.equal(probe.machine.tunnels.halfOpen.size, 0);
    assert.ok(probe.machine.tunnels.begun.size <= before);
  });
}

Deno.test("calls that are asked for and never acknowledged are bounded", () => {
  const probe = established("lns", { sessionLimit: 5 });
  const { nr } = probe;
  for (let n = 1; n <= 3000; n++) {
    probe.nr = nr;
    probe.send("ICRQ", { assignedSessionId: n, callSerialNumber: n });
  }
  const [tunnel] = probe.machine.tunnels.byId.values();
  assert.equal(tunnel.sessions.size, 5);
  probe.hear(probe.now + 200_000);
  assert.equal(probe.machine.tunnels.byId.size, 0);
});

const OCRQ = {
  callSerialNumber: 1,
  minimumBps: 1,
  maximumBps: 2,
  bearerType: 1,
  framingType: 1,
  calledNumber: new Uint8Array([0x31]),
};

Deno.test("an LNS ends a call by an unknown mandatory AVP in each of its messages", () => {
  const extraAvps = [anyAvp(1000, [1])];
  const values = {
    ICCN: { txConnectSpeed: 1, framingType: 1 },
    WEN: { callErrors: NO_ERRORS },
  };
  for (const name of ["ICCN", "WEN"] as const) {
    const probe = established("lns");
    probe.say("ICRQ", { assignedSessionId: 5, callSerialNumber: 1 });
    const { sessionId } = probe;
    if (name === "WEN") probe.say("ICCN", values.ICCN, { sessionId });
    const heard = probe.say(name, values[name], { extraAvps, sessionId });
    assert.ok(heard.includes("CDN 2/8"), `${name}: ${heard}`);
    serves(probe);
  }
});

const NO_ERRORS = {
  reserved: 0,
  crcErrors: 0,
  framingErrors: 0,
  hardwareOverruns: 0,
  bufferOverruns: 0,
  timeOutErrors: 0,
  alignmentErrors: 0,
};

Deno.test("a LAC ends a call by an unknown mandatory AVP in each of its messages", () => {
  const extraAvps = [anyAvp(1000, [1])];
  for (const name of ["ICRP", "SLI"] as const) {
    const probe = established("lac");
    const { sessionId } = probe;
    assert.ok(sessionId > 0);
    const reply = { assignedSessionId: 5 };
    if (name === "SLI") probe.say("ICRP", reply, { sessionId });
    const values = name === "SLI" ? { accm: { reserved: 0, send: 0, receive: 0 } } : reply;
    const heard = probe.say(name, values, { extraAvps, sessionId });
    assert.ok(heard.includes("CDN 2/8"), `${name}: ${heard}`);
    serves(probe);
  }
});
