import assert from "node:assert/strict";
import { ClusterMessage } from "../../../captures/wire/tunnel_cluster.ts";
import type { Cluster } from "./cluster.ts";
import type { ClusterPacket } from "./cluster_messages.ts";
import { relationFault, type Said } from "./cluster_speech.ts";

type Spoken = Pick<ClusterPacket, "message" | "time" | "term" | "sequence" | "acknowledged">;
const message = (
  kind: "heartbeat" | "report",
  time: number,
  term: number,
  number: number,
): Spoken => ({
  ...{ message: ClusterMessage[kind], time, term },
  ...{ sequence: number, acknowledged: kind === "report" ? number : 0 },
});
/** A heartbeat, and a report that acknowledges one: a time in seconds, a term and a number. */
const beat = (time: number, term: number, number: number) =>
  message("heartbeat", time, term, number);
const report = (time: number, term: number, number: number) =>
  message("report", time, term, number);

/** The verdict on reports of an endpoint that was so many milliseconds late. */
function judged(late: number, heard: readonly Spoken[], ...messages: readonly Spoken[]) {
  const evidence = { lateness: { machine: 0, wires: 0, nodes: { endpoint3: late } } };
  const cluster = { evidence, instructions: () => [] } as unknown as Cluster;
  const frame = { capture: "lan-e3", number: 1 };
  const said = {
    ...{ place: { node: "endpoint3" }, heard },
    messages: messages.map((one) => ({ ...one, frame })),
  };
  return relationFault(cluster, said as unknown as Said)?.verdict ?? "pass";
}

/** A master that dies, and another that has made itself heard for 0.2 s. */
const SUCCESSION = [
  ...[1, 2, 3].map((number) => beat(number / 4, 1, number)),
  ...[1, 2, 3, 4].map((number) => beat(2 + number / 20, 2, number)),
];

Deno.test("an endpoint that was late may acknowledge the last master's heartbeat", () => {
  assert.equal(judged(229, SUCCESSION, report(2.21, 1, 3)), "pass");
  assert.equal(judged(5, SUCCESSION, report(2.21, 1, 3)), "fail");
});

Deno.test("no lateness lets an endpoint acknowledge what another heartbeat followed before it", () => {
  assert.equal(judged(229, SUCCESSION, report(2.21, 1, 2)), "fail");
  assert.equal(judged(100, SUCCESSION, report(2.41, 2, 1)), "fail");
  assert.equal(judged(229, SUCCESSION, report(2.21, 7, 3)), "fail");
});

Deno.test("an endpoint that no heartbeat may have reached yet acknowledges none", () => {
  assert.equal(judged(229, [beat(1, 1, 1)], report(1.1, 0, 0)), "pass");
  assert.equal(judged(229, [beat(1, 1, 1)], report(1.1, 0, 5)), "fail");
  assert.equal(judged(229, [beat(1, 1, 1)], report(1.5, 0, 0)), "fail");
});
