/** A thread that replays its share of a suite's scenarios. */
import { projectSuite } from "../../registry.ts";
import { crossReplay, type FalseFail, type ReplayOptions } from "./cross_replay.ts";

/** What a thread is asked. */
export interface ReplayTask extends ReplayOptions {
  suite: string;
}

/** What it answers: how many scenarios it replayed, and what failed; or why it broke down. */
export type ReplayAnswer = { scenarios: number; found: FalseFail[] } | { error: string };

// The project is checked as a program; only a worker has this end of the channel.
const channel = self as unknown as {
  onmessage: (event: MessageEvent<ReplayTask>) => void;
  postMessage(answer: ReplayAnswer): void;
};

channel.onmessage = async ({ data: { suite: word, ...options } }) => {
  try {
    let scenarios = 0;
    const found: FalseFail[] = [];
    await crossReplay((await projectSuite(word))!, options, (_, faults) => {
      scenarios++;
      found.push(...faults);
    });
    channel.postMessage({ scenarios, found });
  } catch (error) {
    channel.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
};
