import assert from "node:assert/strict";
import fc from "fast-check";
import { checksum } from "../../captures/wire/checksum.ts";
import { fragment, udpDatagram } from "../../captures/wire/build.ts";
import { viewOf } from "../../captures/wire/octets.ts";
import { checksumFault } from "./_testing/test_faults.ts";
import {
  ask,
  controlMessage,
  makeCluster,
  MASTER_ADDRESS,
  request,
  sccrq,
} from "./_testing/test_cluster.ts";

const INITIATOR = { address: "198.51.100.7", port: 40001 };

const from = (n: number) => ({ address: `198.51.100.${n}`, port: 1701 });

Deno.test("a request goes to the endpoint with the lowest load, with both checksums right", () => {
  const { cluster, head, nodes } = makeCluster();
  [70, 50, 10].forEach((value, i) => {
    nodes[i].machine.instruct!({ kind: "load", value }, cluster.now);
  });
  cluster.until(20);
  assert.deepEqual(ask(cluster, head, request(INITIATOR)), ["10.0.0.13"]);
  const [datagram] = head.forwarded;
  assert.equal(checksum(datagram, viewOf(datagram), 0, 20), 0);
  assert.equal(checksumFault(datagram), undefined);
  assert.deepEqual(datagram.slice(20, 26), request(INITIATOR).slice(20, 26));
  assert.deepEqual(datagram.slice(28), request(INITIATOR).slice(28));
});

Deno.test("when every message comes twice the cluster settles as it does without copies", () => {
  const counts = [1, 2].map((copies) => {
    const { cluster, head } = makeCluster({}, true);
    cluster.copies = copies;
    cluster.until(10_000);
    assert.equal(ask(cluster, head, request(INITIATOR)).length, 1);
    head.machine.instruct!({ kind: "fail" }, cluster.now);
    cluster.until(20_000);
    assert.equal(cluster.nodes.filter(({ machine }) => machine.claims!().length > 0).length, 2);
    return cluster.messages;
  });
  assert.ok(counts[1] < 1.5 * counts[0], `${counts[1]} messages, ${counts[0]} without copies`);
});

Deno.test("re-addressing mends any checksum, and leaves zero alone", () => {
  const { cluster, head } = makeCluster();
  fc.assert(fc.property(fc.nat(255), fc.nat(65535), fc.boolean(), (host, tunnel, zero) => {
    const datagram = request({ address: `198.51.100.${host}`, port: 1701 }, tunnel);
    if (zero) datagram.set([0, 0], 26);
    ask(cluster, head, datagram);
    const out = head.forwarded.at(-1)!;
    assert.equal(checksum(out, viewOf(out), 0, 20), 0);
    if (zero) assert.deepEqual([...out.slice(26, 28)], [0, 0]);
    else assert.equal(checksumFault(out), undefined);
  }));
});

Deno.test("a request that comes again goes to the same endpoint, for a time", () => {
  const { cluster, head } = makeCluster({ policy: "round_robin" });
  const first = ask(cluster, head, request(INITIATOR));
  assert.deepEqual(ask(cluster, head, request(INITIATOR)), first);
  assert.notDeepEqual(ask(cluster, head, request(INITIATOR, 2)), first);
  cluster.until(70_000);
  assert.notDeepEqual(ask(cluster, head, request(INITIATOR)), first);
});

Deno.test("round-robin takes the endpoints in turn", () => {
  const { cluster, head } = makeCluster({ policy: "round_robin" });
  const all = [1, 2, 3, 4, 5, 6].map((n) => ask(cluster, head, request(from(n)))[0]);
  assert.deepEqual(all.map((a) => a.slice(-1)).join(""), "123123");
});

Deno.test("the leaky bucket fills and drains as declared", () => {
  const { cluster, head } = makeCluster(
    {
      policy: "leaky_bucket",
      bucket: { depth: 2, drain: 500 },
    },
    false,
    1,
  );
  const burst = [1, 2, 3].map((n) => ask(cluster, head, request(from(n))).length);
  assert.deepEqual(burst, [1, 1, 0]);
  cluster.until(cluster.now + 499);
  assert.equal(ask(cluster, head, request(from(4))).length, 0);
  cluster.until(cluster.now + 2);
  assert.equal(ask(cluster, head, request(from(5))).length, 1);
});

Deno.test("equal keys end at one endpoint, and most stay when another endpoint goes", () => {
  const { cluster, head, nodes } = makeCluster({ policy: "deterministic", sticky: 0 });
  const where = (n: number, tunnel: number) => ask(cluster, head, request(from(n), tunnel))[0];
  const before = Array.from({ length: 60 }, (_, n) => where(n, 1));
  assert.deepEqual(Array.from({ length: 60 }, (_, n) => where(n, 2)), before);
  assert.equal(new Set(before).size, 3);
  nodes[2].machine.instruct!({ kind: "leave" }, cluster.now);
  cluster.settle();
  Array.from({ length: 60 }, (_, n) => where(n, 3)).forEach((now, n) => {
    if (before[n] !== "10.0.0.13") assert.equal(now, before[n]);
  });
});

Deno.test("endpoints that drain, rest, leave, fall silent or are inactivated get no request", () => {
  for (const kind of ["drain", "rest", "leave", "fail", "deactivate"]) {
    const { cluster, head, nodes } = makeCluster({ policy: "round_robin" });
    const order = { kind, member: 1 };
    (kind === "deactivate" ? head : nodes[0]).machine.instruct!(order, cluster.now);
    cluster.until(5000);
    const all = [1, 2, 3, 4].map((n) => ask(cluster, head, request(from(n)))[0]);
    assert.ok(!all.includes("10.0.0.11"), kind);
  }
});

Deno.test("with no endpoint a request is dropped, and served when one is back", () => {
  const { cluster, head, nodes } = makeCluster();
  nodes.forEach(({ machine }) => machine.instruct!({ kind: "fail" }, cluster.now));
  cluster.until(5000);
  assert.deepEqual(ask(cluster, head, request(INITIATOR)), []);
  nodes[1].machine.instruct!({ kind: "recover" }, cluster.now);
  cluster.until(9000);
  assert.deepEqual(ask(cluster, head, request(INITIATOR)), ["10.0.0.12"]);
});

Deno.test("what is no request to the master address is forwarded to nobody", () => {
  const { cluster, head } = makeCluster();
  const wrap = (payload: Uint8Array, port = 1701) =>
    udpDatagram({
      ...{ source: INITIATOR.address, sourcePort: 1701, destination: MASTER_ADDRESS },
      ...{ destinationPort: port, payload },
    });
  const data = Uint8Array.of(0, 2, 0, 1, 0, 1, 0xff, 3);
  for (
    const datagram of [
      wrap(controlMessage(3, 5)),
      wrap(controlMessage(4)),
      wrap(controlMessage(6, 5)),
      wrap(data),
      wrap(sccrq(1).subarray(0, 15)),
      wrap(sccrq(1), 1702),
      request(INITIATOR, 1, "203.0.113.9"),
    ]
  ) assert.deepEqual(ask(cluster, head, datagram), []);
});

Deno.test("the fragments of a request go one way", () => {
  const { cluster, head } = makeCluster({ policy: "round_robin" });
  const vendor = "83f000000008" + "61".repeat(0x3f0 - 6);
  const payload = controlMessage(1, 0, "8008000000090001" + vendor);
  payload.set([payload.length >> 8, payload.length & 255], 2);
  const whole = udpDatagram({
    ...{ source: INITIATOR.address, sourcePort: 1701, destination: MASTER_ADDRESS },
    ...{ destinationPort: 1701, identification: 77, payload },
  });
  const pieces = fragment(whole, 576);
  assert.ok(pieces.length > 1);
  const ways = pieces.flatMap((piece) => ask(cluster, head, piece));
  assert.equal(ways.length, pieces.length);
  assert.equal(new Set(ways).size, 1);
});

Deno.test("no octets make a master throw", () => {
  const { cluster, head, nodes } = makeCluster();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(200), (octets, cut) => {
    for (const node of [head, nodes[0]]) {
      node.machine.receive("lan", octets, cluster.now);
      node.machine.receive("lan", request(INITIATOR).subarray(0, cut), cluster.now);
      node.machine.receive("cluster", octets, cluster.now, INITIATOR);
    }
    cluster.settle();
  }));
});

Deno.test("an endpoint takes over when the master falls silent, and the old one yields", () => {
  const { cluster, head, nodes } = makeCluster({}, true);
  cluster.until(5000);
  assert.equal(ask(cluster, head, request(from(1))).length, 1);
  head.machine.instruct!({ kind: "fail" }, cluster.now);
  cluster.until(10_000);
  const serving = nodes.filter((node) => ask(cluster, node, request(from(2))).length > 0);
  assert.equal(serving.length, 1);
  head.machine.instruct!({ kind: "recover" }, cluster.now);
  cluster.until(15_000);
  assert.deepEqual(ask(cluster, head, request(from(3))), []);
  assert.equal(ask(cluster, serving[0], request(from(3))).length, 1);
});

Deno.test("an endpoint has taken over within three seconds, and says so by what it claims", () => {
  const { cluster, head, nodes } = makeCluster({}, true);
  cluster.until(5000);
  assert.deepEqual(head.machine.claims!(), [MASTER_ADDRESS]);
  head.reachable = false;
  cluster.until(8000);
  assert.deepEqual(nodes.map(({ machine }) => machine.claims!().length), [1, 0, 0]);
  head.reachable = true;
  cluster.until(10_000);
  assert.deepEqual(head.machine.claims!(), [], "the old master has heard of the new one");
});

Deno.test("of endpoints of one priority, which claim at the same moment, one takes over in the end", () => {
  for (const endpoints of [2, 3, 5]) {
    const { cluster, head, nodes } = makeCluster({}, true, endpoints, () => 0);
    cluster.until(5000);
    head.reachable = false;
    cluster.until(20_000);
    const holding = nodes.filter(({ machine }) => machine.claims!().length > 0);
    assert.equal(holding.length, 1, `of ${endpoints}`);
  }
});

Deno.test("whatever is cut off and joined again, no request is forwarded by two masters", () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 6000 }),
    reachable: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  });
  let served = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const { cluster, nodes, head } = makeCluster({}, true);
      const all = [head, ...nodes];
      steps.forEach(({ wait, reachable }, n) => {
        all.forEach((node, i) => node.reachable = reachable[i]);
        for (let part = 1; part <= 4; part++) {
          cluster.until(cluster.now + wait / 4);
          const datagram = request(from(n), part);
          const forwarding = all.filter((node) => ask(cluster, node, datagram).length > 0);
          assert.ok(forwarding.length <= 1, `${forwarding.map((f) => f.address)}`);
          served += forwarding.length;
        }
      });
      all.forEach((node) => node.reachable = true);
      cluster.until(cluster.now + 10_000);
      const final = all.filter((node) => ask(cluster, node, request(from(99))).length > 0);
      assert.equal(final.length, 1, "once all are joined again there is one master");
    }),
    { numRuns: 60 },
  );
  assert.ok(served > 0);
});

Deno.test("an endpoint that never registers is served as configured, until it registers after all", () => {
  const standing = [{ member: 2, address: "10.0.0.12", load: 10 }, {
    member: 9,
    address: "10.0.0.19",
  }];
  const { cluster, head, nodes } = makeCluster({ standing }, false, 0);
  assert.deepEqual(nodes, []);
  cluster.until(60_000);
  assert.deepEqual(ask(cluster, head, request(INITIATOR)), ["10.0.0.19"]);
  const alive = makeCluster({ standing: standing.slice(0, 1) }, false, 2);
  alive.nodes[1].machine.instruct!({ kind: "fail" }, alive.cluster.now);
  alive.cluster.until(10_000);
  assert.deepEqual(ask(alive.cluster, alive.head, request(INITIATOR)), ["10.0.0.11"]);
});
