import assert from "node:assert/strict";
import { type FaultyRules, type ScaleOptions, SMALL } from "./options.ts";
import { runAtScale } from "./run.ts";
import { scaleTable } from "./table.ts";
import { chiSquareBound, verdicts } from "./verdicts.ts";

/** Titles of the verdicts that were not met. */
async function unmet(options: Partial<ScaleOptions>): Promise<string[]> {
  const report = await runAtScale({ ...SMALL, ...options });
  return verdicts(report).filter(({ met }) => !met).map(({ title }) => title);
}

/** A few initiators and much loss, so that much is sent again. */
const TINY = { initiators: 300, endpoints: 4, ramp: 10_000, loss: 0.03 };

Deno.test("2,000 initiators come up at 8 endpoints, and again when some of these and the master die", async () => {
  const report = await runAtScale(SMALL);
  assert.deepEqual(verdicts(report).filter(({ met }) => !met), []);
  assert.equal(report.audit.served, 2000);
  assert.deepEqual(report.failures.map(({ what }) => what), ["endpoint 1", "endpoint 8"]);
  assert.ok(report.failures.every(({ affected }) => affected > 50));
  assert.match(scaleTable(report), /the master died: requests were forwarded again after 3\.\d s/);
});

Deno.test("behind a NAT, and by a key of their own, they come up as well", async () => {
  assert.deepEqual(await unmet({ ...TINY, variant: "NAT", policy: "deterministic" }), []);
});

Deno.test("a flood of forged requests fills no more than the bound, and initiators are served", async () => {
  const flooded = { ...TINY, flood: 4000, endpoints: 2, ramp: 5000, failures: false };
  assert.deepEqual(await unmet(flooded), []);
  const bound = "half-open tunnels of an endpoint at most";
  const found = await unmet({ ...flooded, rules: { lns: { mayOpenHalf: () => true } } });
  assert.deepEqual(found, [bound]);
});

/** Rules that are wrong, and the verdict that must say so. */
const FAULTS: Record<string, { rules: FaultyRules; policy?: "round_robin"; found: RegExp }> = {
  "a master that gives a request to two endpoints": {
    rules: { master: { recipients: (selected, all) => [selected, ...others(selected, all)] } },
    found: /two living endpoints/,
  },
  "a master that forgets where a request went": {
    rules: { master: { stickyKey: forgetful() } },
    policy: "round_robin",
    found: /two living endpoints/,
  },
  "a master that keeps the dead in rotation": {
    rules: { master: { inService: () => true } },
    found: /known to be dead/,
  },
  "a master that always turns to the first": {
    rules: { master: { nextInTurn: () => 0 } },
    policy: "round_robin",
    found: /chi-square/,
  },
  "endpoints that drop their tunnels when the master falls silent": {
    rules: { endpoint: { keepsTunnels: (silent, silence) => silent <= silence } },
    found: /although their endpoint lived/,
  },
  "endpoints of which none takes over": {
    rules: { endpoint: { claims: () => false } },
    found: /after the master died/,
  },
  "initiators that never ask whether the endpoint lives": {
    rules: { lac: { helloAfter: () => 0 } },
    found: /after an endpoint died/,
  },
};

for (const [name, { found, ...options }] of Object.entries(FAULTS)) {
  Deno.test(`the verdicts find ${name}`, async () => {
    const titles = await unmet({ ...TINY, ...options });
    assert.ok(titles.some((title) => found.test(title)), `found: ${titles.join("; ")}`);
  });
}

Deno.test("chance exceeds the bound of chi-square once in a thousand times", () => {
  // Tables give 24.322 and 103.442.
  assert.ok(Math.abs(chiSquareBound(7) - 24.32) < 0.3);
  assert.ok(Math.abs(chiSquareBound(63) - 103.44) < 0.3);
});

function others<T>(selected: T, all: readonly T[]): T[] {
  return all.filter((member) => member !== selected).slice(0, 1);
}

function forgetful(): () => string {
  let requests = 0;
  return () => String(requests++);
}
