import { deepStrictEqual, strictEqual } from "node:assert";
import { launchersOf, orphaned, type ProcessInfo } from "./launcher.ts";

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

Deno.test("a launcher that was killed before it could be watched is missed", () => {
  const task = { INIT_CWD: "/", npm_config_user_agent: "deno/2.9.6" };
  const npx = { ...task, npm_command: "exec" };
  const us = { pid: 9, parent: 1, command: US };
  const init = { pid: 1, parent: 0, command: ["/sbin/init"] };
  const denoTask = { pid: 5, parent: 1, command: ["deno", "task", "certify"] };
  const under = { ...us, parent: 5 };
  const shell = { pid: 5, parent: 1, command: ["bash"] };
  const cases: [Record<string, string>, ProcessInfo[], boolean][] = [
    [task, [init, us], true],
    [{}, [init, us], false],
    [task, [init, denoTask, under], false],
    [npx, [init, denoTask, under], true],
    [task, [init, shell, under], false],
  ];
  for (const [env, processes, expected] of cases) {
    const look = (pid: number) => processes.find((process) => process.pid === pid);
    strictEqual(orphaned(9, (name) => env[name], look), expected);
  }
});
