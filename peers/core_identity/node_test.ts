import { deepStrictEqual, ok, strictEqual, throws } from "node:assert";
import fc from "fast-check";
import { udpDatagram } from "../../captures/wire/build.ts";
import { CoreIdentityControlView } from "../../captures/view/core_identity_control.ts";
import { CoreIdentityDataView } from "../../captures/view/core_identity_data.ts";
import { decode, encode, PacketType } from "../../captures/wire/core_identity.ts";
import { Message } from "../../captures/wire/core_identity_control.ts";
import { parseNodeConfig } from "./config.ts";
import { Pair } from "./_testing/pair.ts";

const KEY = "ab".repeat(32);

function datagram(sourcePort: number, size = 100): Uint8Array {
  return udpDatagram({
    source: "10.1.1.2",
    destination: "10.2.1.2",
    sourcePort,
    destinationPort: 5000,
    payload: new Uint8Array(size).fill(sourcePort & 255),
  });
}

function isData(packet: Uint8Array): boolean {
  return (packet[0] & 15) === PacketType.data;
}

Deno.test("two nodes open every pair of networks, with processor information both ways first", () => {
  const pair = new Pair();
  const cores = new Map<string, number>();
  let confirmed = 0;
  const control = new CoreIdentityControlView();
  pair.onWire = (packet, from) => {
    if (!control.at(packet)) return packet;
    if (control.message === Message.confirm) {
      confirmed++;
      deepStrictEqual([...cores.keys()].sort(), ["receiver", "sender"]);
    } else if (control.coreCount > 0) cores.set(from, control.coreCount);
    return packet;
  };
  pair.run(1000);
  strictEqual(confirmed, 6);
  strictEqual(pair.receiver.trace.filter((r) => r.event === "tunnel_up").length, 6);
});

Deno.test("what enters at the sender leaves at the receiver, octet for octet", () => {
  const plain = {};
  const sealed = { cover: "whole", key: KEY, headerEncrypted: true };
  for (
    const both of [plain, { class: "F9" }, { class: "F9", ...sealed }, { placement: "payload" }]
  ) {
    const pair = new Pair({ both });
    pair.run(1000);
    const sent = [datagram(4000), datagram(4001, 1472), datagram(4002, 0)];
    for (const d of sent) pair.send(d);
    deepStrictEqual(pair.receiver.lan, sent);
  }
});

Deno.test("when every packet comes twice the tunnels come up once, and no copy begets another", () => {
  const pair = new Pair();
  let sent = 0;
  pair.onWire = (packet) => (sent++, packet);
  pair.run(5000);
  const once = sent;
  const doubled = new Pair();
  doubled.copies = 2;
  sent = 0;
  doubled.onWire = (packet) => ++sent < 1000 ? packet : undefined;
  doubled.run(5000);
  // Each request is answered as often as it comes, and no answer is answered.
  ok(sent <= 2 * once, `${sent} packets, ${once} without copies`);
  strictEqual(doubled.receiver.trace.filter((r) => r.event === "tunnel_up").length, 6);
  strictEqual(doubled.receiver.trace.filter((r) => r.event === "tunnel_down").length, 0);
});

Deno.test("an end that takes no updates acknowledges them all the same, once for all", () => {
  for (const takesUpdates of [true, false]) {
    const pair = new Pair({}, { sender: { takesUpdates } });
    const control = new CoreIdentityControlView();
    let updates = 0;
    pair.onWire = (packet) => {
      if (control.at(packet) && control.message === Message.update) updates++;
      return packet;
    };
    pair.run(1000);
    pair.receiver.node.instruct({ kind: "offline", cores: [1] }, pair.now);
    pair.run(2000);
    strictEqual(updates, 1);
    const heard = pair.sender.trace.filter(({ event }) => event === "processor_information");
    strictEqual(heard.length, takesUpdates ? 2 : 1);
  }
});

Deno.test("a datagram that waits for the aggregate leaves once it is up", () => {
  const pair = new Pair();
  pair.sender.node.receive("lan", datagram(4000), 0);
  pair.run(1000);
  strictEqual(pair.receiver.lan.length, 1);
});

Deno.test("the aggregate comes up although every third control message is lost", () => {
  const pair = new Pair();
  let count = 0;
  pair.onWire = (packet) => count++ % 3 === 1 ? undefined : packet;
  pair.run(20_000);
  strictEqual(pair.sender.trace.filter((r) => r.event === "aggregate_up").length, 1);
});

Deno.test("a tunnel that falls silent is given up, and the sessions go on over the others", () => {
  const pair = new Pair({ both: { keepalive: 100 } });
  pair.run(1000);
  const data = new CoreIdentityDataView(), control = new CoreIdentityControlView();
  pair.onWire = (packet) => {
    const view = data.at(packet) ? data : control;
    return view.at(packet) && view.tunnelId === 1 ? undefined : packet;
  };
  pair.run(3000);
  for (let i = 0; i < 12; i++) pair.send(datagram(4000));
  strictEqual(pair.receiver.lan.length, 12);
  ok(pair.sender.trace.some((r) => r.event === "tunnel_down" && r.tunnel === 1));
});

Deno.test("an idle session is forgotten by the sender, and by the receiver later", () => {
  const pair = new Pair({ both: { class: "F9", senderIdle: 5000, receiverIdle: 10_000 } });
  pair.run(1000);
  pair.send(datagram(4000));
  pair.run(8000);
  pair.send(datagram(4000));
  strictEqual(pair.sender.trace.filter((r) => r.event === "session_new").length, 2);
  strictEqual(pair.receiver.trace.filter((r) => r.event === "bind").length, 2);
});

Deno.test("overlapping and misfit pieces of a hostile sender make no datagram", () => {
  const pair = new Pair();
  pair.run(1000);
  let first: Uint8Array | undefined;
  pair.onWire = (packet) => {
    if (isData(packet)) first = packet;
    return packet;
  };
  pair.send(datagram(4000));
  const { record } = decode(first!);
  ok(record !== undefined);
  const from = { address: "10.3.1.1", port: 49600 };
  const hostile = (pieceOffset: number, length: number, datagramLength: number) =>
    pair.receiver.node.receive(
      "wan0",
      encode({
        ...record,
        datagramNumber: 99,
        pieceOffset,
        datagramLength,
        piece: new Uint8Array(length),
      }),
      pair.now,
      from,
    );
  hostile(0, 60, 100);
  hostile(20, 60, 100);
  hostile(90, 60, 100);
  hostile(0, 60, 200);
  pair.run();
  strictEqual(pair.receiver.lan.length, 1);
});

Deno.test("a stranger's packets go nowhere", () => {
  const pair = new Pair();
  pair.run(1000);
  let data: Uint8Array | undefined;
  pair.onWire = (packet) => {
    if (isData(packet)) data = packet.slice();
    return packet;
  };
  pair.send(datagram(4000));
  pair.receiver.node.receive("wan0", data!, pair.now, { address: "10.9.9.9", port: 49600 });
  pair.run();
  strictEqual(pair.receiver.lan.length, 1);
});

Deno.test("an altered packet of an authenticated aggregate is not forwarded", () => {
  const pair = new Pair({ both: { key: KEY, authenticated: true, cover: "whole" } });
  pair.run(1000);
  pair.send(datagram(4000));
  strictEqual(pair.receiver.lan.splice(0).length, 1);
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (where, bits) => {
      pair.onWire = (packet) => {
        // The first two octets say what the packet is: altered, it is another kind of packet.
        if (isData(packet)) packet[2 + where % (packet.length - 2)] ^= bits;
        return packet;
      };
      pair.send(datagram(4000));
      strictEqual(pair.receiver.lan.length, 0);
    }),
    { numRuns: 200 },
  );
});

Deno.test("random packets throw nothing, on any port", () => {
  const pair = new Pair({ both: { key: KEY } });
  pair.run(1000);
  const from = { address: "10.3.1.1", port: 49600 };
  fc.assert(fc.property(
    fc.uint8Array({ maxLength: 120 }),
    fc.constantFrom(0x11, 0x12, 0x00, 0xff),
    fc.constantFrom("wan0", "wan1", "lan"),
    (bytes, type, port) => {
      if (bytes.length > 0) bytes[0] = type;
      pair.receiver.node.receive(port, bytes, pair.now, from);
      pair.sender.node.receive(port, bytes, pair.now, { address: "10.4.1.1", port: 49600 });
      pair.run();
    },
  ));
});

Deno.test("a configuration that cannot work is refused with the reason", () => {
  const wan = [{ port: "wan0", address: "10.3.1.1" }];
  const peers = [{
    name: "peer",
    aggregateId: 1,
    wan: [{ address: "10.4.1.1", port: 49600 }],
    prefixes: ["10.2.0.0/16"],
  }];
  throws(() => parseNodeConfig({ wan, peers, cover: "whole" }), /encryption needs `key`/);
  throws(() => parseNodeConfig({ wan, peers, identityNames: ["A"] }), /must name 4 cores: got 1/);
  throws(() => parseNodeConfig({ wan: [], peers }), /Cannot configure a core-identity node/);
});
