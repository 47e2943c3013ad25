import assert from "node:assert/strict";
import fc from "fast-check";
import { icmpEcho } from "../../../captures/wire/build.ts";
import { octets } from "../../../captures/_testing/format_laws.ts";
import { Timers } from "../../net/timers.ts";
import { pppConfigSchema } from "./config.ts";
import { PppSession } from "./ppp_session.ts";

type Input = Record<string, unknown>;

/** One end of a link on the bench. */
interface Bench {
  session: PppSession;
  log: string[];
  datagrams: Uint8Array[];
}

/** Two ends joined by a wire in virtual time; `lose` says which frames vanish. */
function pair(server: Input, client: Input, lose: (count: number) => boolean = () => false) {
  const timers = new Timers();
  const wire: { to: Bench; frame: Uint8Array }[] = [];
  let now = 0, count = 0, seed = 1;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const end = (input: Input, other: () => Bench): Bench => {
    const log: string[] = [], datagrams: Uint8Array[] = [];
    const session = new PppSession(pppConfigSchema.parse(input), {
      timers,
      random,
      hostName: "bench",
      send: (header, information) => {
        if (lose(count++)) return;
        wire.push({ to: other(), frame: Uint8Array.of(...header, ...information) });
      },
      datagram: (packet) => datagrams.push(packet),
      passwordOf: (name) => name === "alice" ? "secret" : undefined,
      addressFor: (_user, requested) => "address" in input ? "10.9.0.2" : requested,
      linkUp: () => log.push("link up"),
      networkUp: (family, local, remote) => log.push(`up${family} ${local} ${remote}`),
      networkDown: (family) => log.push(`down${family}`),
      ended: (reason) => log.push(`ended: ${reason}`),
    });
    return { session, log, datagrams };
  };
  const a: Bench = end(server, () => b);
  const b: Bench = end(client, () => a);
  const run = (until = Infinity) => {
    for (let steps = 0; steps < 10_000; steps++) {
      const next = wire.shift();
      if (next !== undefined) {
        next.to.session.receive(next.frame, 0, next.frame.length, now);
        continue;
      }
      if (timers.next() > until || timers.next() === Infinity) return;
      now = timers.next();
      timers.run(now);
    }
    assert.fail("the link never comes to rest");
  };
  const open = () => {
    a.session.open(now);
    b.session.open(now);
    run();
  };
  return { a, b, open, run, now: () => now };
}

const SERVER = { address: "10.9.0.1" };
const ALICE = { name: "alice", password: "secret" };

Deno.test("two ends agree on a link, and the client takes the address that it is given", () => {
  const { a, b, open } = pair(SERVER, {});
  open();
  assert.deepEqual(a.log, ["link up", "up4 10.9.0.1 10.9.0.2"]);
  assert.deepEqual(b.log, ["link up", "up4 10.9.0.2 10.9.0.1"]);
});

for (const authentication of ["pap", "chap"]) {
  Deno.test(`${authentication}: who knows the password is let in, who does not is not`, () => {
    const good = pair({ ...SERVER, authentication }, ALICE);
    good.open();
    assert.equal(good.a.session.user, "alice");
    assert.equal(good.a.log.at(-1), "up4 10.9.0.1 10.9.0.2");
    for (const bad of [{ ...ALICE, password: "wrong" }, { name: "mallory", password: "secret" }]) {
      const { a, b, open } = pair({ ...SERVER, authentication }, bad);
      open();
      assert.equal(a.log.at(-1), "ended: authentication failed");
      assert.match(b.log.at(-1)!, /^ended: /);
      assert.ok(!b.log.some((line) => line.startsWith("up")));
    }
  });
}

Deno.test("a client that cannot prove who it is never gets to the network", () => {
  const { a, open } = pair({ ...SERVER, authentication: "chap" }, {});
  open();
  assert.equal(a.log.at(-1), "ended: authentication failed");
  assert.ok(!a.log.some((line) => line.startsWith("up")));
});

Deno.test("the link comes up although a third of the frames is lost", () => {
  const { a, b, open } = pair({ ...SERVER, authentication: "chap", ipv6: true }, {
    ...ALICE,
    ipv6: true,
  }, (count) => (count * 2654435761 >>> 0) % 97 < 30);
  open();
  for (const { log } of [a, b]) {
    assert.ok(log.some((line) => line.startsWith("up4")), log.join());
    assert.ok(log.some((line) => line.startsWith("up6")), log.join());
  }
});

Deno.test("datagrams cross the link unaltered, compressed headers or not", () => {
  for (const compression of [{}, { pfc: true, acfc: true }]) {
    const { a, b, open, run } = pair({ ...SERVER, ...compression }, compression);
    open();
    const packet = icmpEcho({
      source: "10.9.0.1",
      destination: "10.9.0.2",
      identifier: 1,
      sequence: 1,
    });
    assert.equal(a.session.datagram(packet), undefined);
    run();
    assert.deepEqual(b.datagrams, [packet]);
    assert.equal(a.session.datagram(new Uint8Array(1501)), "too big");
  }
});

Deno.test("echoes keep a link, and end it when nobody answers", () => {
  const alive = pair({ ...SERVER, echo: 1000 }, {});
  alive.a.session.open(0);
  alive.b.session.open(0);
  alive.run(20_000);
  assert.ok(!alive.a.log.some((line) => line.startsWith("ended")));
  let cut = false;
  const dead = pair({ ...SERVER, echo: 1000 }, {}, () => cut);
  dead.a.session.open(0);
  dead.b.session.open(0);
  dead.run(1500);
  cut = true;
  dead.run(20_000);
  assert.equal(dead.a.log.at(-1), "ended: echo lost");
  assert.equal(dead.a.log.at(-2), "down4");
});

Deno.test("a link that is closed ends at both ends", () => {
  const { a, b, open, run } = pair(SERVER, {});
  open();
  a.session.close(0);
  run();
  assert.deepEqual(a.log.slice(-2), ["down4", "ended: terminated"]);
  assert.deepEqual(b.log.slice(-2), ["down4", "ended: terminated"]);
});

Deno.test("a peer that never answers is given up", () => {
  const { a, run } = pair(SERVER, {}, () => true);
  a.session.open(0);
  run();
  assert.deepEqual(a.log, ["ended: no agreement"]);
});

Deno.test("no frame makes a link throw or work without end", () => {
  const prefixes = [[], [0xff, 3, 0xc0, 0x21], [0xc0, 0x23], [0xc2, 0x23], [0x80, 0x21], [
    0x80,
    0x57,
  ]];
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...prefixes), octets(0, 24)), { maxLength: 8 }),
      fc.boolean(),
      (frames, opened) => {
        const { a, b, open, run } = pair({ ...SERVER, authentication: "chap" }, ALICE);
        if (opened) open();
        else a.session.open(0);
        for (const [prefix, rest] of frames) {
          const frame = Uint8Array.of(...prefix, ...rest);
          a.session.receive(frame, 0, frame.length, 0);
        }
        b.session.open(0);
        run();
      },
    ),
    { numRuns: 100 },
  );
});
