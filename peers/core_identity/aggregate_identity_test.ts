import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { udpDatagram } from "../../captures/wire/build.ts";
import { CoreIdentityControlView } from "../../captures/view/core_identity_control.ts";
import { CoreIdentityDataView } from "../../captures/view/core_identity_data.ts";
import {
  AttributeType,
  type ControlMessage,
  decode,
  encode,
  Message,
} from "../../captures/wire/core_identity_control.ts";
import { IdentityKind } from "../../captures/wire/core_identity.ts";
import { Pair } from "./_testing/pair.ts";
import { identityGiven } from "./aggregate_identity.ts";
import { parseNodeConfig } from "./config.ts";

const CONFIG = {
  wan: [{ port: "wan0", address: "10.3.1.1" }],
  peers: [{
    name: "receiver",
    aggregateId: 1,
    wan: [{ address: "10.4.1.1", port: 49600 }],
    prefixes: ["10.2.0.0/16"],
  }],
};

function message(value: Uint8Array, kind: number = Message.helloAck): ControlMessage {
  return {
    ...{ version: 1, type: 2, flags: 0, message: kind, aggregateId: 1, tunnelId: 1 },
    ...{ sequence: 1, acknowledged: 0, coreCount: 0, informationVersion: 0 },
    attributes: [{ type: AttributeType.aggregateIdentity, value }],
  };
}

function datagram(sourcePort: number, back = false): Uint8Array {
  const hosts = ["10.1.1.2", "10.2.1.2"], [source, destination] = back ? hosts.reverse() : hosts;
  return udpDatagram({
    ...{ source, destination, sourcePort, destinationPort: 5000, payload: new Uint8Array(40) },
  });
}

/** An F5 pair that notes the identities of data packets, undefined for none. */
function watched(
  config: ConstructorParameters<typeof Pair>[0] = {},
  rules: ConstructorParameters<typeof Pair>[1] = {},
) {
  const pair = new Pair({ ...config, both: { class: "F5", ...config.both } }, rules);
  const tags: (bigint | undefined)[] = [], view = new CoreIdentityDataView();
  pair.onWire = (packet) => {
    if (view.at(packet)) tags.push(view.kind === IdentityKind.none ? undefined : view.identity);
    return packet;
  };
  return { pair, tags };
}

Deno.test("an identity has eight octets; others are none, and none is taken outside FIG. 5", () => {
  const f5 = parseNodeConfig({ ...CONFIG, class: "F5" }), f7 = parseNodeConfig(CONFIG);
  const value = new Uint8Array([0, 0, 0, 0, 0, 0, 1, 2]);
  strictEqual(identityGiven(f5, message(value)), 0x102n);
  strictEqual(identityGiven(f7, message(value)), undefined);
  for (const length of [0, 1, 4, 7, 9, 16, 300]) {
    strictEqual(identityGiven(f5, message(new Uint8Array(length))), undefined, `${length} octets`);
  }
});

Deno.test("all sessions carry the one identity, and the first that was given stays", () => {
  const { pair, tags } = watched();
  pair.run(1000);
  pair.send(datagram(4000));
  const later = message(new Uint8Array(8).fill(9));
  const peer = { address: "10.4.1.1", port: 49600 };
  pair.sender.node.receive("wan0", encode(later), pair.now, peer);
  for (let port = 4001; port < 4006; port++) pair.send(datagram(port));
  strictEqual(tags.length, 6);
  ok(tags[0] !== undefined);
  strictEqual(new Set(tags).size, 1);
  strictEqual(pair.receiver.lan.length, 6);
});

Deno.test("data waits for the identity, whichever tunnel brings it, and then leaves", () => {
  const given: Record<string, (tunnel: number) => boolean> = {
    first: (tunnel) => tunnel === 1,
    last: (tunnel) => tunnel === 6,
  };
  for (const [name, gives] of Object.entries(given)) {
    const { pair, tags } = watched({}, {
      receiver: {
        givesAggregateIdentity: (selected, _message, tunnel) =>
          gives(tunnel) ? selected : undefined,
      },
    });
    pair.sender.node.receive("lan", datagram(4000), 0);
    pair.run(1000);
    strictEqual(pair.receiver.lan.length, 1, name);
    ok(tags[0] !== undefined, name);
  }
});

Deno.test("without an identity nothing leaves", () => {
  const { pair, tags } = watched({}, { receiver: { givesAggregateIdentity: () => undefined } });
  pair.run(1000);
  pair.send(datagram(4000));
  deepStrictEqual([tags, pair.receiver.lan], [[], []]);
});

Deno.test("an identity of a wrong length on the way is as none", () => {
  const pair = new Pair({ both: { class: "F5" } });
  const control = new CoreIdentityControlView();
  pair.onWire = (packet) => {
    if (!control.at(packet) || control.message !== Message.helloAck) return packet;
    const { record } = decode(packet);
    const attributes = record!.attributes.map((one) =>
      one.type === AttributeType.aggregateIdentity ? { ...one, value: one.value.slice(1) } : one
    );
    return encode({ ...record!, attributes });
  };
  pair.run(1000);
  pair.send(datagram(4000));
  deepStrictEqual(pair.receiver.lan, []);
});

Deno.test("what is sent back carries the sender's identity where it gives one, asked or not", () => {
  for (
    const [both, sender, isGiven] of [
      [{}, {}, false],
      [{ reverseIdentity: true }, {}, true],
      [{}, { givesIdentityInHello: () => true }, true],
    ] as const
  ) {
    const { pair, tags } = watched({ both }, { sender });
    pair.run(1000);
    pair.receiver.node.receive("lan", datagram(9001, true), pair.now);
    pair.run();
    strictEqual(pair.sender.lan.length, 1);
    deepStrictEqual(tags.map((tag) => tag !== undefined), [isGiven]);
  }
});
