import assert from "node:assert/strict";
import { z } from "zod";
import { PUBLISHED, schemaText } from "./write_schemas.ts";

Deno.test("the published JSON Schemas are up to date", async () => {
  for (const { file, make } of PUBLISHED) {
    const published = await Deno.readTextFile(file);
    assert.equal(published, schemaText(make), "run `deno run -A suites/report/write_schemas.ts`");
  }
});

Deno.test("every profile in lab/devices/profiles keeps the schema as it is published, and an odd one does not", async () => {
  const schema = z.fromJSONSchema(JSON.parse(await Deno.readTextFile(PUBLISHED[0].file)));
  const devices = new URL("../../lab/devices/profiles/", import.meta.url);
  const names = [...Deno.readDirSync(devices)].map(({ name }) => name)
    .filter((name) => name.endsWith(".json"));
  assert.ok(names.length > 0);
  for (const name of names) {
    const profile = JSON.parse(await Deno.readTextFile(new URL(name, devices)));
    schema.parse(profile);
    assert.equal(schema.safeParse({ ...profile, attatch: {} }).success, false);
    assert.equal(schema.safeParse({ ...profile, roles: [] }).success, false);
  }
});
