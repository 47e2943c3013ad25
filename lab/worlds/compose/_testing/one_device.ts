/** One third party's device in all forms that it can have: what is judged of it must not depend on that. */
import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { plumbline } from "../../../_testing/command_line.ts";
import type { Report } from "../../../../suites/report/model.ts";
import type { Project } from "./project.ts";

/** xl2tpd as it is in its container, but in a User-Mode Linux kernel. */
const BOX = {
  name: "xl2tpd_box",
  roles: ["lns"],
  classes: ["lns", "authentication", "hiding"],
  attach: {
    kind: "linux",
    packages: ["xl2tpd"],
    script: "{devices}/xl2tpd.sh",
    ready: "Listening on IP address",
  },
  parameters: { ppp: false },
};

/** Forms of xl2tpd besides that in a container. */
export type Form = "process" | "box";

/** Verdicts by check and evidence; late ones are inconclusive as the lab was not in time. */
type Verdicts = Map<string, { check: string; verdict: string; isLate: boolean }>;

/**
 * Asserts that xl2tpd in a container gets the verdicts that it gets in other forms. Where they differ and
 * one is inconclusive, the machine may have been too busy for it: the check's scenario is run once more
 * by itself in both forms, and what it then comes to counts.
 * @param folder Where the runs go.
 * @returns How many verdicts were compared.
 */
export async function assertSameVerdicts(
  contained: Project,
  forms: readonly Form[],
  check: string,
  folder: string,
): Promise<number> {
  const runInContainer = async (...selection: string[]) => {
    const args = ["--suite", "l2tp", "--device", "xl2tpd_container", "--check", ...selection];
    const { code, said, report } = await contained.certify(...args);
    return { code, said, report };
  };
  const ours = await runInContainer(check);
  strictEqual(ours.code, 1, ours.said);
  let compared = 0;
  for (const form of forms) {
    const theirs = await runAs(form, folder, check);
    strictEqual(theirs.code, 1, theirs.said);
    const [here, there] = [ours, theirs].map(({ report }) => verdictsIn(report!));
    for (const id of unsettled(here, there)) {
      for (
        const [verdicts, run] of [
          [here, await runInContainer(id, "--jobs", "1")],
          [there, await runAs(form, folder, id, "--jobs", "1")],
        ] as const
      ) {
        for (const [name, settled] of verdictsIn(run.report!)) verdicts.set(name, settled);
      }
    }
    const late = new Set([...here, ...there].filter(([, { isLate }]) => isLate).map(([n]) => n));
    const words = (verdicts: Verdicts) =>
      Object.fromEntries(
        [...verdicts].filter(([name]) => !late.has(name))
          .map(([name, { verdict }]) => [name, verdict]),
      );
    deepStrictEqual(words(here), words(there), `in a container, and as a ${form}`);
    // Most of it must have been there to be compared.
    const count = there.size - late.size;
    ok(count >= 0.9 * there.size, `${count} of ${there.size}`);
    compared += count;
  }
  return compared;
}

/** Certifies xl2tpd in another form than in a container. */
async function runAs(
  form: Form,
  folder: string,
  ...selection: string[]
): Promise<{ code: number; said: string; report: Report | undefined }> {
  const file = `${folder}/box.json`;
  await Deno.writeTextFile(file, JSON.stringify(BOX));
  const out = `${folder}/${form}-${crypto.randomUUID()}`;
  const device = form === "box" ? file : "xl2tpd";
  const args = ["--suite", "l2tp", "--device", device, "--check", ...selection, "--out", out];
  const { code, err } = await plumbline("certify", ...args);
  const report = await Deno.readTextFile(`${out}/report.json`).then(JSON.parse, () => undefined);
  return { code, said: err, report };
}

function verdictsIn({ suites }: Report): Verdicts {
  return new Map(
    suites.flatMap(({ checks }) => checks).map(({ id, evidence, verdict, reason = "" }) => {
      const isLate = verdict === "inconclusive" && /\blate\b|lateness/.test(reason);
      return [`${id} on ${evidence}`, { check: id, verdict, isLate }];
    }),
  );
}

/** Checks of which one form has no verdict, and the other has another or was too late for one. */
function unsettled(here: Verdicts, there: Verdicts): Set<string> {
  const open = new Set<string>();
  for (const [name, { check, verdict, isLate }] of here) {
    const other = there.get(name);
    if (other === undefined) continue;
    const isOpen = verdict === "inconclusive" || other.verdict === "inconclusive";
    if (isLate || other.isLate || isOpen && verdict !== other.verdict) open.add(check);
  }
  return open;
}
