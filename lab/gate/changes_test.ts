import assert from "node:assert/strict";
import { changesSince, parseDiff } from "./changes.ts";

Deno.test("a diff gives changed, new and deleted files, with the lines that are new", () => {
  const diff = `diff --git a/a.ts b/a.ts
index 1..2 100644
--- a/a.ts
+++ b/a.ts
@@ -3 +3 @@ export
-x
+y
@@ -9,2 +10,3 @@
+a
+b
+c
@@ -20,2 +22,0 @@
-gone
-gone
diff --git a/lab/b b.ts b/lab/b b.ts
new file mode 100644
--- /dev/null
+++ b/lab/b b.ts
@@ -0,0 +1 @@
+x
diff --git a/c.ts b/c.ts
deleted file mode 100644
--- a/c.ts
+++ /dev/null
@@ -1 +0,0 @@
-x
`;
  assert.deepEqual(parseDiff(diff), [
    { path: "a.ts", deleted: false, lines: [3, 10, 11, 12, 22] },
    { path: "lab/b b.ts", deleted: false },
    { path: "c.ts", deleted: true, lines: [0] },
  ]);
});

Deno.test("a commit that git does not know is an error that names it", async () => {
  await assert.rejects(changesSince("no-such-commit"), /no-such-commit/);
});
