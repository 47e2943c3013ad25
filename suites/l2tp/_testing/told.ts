/** What is told of captures made by hand. */
import { HeaderWalker } from "../../../captures/walk.ts";
import { testEvidence } from "../../_testing/test_suite.ts";
import type { Collector } from "../../kit/collector.ts";
import type { Conversation, Told } from "../../kit/conversation.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { l2tpTeller } from "../conversations/teller.ts";
import { recogniserOf } from "../facts/recogniser.ts";
import type { Captured } from "./captured.ts";

/** The story of a capture of which nobody declared anything. */
export function toldOf({ frames }: Captured): Told {
  const tap = { name: "some", node: "tap", side: "wan" as const, file: "some.pcap" };
  const evidence: Evidence = testEvidence("", frames.length, {
    ...{ suite: "l2tp", scenario: undefined, world: "captures", nodes: {}, taps: [tap] },
  });
  const running = Object.entries(l2tpTeller.needs)
    .map(([key, { begin }]) => [key, begin(evidence) as Collector<unknown>] as const);
  const recognises = recogniserOf(evidence), walk = new HeaderWalker();
  for (const frame of frames) {
    walk.walk(frame);
    if (!recognises(frame, walk, tap)) continue;
    for (const [, collector] of running) collector.frame?.(frame, walk, tap);
  }
  const facts = Object.fromEntries(running.map(([key, collector]) => [key, collector.facts()]));
  return l2tpTeller.tell(facts, evidence, [], new Set());
}

/** The events of a conversation as lines: what, and what it says. */
export function eventsOf({ events }: Conversation): string[] {
  return events.map(({ what, text }) => `${what}: ${text}`);
}
