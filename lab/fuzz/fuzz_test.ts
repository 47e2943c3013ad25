import { CUT_REACH, damaged, type Recipe } from "../../captures/_testing/damage.ts";
import { seeded } from "../../captures/_testing/corpus.ts";
import { examine } from "./examine.ts";
import { ownSpecimens, type Specimen, thirdPartySpecimens } from "./specimens.ts";

/** Damaged copies of each specimen; `deno task fuzz` takes all that there are. */
const CUTS = 8, FLIPS = 16;

const THIRD_PARTY = await thirdPartySpecimens();

if (THIRD_PARTY.length === 0) {
  console.log("fuzz: the test over other people's captures is skipped: there are none");
}

async function sample(specimens: readonly Specimen[]): Promise<void> {
  const random = seeded(1);
  for (const specimen of specimens) {
    const { name, octets } = specimen;
    const reach = Math.min(octets.length, CUT_REACH);
    const recipes: Recipe[] = [
      ...Array.from({ length: CUTS }, (): Recipe => `cut ${random(reach + 1)}`),
      ...Array.from({ length: FLIPS }, (): Recipe => `flip ${random(0xffffffff)}`),
    ];
    for (const recipe of recipes) {
      try {
        await examine(specimen, damaged(octets, recipe));
      } catch (error) {
        throw new Error(`${name}, ${recipe}`, { cause: error });
      }
    }
  }
}

Deno.test({
  name: "captures of others, cut and flipped, are read, dissected, described and judged",
  ignore: THIRD_PARTY.length === 0,
  fn: () => sample(THIRD_PARTY),
});

Deno.test("evidence of our own, cut and flipped, breaks no pass and no check", async () => {
  const folder = await Deno.makeTempDir({ prefix: "plumbline-fuzz-" });
  try {
    await sample(await ownSpecimens(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
