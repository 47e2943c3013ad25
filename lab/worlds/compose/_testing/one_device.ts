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

/**
 * Asserts that xl2tpd in a container gets the verdicts that it gets in other forms.
 * @param folder Where the runs go.
 * @returns How many verdicts were compared.
 */
export async function assertSameVerdicts(
  contained: Project,
  forms: readonly Form[],
  check: string,
  folder: string,
): Promise<number> {
  const selection = ["--suite", "l2tp", "--check", check];
  const { code, said, report } = await contained.certify(
    ...["--device", "xl2tpd_container", ...selection],
  );
  strictEqual(code, 1, said);
  let compared = 0;
  for (const form of forms) {
    const file = `${folder}/box.json`;
    await Deno.writeTextFile(file, JSON.stringify(BOX));
    const out = `${folder}/${form}-${crypto.randomUUID()}`;
    const device = form === "box" ? file : "xl2tpd";
    const run = await plumbline("certify", "--device", device, ...selection, "--out", out);
    strictEqual(run.code, 1, run.err);
    const other: Report = JSON.parse(await Deno.readTextFile(`${out}/report.json`));
    const [ours, theirs] = comparable(report!, other);
    deepStrictEqual(ours, theirs, `in a container, and as a ${form}`);
    const count = Object.keys(ours).length;
    // Most of it must have been there to be compared.
    ok(count >= 0.9 * checksOf(other).length, `${count} of ${checksOf(other).length}`);
    compared += count;
  }
  return compared;
}

const checksOf = (report: Report) => report.suites.flatMap(({ checks }) => checks);

/** The verdicts of two reports by check and evidence, but for those that the machine was too late for. */
function comparable(...reports: [Report, Report]): Record<string, string>[] {
  const name = ({ id, evidence }: { id: string; evidence: string }) => `${id} on ${evidence}`;
  const late = new Set(
    reports.flatMap(checksOf).filter(({ verdict, reason }) =>
      verdict === "inconclusive" && /\blate\b|lateness/.test(reason ?? "")
    ).map(name),
  );
  return reports.map((report) =>
    Object.fromEntries(
      checksOf(report).filter((check) => !late.has(name(check)))
        .map((check) => [name(check), check.verdict]),
    )
  );
}
