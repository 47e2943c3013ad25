import { deepStrictEqual, ok, strictEqual } from "node:assert";
import fc from "fast-check";
import { udpDatagram } from "../../captures/wire/build.ts";
import {
  type Attribute,
  AttributeType,
  decode,
  encode,
  Message,
} from "../../captures/wire/core_identity_control.ts";
import { CoreIdentityDataView } from "../../captures/view/core_identity_data.ts";
import { IdentityKind } from "../../captures/wire/core_identity.ts";
import { Pair } from "./_testing/pair.ts";
import { nameOfSession, readReport, reportAttributes, Reports } from "./reports.ts";
import { NODE_RULES } from "./rules.ts";
import { type Classification, classify } from "./session.ts";

function session(sourcePort: number, v6 = false): Classification {
  return {
    ...{ protocol: 17, sourcePort, destinationPort: 5000, fragment: -1, dscp: 0 },
    source: v6 ? "fd00:1::2" : "10.1.1.2",
    destination: v6 ? "fd00:2::2" : "10.2.1.2",
  };
}

/** Sends what is due, and gives how many messages that were. */
function sent(reports: Reports, now: number): number {
  let count = 0;
  reports.tick(now, () => ++count);
  return count;
}

function datagram(sourcePort: number): Uint8Array {
  return udpDatagram({
    source: "10.1.1.2",
    destination: "10.2.1.2",
    sourcePort,
    destinationPort: 5000,
    payload: new Uint8Array(64),
  });
}

/** An F1 pair; identities of the data packets of the sender, undefined for none, go to `tags`. */
function watched(rules: ConstructorParameters<typeof Pair>[1] = {}) {
  const pair = new Pair({ both: { class: "F1" } }, rules);
  const tags: (bigint | undefined)[] = [], view = new CoreIdentityDataView();
  pair.onWire = (packet, from) => {
    if (from === "sender" && view.at(packet)) {
      tags.push(view.kind === IdentityKind.none ? undefined : view.identity);
    }
    return packet;
  };
  pair.run(1000);
  return { pair, tags };
}

/** A REPORT as the receiver would send it in tunnel 1. */
function report(attributes: Attribute[], sequence: number): Uint8Array {
  return encode({
    ...{ version: 1, type: 2, flags: 0, message: Message.report, aggregateId: 1, tunnelId: 1 },
    ...{ sequence, acknowledged: 0, coreCount: 0, informationVersion: 0, attributes },
  });
}

Deno.test("a report is read as it was written, over IPv4 and IPv6, with ports and without", () => {
  for (const v6 of [false, true]) {
    for (const port of [4000, -1]) {
      const c = { ...session(port, v6), destinationPort: port };
      deepStrictEqual(readReport({ attributes: reportAttributes(c, 0xfedc_ba98_7654_3210n) }), {
        session: nameOfSession(c),
        identity: 0xfedc_ba98_7654_3210n,
      });
    }
  }
});

Deno.test("attributes of wrong lengths are no report, and no octets make reading throw", () => {
  const good = reportAttributes(session(4000), 3n);
  for (const { type, value } of good) {
    for (const length of [0, 1, value.length - 1, value.length + 1, 300]) {
      const octets = new Uint8Array(length);
      octets.set(value.subarray(0, length));
      const attributes = good.map((one) => one.type === type ? { type, value: octets } : one);
      strictEqual(readReport({ attributes }), undefined, `type ${type}, ${length} octets`);
    }
    strictEqual(readReport({ attributes: good.filter((one) => one.type !== type) }), undefined);
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ maxLength: 12 }), (a, b) => {
      const read = readReport({
        attributes: [
          { type: AttributeType.session, value: a },
          { type: AttributeType.sessionIdentity, value: b },
        ],
      });
      ok(read === undefined || b.length === 8);
    }),
  );
});

Deno.test("an unacknowledged report is sent again, some times and no more", () => {
  const reports = new Reports(NODE_RULES);
  reports.tell(session(4000), 1n, 0);
  let times = 0;
  for (let now = 0; now < 10_000; now += 50) times += sent(reports, now);
  strictEqual(times, 5);
  strictEqual(reports.deadline(), Infinity);
});

Deno.test("an acknowledged report is not sent again, and one of another number stays", () => {
  const reports = new Reports(NODE_RULES);
  reports.tell(session(4000), 1n, 0);
  strictEqual(sent(reports, 0), 1);
  reports.acknowledged(7);
  ok(reports.deadline() < Infinity);
  reports.acknowledged(1);
  strictEqual(reports.deadline(), Infinity);
});

Deno.test("what shows no session is not reported", () => {
  const reports = new Reports(NODE_RULES);
  reports.tell(classify(new Uint8Array([1, 2, 3])), 1n, 0);
  reports.tell({ ...session(-1), fragment: 9 }, 1n, 0);
  strictEqual(reports.deadline(), Infinity);
});

Deno.test("a flood of sessions leaves a bounded number of reports, and none for good", () => {
  const reports = new Reports(NODE_RULES);
  for (let i = 0; i < 100_000; i++) {
    reports.tell({ ...session(i & 0xffff), destinationPort: 1 + (i >> 16) }, 1n, 0);
  }
  const first = sent(reports, 0);
  ok(first > 0 && first <= 4096, `${first} reports`);
  for (let now = 0; now < 3000; now += 200) sent(reports, now);
  reports.tell(session(9, true), 1n, 4000);
  strictEqual(sent(reports, 4000), 1);
});

Deno.test("a session is tagged once it was reported, from which datagram on is the sender's choice", () => {
  for (const late of [0, 2]) {
    const { pair, tags } = watched({
      sender: {
        identityReported: (own, _latest, _number, since) => since < late ? undefined : own,
      },
    });
    for (let i = 0; i < 6; i++) pair.send(datagram(4000));
    const untagged = 1 + late;
    ok(tags.slice(0, untagged).every((tag) => tag === undefined));
    ok(tags.slice(untagged).every((tag) => tag !== undefined));
    strictEqual(pair.receiver.lan.length, 6);
  }
});

Deno.test("a later report of a session stands for the one before", () => {
  const { pair, tags } = watched();
  for (const identity of [2n, 3n]) {
    const attributes = reportAttributes(session(4000), identity);
    pair.sender.node.receive("wan0", report(attributes, 1), pair.now, {
      address: "10.4.1.1",
      port: 49600,
    });
    pair.send(datagram(4000));
  }
  deepStrictEqual(tags, [2n, 3n]);
});

Deno.test("a stranger's report tags nothing, and one of an unknown session tags no other", () => {
  const { pair, tags } = watched();
  const stranger = { address: "10.9.9.9", port: 49600 },
    peer = { address: "10.4.1.1", port: 49600 };
  const own = reportAttributes(session(4000), 3n), other = reportAttributes(session(9), 3n);
  pair.sender.node.receive("wan0", report(own, 1), pair.now, stranger);
  pair.sender.node.receive("wan0", report(other, 2), pair.now, peer);
  pair.send(datagram(4000));
  deepStrictEqual(tags, [undefined]);
});

Deno.test("a flood of reports does not keep out the one that comes after it", () => {
  const { pair, tags } = watched();
  const peer = { address: "10.4.1.1", port: 49600 };
  const template = report(reportAttributes(session(4000), 3n), 1);
  const { record } = decode(template);
  ok(record !== undefined);
  for (let i = 0; i < 140_000; i++) {
    const c = { ...session(1 + i % 65_535), destinationPort: 6000 + Math.floor(i / 65_535) };
    const flood = encode({ ...record, attributes: reportAttributes(c, 1n) });
    pair.sender.node.receive("wan0", flood, pair.now, peer);
    while (pair.sender.node.transmit(pair.now) !== undefined);
  }
  pair.sender.node.receive("wan0", template, pair.now, peer);
  pair.send(datagram(4000));
  deepStrictEqual(tags, [3n]);
});
