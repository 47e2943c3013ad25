import { strictEqual } from "node:assert";
import { LatenessWatch } from "./lateness_watch.ts";

Deno.test("a host that keeps its deadlines is not late", () => {
  const watch = new LatenessWatch();
  watch.called(5);
  watch.expect(10, 5);
  watch.called(7);
  watch.called(10);
  watch.sent(10, 10);
  strictEqual(watch.worst, 0);
});

Deno.test("a deadline is missed once, by the call after it", () => {
  const watch = new LatenessWatch();
  watch.expect(10, 5);
  watch.called(13);
  watch.called(40);
  strictEqual(watch.worst, 3);
});

Deno.test("what was overdue when it was asked for is late from then on", () => {
  const watch = new LatenessWatch();
  watch.expect(0, 100);
  watch.called(102);
  strictEqual(watch.worst, 2);
});

Deno.test("the worst wait before a decision and the worst way after it add up", () => {
  const watch = new LatenessWatch();
  watch.waited(4);
  watch.waited(1);
  watch.sent(20, 25);
  watch.sent(30, 31);
  strictEqual(watch.worst, 9);
});
