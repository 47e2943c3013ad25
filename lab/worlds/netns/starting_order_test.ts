import { deepStrictEqual, rejects } from "node:assert";
import { StartingOrder } from "./starting_order.ts";

Deno.test("who is spoken to starts before who speaks, and kernels boot before all", async () => {
  const done: string[] = [];
  const steps = new StartingOrder();
  const note = (what: string) => () => Promise.resolve(void done.push(what));
  steps.add("initiators", note("dials"));
  steps.add("peers_go", note("speaks"));
  steps.add("peers_listen", note("opens"));
  steps.add("responders", note("listens"));
  steps.add("kernels", note("boots"));
  await steps.run();
  deepStrictEqual(done, ["boots", "listens", "opens", "speaks", "dials"]);
});

Deno.test("when one start fails those beside it finish and those after it never begin", async () => {
  const done: string[] = [];
  const steps = new StartingOrder();
  steps.add("responders", () => Promise.reject(new Error("no")));
  steps.add("responders", async () => {
    await Promise.resolve();
    done.push("beside");
  });
  steps.add("peers_go", () => Promise.resolve(void done.push("after")));
  await rejects(steps.run(), /^Error: no$/);
  deepStrictEqual(done, ["beside"]);
});
