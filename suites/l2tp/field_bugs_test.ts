/** The table of reported faults names what the suites have. */
import assert from "node:assert/strict";
import { allSuites } from "../registry.ts";
import { L2TP } from "./suite.ts";

const TABLE = new URL("../../docs/l2tp_field_bugs.md", import.meta.url);

Deno.test("every mutant and check that the table of reported faults names exists", async () => {
  const suites = await allSuites();
  const known = new Set(
    suites.flatMap(({ mutants, checks }) => [...mutants, ...checks].map(({ id }) => id)),
  );
  const text = await Deno.readTextFile(TABLE);
  const named = [...text.matchAll(/`((?:l2tp|tunnel_cluster)\/[a-z0-9_/]+)`/g)].map(([, id]) => id);
  assert.ok(named.length > 30);
  assert.deepEqual(named.filter((id) => !known.has(id)), []);
});

Deno.test("every reported fault of the table names what sees it", async () => {
  const rows = (await Deno.readTextFile(TABLE)).split("\n").filter((line) =>
    /^\| [^-r]/.test(line)
  );
  assert.ok(rows.length > 10);
  const ids = [...L2TP.mutants, ...L2TP.checks].map(({ id }) => `\`${id}\``);
  for (const row of rows) assert.ok(ids.some((id) => row.split("|")[2].includes(id)), row);
});
