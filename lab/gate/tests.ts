/** Which tests a change asks for now, and which are left to the full gate. */

/** Tests that take long, by the reason. */
export const EXPENSIVE: readonly { what: string; tests: readonly RegExp[] }[] = [
  {
    what: "make namespaces",
    tests: [/^lab\/worlds\/netns\/(enter|lab|launcher|parallel_labs|take_over|world)_test\.ts$/],
  },
  {
    what: "boot kernels or start devices",
    tests: [/^lab\/devices\/(uml\/kernel|profiles\/profiles|cable\/cable)_test\.ts$/],
  },
  { what: "build large clusters", tests: [/^lab\/scale\//] },
  {
    what: "run whole commands",
    tests: [/^lab\/main_test\.ts$/, /^lab\/bench\/bench_test\.ts$/],
  },
  { what: "open a browser or large reports", tests: [/^lab\/commands\/report_[a-z]+_test\.ts$/] },
  {
    what: "read other people's captures and ask other decoders",
    tests: [/\/(tshark|tshark_cluster|scapy|corpus|fuzz)_test\.ts$/],
  },
  {
    what: "judge every scenario, device and mutant",
    tests: [
      /^suites\/self\/(honesty|mutants|damage|unbound_damage|premise|cross_replay|legal_variants|contributing)_test\.ts$/,
    ],
  },
];

/** Tests that hold for every file, whatever was touched. */
export const ALWAYS: readonly string[] = ["suites/self/structure_test.ts"];

/** What is to be run: groups of test files, nearest to the change first. */
export interface TestPlan {
  groups: string[][];
  left: { what: string; tests: string[] }[];
}

/** Steps from the change up to which a module is near: itself, and what imports it. */
export const NEAR = 1;

/**
 * Sorts the tests that a change reaches.
 * @param distance How far each module is from the change.
 */
export function planTests(distance: ReadonlyMap<string, number>): TestPlan {
  const reached = [...distance.keys()].filter((path) => /_test\.tsx?$/.test(path));
  const costly = Map.groupBy(
    reached,
    (path) =>
      EXPENSIVE.find(({ tests }) => tests.some((pattern) => pattern.test(path)))?.what ?? "",
  );
  const cheap = costly.get("") ?? [];
  costly.delete("");
  const isNear = (path: string) => distance.get(path)! <= NEAR;
  const far = [...cheap.filter((path) => !isNear(path)), ...ALWAYS];
  const groups = [cheap.filter(isNear), [...new Set(far)]];
  return {
    groups: groups.filter((group) => group.length > 0),
    left: [...costly].map(([what, tests]) => ({ what, tests })),
  };
}
