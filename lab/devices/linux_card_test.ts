import { deepStrictEqual, strictEqual } from "node:assert";
import type { TransferOutcome } from "../../suites/kit/scenario.ts";
import { insideTest, namespaceTests } from "../worlds/netns/_testing/namespace_tests.ts";
import { NetnsWorld } from "../worlds/netns/world.ts";
import { lackOfPackages } from "./_testing/packages_here.ts";
import { OFFLOAD_CASES } from "./_testing/offload_cases.ts";
import {
  CARD,
  CARD_PACKAGES,
  CARD_PROFILE,
  lackOfKernel,
  scenarioOf,
  segmentsIn,
  superPacketOf,
  through,
  unitsIn,
} from "./_testing/test_linux_card.ts";
import { rootProblem, startGuardian } from "./cable/guard.ts";

/** Whoever sends may be interrupted between two segments: a unit is held for a millisecond only. */
const TRIES = 6;
/** The oldest kernel that is known to do as the cases say. */
const OLDEST = "6.12";

/** What the card makes of all cases, each tried until it is as expected: those that never were. */
async function strayUnits(): Promise<Record<string, unknown>> {
  const world = new NetnsWorld();
  let left = [...OFFLOAD_CASES.keys()];
  let stray: Record<string, unknown> = {};
  for (let i = 0; i < TRIES && left.length > 0; i++) {
    const directory = await Deno.makeTempDir({ dir: "/run" });
    const run = { suite: CARD, scenario: scenarioOf(left), profiles: { nic: CARD_PROFILE } };
    const record = await world.run({ ...run, seed: 1, directory });
    strictEqual(record.problem, undefined);
    const { units, wrong } = await unitsIn(`${directory}/host.pcapng`);
    const isRight = (number: number) => {
      const { units: expected, changes } = OFFLOAD_CASES[number];
      const isDamaged = changes.some(({ flip }) => flip !== undefined && flip >= 20);
      return JSON.stringify(units.get(number)) === JSON.stringify(expected) &&
        wrong.has(number) === isDamaged;
    };
    left = left.filter((number) => !isRight(number));
    stray = Object.fromEntries(left.map((number) => {
      const { name, units: expected } = OFFLOAD_CASES[number];
      return [name, { expected, got: units.get(number), isWhole: !wrong.has(number) }];
    }));
  }
  await world.close();
  return stray;
}

async function problem(): Promise<string | undefined> {
  return lackOfKernel(OLDEST) ?? rootProblem() ?? await lackOfPackages("linux_card", CARD_PACKAGES);
}

await namespaceTests(import.meta.url, () => {
  insideTest("the kernel as a card coalesces what may be one, and nothing else", async () => {
    deepStrictEqual(await strayUnits(), {});
  });

  insideTest(
    "the kernel as a card segments what a host leaves to it, real TCP as well",
    async () => {
      const world = new NetnsWorld();
      const directory = await Deno.makeTempDir({ dir: "/run" });
      const outcomes: TransferOutcome[] = [];
      const scenario = through(async (driver) => {
        await driver.datagrams("host", [superPacketOf(4), superPacketOf(6)]);
        for (const family of [4, 6] as const) {
          const ends = { from: "host", to: "network", sourcePort: 4000, destinationPort: 5000 };
          const flow = { ...ends, family };
          outcomes.push(await driver.tcp({ flow, octets: 20_000_000, octetsBack: 20_000_000 }));
        }
      });
      const profiles = { nic: CARD_PROFILE };
      const record = await world.run({ suite: CARD, scenario, profiles, seed: 1, directory });
      await world.close();
      strictEqual(record.problem, undefined);
      for (const { received, intact } of outcomes) {
        deepStrictEqual([received, intact], [40_000_000, true]);
      }
      for (const family of [4, 6] as const) {
        const whole = superPacketOf(family).subarray(family === 4 ? 40 : 60);
        const [sent] = await segmentsIn(`${directory}/host.pcapng`, family);
        deepStrictEqual([sent.length, sent.isWhole, sent.flags], [6000, true, 0xd9]);
        const segments = await segmentsIn(`${directory}/wire.pcapng`, family);
        const size = family === 4 ? 1460 : 1440, last = 6000 % size;
        deepStrictEqual(
          segments.map(({ payload: _, ...rest }) => rest),
          [0, 1, 2, 3, 4].map((i) => ({
            sequence: (0xfffff000 + i * size) % 2 ** 32,
            length: i < 4 ? size : last,
            flags: i === 0 ? 0xd0 : i < 4 ? 0x50 : 0x59,
            id: family === 4 ? 0xfffe + i & 0xffff : 0,
            isWhole: true,
          })),
        );
        strictEqual(segments.map(({ payload }) => payload).join(""), whole.toHex());
      }
    },
  );
}, { problem, begin: startGuardian });
