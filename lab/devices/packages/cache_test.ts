import { strictEqual, throws } from "node:assert";
import { cacheBase } from "./cache.ts";

Deno.test("what is fetched lies where the user's environment says, by an absolute path", () => {
  strictEqual(cacheBase("/var/cache/me", "/home/me"), "/var/cache/me/plumbline");
  strictEqual(cacheBase("cache", "/home/me"), "/home/me/.cache/plumbline");
  strictEqual(cacheBase(undefined, "/home/me"), "/home/me/.cache/plumbline");
  for (const home of [undefined, "", "me"]) {
    throws(() => cacheBase("", home), /HOME must be a folder: got none/);
  }
});
