import { deepStrictEqual } from "node:assert";
import { launchersOf, type ProcessInfo } from "./launcher.ts";

/** The launchers of the last process of a chain of command lines, by position from 1. */
function launchers(...commands: string[][]): number[] {
  const table = new Map<number, ProcessInfo>(
    commands.map((command, i) => [i + 1, { pid: i + 1, parent: i, command }]),
  );
  return launchersOf(commands.length, (pid) => table.get(pid));
}

const US = ["/usr/bin/deno", "run", "-A", "lab/main.ts", "certify"];

Deno.test("deno task, npx and the shells between them launch us", () => {
  deepStrictEqual(
    launchers(
      ["/sbin/init"],
      ["-bash"],
      ["npm exec deno@2.9.6 task certify --out /home/me/k"],
      ["sh", "-c", "deno task certify"],
      ["node", "/home/me/.npm/_npx/1/node_modules/.bin/deno", "task", "certify"],
      ["/home/me/.npm/_npx/1/node_modules/deno/deno", "task", "certify"],
      US,
    ),
    [6, 5, 4, 3],
  );
});

Deno.test("whoever merely started us from a shell, a script or a terminal does not", () => {
  for (const shell of [["-bash"], ["bash"], ["sh", "ci.sh"], ["sh", "-c", "deno run … &"]]) {
    deepStrictEqual(launchers(["/sbin/init"], shell, US), []);
  }
  deepStrictEqual(launchers(["/sbin/init"], ["node", "server.js"], US), []);
  deepStrictEqual(launchers(["setsid", "--fork"], ["/usr/bin/deno", "task", "certify"], US), [2]);
});

Deno.test("a chain that ends while it is read has no launchers beyond its end", () => {
  deepStrictEqual(launchersOf(7, () => undefined), []);
});
