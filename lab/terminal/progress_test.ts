import { deepStrictEqual, ok, strictEqual } from "node:assert";
import stringWidth from "string-width";
import { totalsOf } from "../../suites/engine/tally.ts";
import type { VerdictWord } from "../../suites/kit/verdict.ts";
import { Progress, type Screen } from "./progress.ts";

const judged = (...words: VerdictWord[]) =>
  totalsOf(words.map((verdict) => ({ outcome: { verdict } })));

/** A terminal that keeps what it showed: views, and lines that stay behind a `+`. */
function watched(columns = 80) {
  const shown: string[] = [];
  const screen: Screen = {
    columns,
    paint: (_, text) => text,
    draw: (view) => shown.push(view),
    keep: (line) => shown.push(`+${line}`),
    erase: () => shown.push(""),
  };
  return { shown, screen };
}

Deno.test("a terminal shows what is under way, the time, the tally, and keeps what went wrong", () => {
  const { shown, screen } = watched();
  let now = 0;
  const progress = new Progress(10, { terminal: screen, now: () => now });
  const long = progress.begin("long");
  now = 61_000;
  const short = progress.begin("short");
  short.detail("sends");
  short.end("short: 1 pass", judged("pass"));
  long.end("long: 1 pass, 1 fail", judged("pass", "fail"));
  progress.clear();
  deepStrictEqual(shown, [
    "0 of 10  0:00\n  long",
    "0 of 10  1:01\n  long\n  short",
    "0 of 10  1:01\n  long\n  short: sends",
    "1 of 10  1:01  about 9:09 left  1 pass\n  long",
    "+✗ long: 1 pass, 1 fail",
    "2 of 10  1:01  about 4:04 left  2 pass  1 fail",
    "",
  ]);
});

Deno.test("no line of the view is wider than the terminal, and no device writes to it", () => {
  const { shown, screen } = watched(40);
  const progress = new Progress(1, { terminal: screen, now: () => 0 });
  progress.begin(`\x1b[2J${"漢字".repeat(30)}`).end("x".repeat(100), judged("error"));
  progress.clear();
  for (const line of shown.flatMap((view) => view.replace(/^\+/, "").split("\n"))) {
    ok(stringWidth(line) <= 40, line);
    strictEqual(line.includes("\x1b"), false);
  }
});

Deno.test("elsewhere every result is a line, in the order of their ends", () => {
  const lines: string[] = [];
  const options = { terminal: null, writer: (text: string) => lines.push(text) };
  const progress = new Progress(3, options);
  const long = progress.begin("long");
  const short = progress.begin("short");
  short.detail("sends");
  short.end("short: 1 pass");
  long.end("long: 1 fail");
  progress.clear();
  deepStrictEqual(lines, ["[1/3] short: 1 pass\n", "[2/3] long: 1 fail\n"]);
});
