import { deepStrictEqual, rejects } from "node:assert";
import { startInOrder } from "./starting_order.ts";

Deno.test("who is spoken to starts before who speaks, and kernels boot before all", async () => {
  const done: string[] = [];
  const note = (what: string) => () => Promise.resolve(void done.push(what));
  await startInOrder([
    { at: "initiators", act: note("dials") },
    { at: "peers_go", act: note("speaks") },
    { at: "peers_listen", act: note("opens") },
    { at: "responders", act: note("listens") },
    { at: "kernels", act: note("boots") },
  ]);
  deepStrictEqual(done, ["boots", "listens", "opens", "speaks", "dials"]);
});

Deno.test("when one start fails those beside it finish and those after it never begin", async () => {
  const done: string[] = [];
  const steps = startInOrder([
    { at: "responders", act: () => Promise.reject(new Error("no")) },
    {
      at: "responders",
      async act() {
        await Promise.resolve();
        done.push("beside");
      },
    },
    { at: "peers_go", act: () => Promise.resolve(void done.push("after")) },
  ]);
  await rejects(steps, /^Error: no$/);
  deepStrictEqual(done, ["beside"]);
});
