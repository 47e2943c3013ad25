import { deepStrictEqual } from "node:assert";
import { Progress } from "./progress.ts";

/** What is shown on a terminal or elsewhere, line by line. */
function shown(live: boolean, act: (progress: Progress) => void): string[] {
  const lines: string[] = [];
  act(new Progress(3, live, (text) => lines.push(text.replace("\r\x1b[2K", ""))));
  return lines;
}

function play(progress: Progress): void {
  const long = progress.begin("long");
  const short = progress.begin("short");
  short.detail("sends");
  short.end("short: 1 pass");
  long.end("long: 1 fail");
  progress.clear();
}

Deno.test("a terminal shows what moved last, how many go beside it, and then what takes longest", () => {
  deepStrictEqual(shown(true, play), [
    "[0/3] long",
    "[0/3 +1] short",
    "[0/3 +1] short: sends",
    "[1/3] long",
    "[2/3] long: 1 fail",
    "",
  ]);
});

Deno.test("elsewhere every result is a line, in the order of their ends", () => {
  deepStrictEqual(shown(false, play), ["[1/3] short: 1 pass\n", "[2/3] long: 1 fail\n"]);
});
