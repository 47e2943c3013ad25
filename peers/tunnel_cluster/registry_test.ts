import assert from "node:assert/strict";
import { Registry } from "./registry.ts";

Deno.test("an endpoint that registers again finds its bucket as it was", () => {
  const registry = new Registry();
  const at = { address: "10.0.11.1", port: 49700 };
  const member = registry.register(1, "10.0.11.1", at, 100, 0);
  Object.assign(member, { bucket: 2, bucketAt: 40 });
  const { bucket, bucketAt } = registry.register(1, "10.0.11.1", at, 100, 50);
  assert.deepEqual({ bucket, bucketAt }, { bucket: 2, bucketAt: 40 });
});
