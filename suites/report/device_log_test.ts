import { deepStrictEqual, ok, strictEqual } from "node:assert";
import type { Evidence } from "../kit/evidence.ts";
import { profileSchema } from "../kit/profile.ts";
import { deviceLogs } from "./device_log.ts";

const profile = (attach: Record<string, unknown>) =>
  profileSchema.parse({ name: "box", roles: ["lns"], attach });
const record = {
  nodes: {
    device: { role: "lns", config: {}, profile: profile({ kind: "process", command: ["box"] }) },
    tester: { role: "lac", config: {}, profile: profile({ kind: "reference" }) },
  },
} as unknown as Evidence;

async function inRun(test: (directory: string) => void | Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "plumbline-log-" });
  await Deno.mkdir(`${directory}/evidence/a`, { recursive: true });
  try {
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("the last lines are shown, and what steers a terminal or a page is text", () =>
  inRun((directory) => {
    Deno.writeTextFileSync(`${directory}/evidence/a/device.log`, "one\n\x1b[2Jtwo\r\n</pre><b>\n");
    Deno.writeTextFileSync(`${directory}/evidence/a/tester.log`, "ours\n");
    const [log, ...others] = deviceLogs(directory, "evidence/a", record, true);
    deepStrictEqual(others, []);
    strictEqual(log.file, "evidence/a/device.log");
    deepStrictEqual(log.lines, ["one", "\\u{1b}[2Jtwo", "</pre><b>"]);
    strictEqual(log.cut, false);
  }));

Deno.test("a flood is bounded, more so where all passed, and says that there is more", () =>
  inRun((directory) => {
    const flood = `${"x".repeat(5000)}\n`.repeat(3) + "line\n".repeat(100_000);
    Deno.writeTextFileSync(`${directory}/evidence/a/device.log`, flood);
    const of = (passed: boolean) => deviceLogs(directory, "evidence/a", record, passed)[0];
    ok(of(true).cut && of(false).cut);
    strictEqual(of(true).lines.length, 10);
    strictEqual(of(false).lines.length, 100);
    Deno.writeTextFileSync(`${directory}/evidence/a/device.log`, "y".repeat(100_000));
    ok(of(false).lines.join("").length < 500);
  }));

Deno.test("a log that leads elsewhere, or is empty, or is none, is left out", () =>
  inRun(async (directory) => {
    const logs = () => deviceLogs(directory, "evidence/a", record, false);
    deepStrictEqual(logs(), []);
    await Deno.symlink("/etc/passwd", `${directory}/evidence/a/device.log`);
    deepStrictEqual(logs(), []);
    await Deno.remove(`${directory}/evidence/a/device.log`);
    Deno.writeTextFileSync(`${directory}/evidence/a/device.log`, "\n\n");
    deepStrictEqual(logs(), []);
  }));
