import assert from "node:assert/strict";
import { ClusterAttribute, ClusterMessage } from "../../captures/wire/tunnel_cluster.ts";
import { addressAttribute, clusterMessage, readMessage } from "./messages.ts";
import {
  ask,
  destinationOf,
  makeCluster,
  MASTER_ADDRESS,
  request,
} from "./_testing/test_cluster.ts";

const INITIATOR = { address: "198.51.100.7", port: 40001 };
const from = (n: number) => ({ address: `198.51.100.${n}`, port: 1701 });

Deno.test("a flood of requests makes the master forget the oldest, and nothing else", () => {
  const { cluster, head } = makeCluster({ policy: "round_robin", remembered: 100 });
  const first = ask(cluster, head, request(INITIATOR));
  for (let port = 1; port <= 1000; port++) {
    assert.equal(ask(cluster, head, request({ ...from(9), port })).length, 1);
  }
  const last = { ...from(9), port: 1000 };
  const where = destinationOf(head.forwarded.at(-1)!);
  assert.deepEqual(ask(cluster, head, request(last)), [where], "the latest are remembered");
  assert.notDeepEqual(ask(cluster, head, request(INITIATOR)), first, "the oldest is not");
});

Deno.test("registrations are bounded, and none leads requests back to the master", () => {
  const { cluster, head } = makeCluster();
  const accepted = new Set<number>();
  const register = (member: number, address: string) => {
    const attributes = [addressAttribute(ClusterAttribute.localAddress, address)];
    const packet = clusterMessage({
      ...{ message: ClusterMessage.register, member, sequence: member, attributes },
    });
    head.machine.receive("cluster", packet, cluster.now, { address: "10.0.0.99", port: 49700 });
    for (let t = head.machine.transmit(0); t !== undefined; t = head.machine.transmit(0)) {
      const record = readMessage(t.packet);
      if (record?.message === ClusterMessage.registerAck) accepted.add(record.acknowledged);
    }
  };
  register(9, MASTER_ADDRESS);
  assert.equal(accepted.size, 0);
  for (let member = 10; member < 3000; member++) register(member, "10.0.0.99");
  // Three endpoints stood before.
  assert.equal(accepted.size, 1024 - 3);
});
