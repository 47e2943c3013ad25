import { available, inside, settle, spawnInside } from "../enter.ts";

/** What the tests of a file need from outside their namespaces. */
export interface Outside {
  /** Why it cannot be had; undefined where it can. */
  problem(): Promise<string | undefined>;
  /** Makes it; it is ended after the tests. */
  begin(): Promise<{ end(): Promise<void> }>;
}

/**
 * Declares tests that need namespaces of their own: outside them the file has one test, which runs
 * the file again inside; where namespaces are not allowed it is ignored, with the reason.
 * @param file `import.meta.url` of the test file.
 */
export async function namespaceTests(
  file: string,
  declare: () => void,
  outside?: Outside,
): Promise<void> {
  if (inside()) {
    settle();
    declare();
    return;
  }
  const reason = await outside?.problem();
  const able = reason === undefined ? await available() : { ok: false as const, reason };
  const name = new URL(file).pathname.split("/").pop();
  if (!able.ok) console.warn(`${name} is skipped: ${able.reason}`);
  Deno.test({
    name: `what ${name} says holds inside namespaces`,
    ignore: !able.ok,
    async fn() {
      await using stack = new AsyncDisposableStack();
      const lent = await outside?.begin();
      if (lent !== undefined) stack.defer(() => lent.end());
      const command = [Deno.execPath(), "test", "-A", "--no-check", "--quiet", file];
      const child = await spawnInside(command, `test ${name}`, "piped");
      const { stdout, stderr } = child;
      const [code, said, complained] = await Promise.all([
        child.status.then((status) => status.code),
        new Response(stdout).text(),
        new Response(stderr).text(),
      ]);
      await child.stdin.close().catch(() => {});
      if (code !== 0 || !/[1-9]\d* passed/.test(said)) {
        throw new Error(`Inside the namespaces tests failed:\n${said}${complained}`);
      }
    },
  });
}

/** A test inside namespaces; its processes, sockets and threads end with them. */
export function insideTest(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name, sanitizeOps: false, sanitizeResources: false, sanitizeExit: false, fn });
}
