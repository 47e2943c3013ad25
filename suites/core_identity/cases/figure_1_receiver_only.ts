/** [0006]: a receiver that steers sessions by itself, and asks the sender for nothing. */
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, pass } from "../../kit/verdict.ts";
import { declared } from "../facts/declared.ts";
import { lanFacts } from "../facts/lan.ts";
import { traceFacts } from "../facts/trace.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_1 } from "../scenarios/figure_1.ts";
import { kit } from "../vocabulary.ts";
import { oneCoreEach, undisturbed } from "./cores.ts";
import { delivered } from "./delivery.ts";
import { carriedWork } from "./figure_1_premises.ts";

const carrying = { wan: wanFacts, trace: traceFacts, lan: lanFacts };

const asksForNothing = kit.testCase({
  name: "1/asks_for_nothing",
  title:
    "A receiver that steers by itself keeps sessions on cores, and tells the sender nothing of them",
  covers: ["CID-021"],
  on: [FIGURE_1.receiver_only],
  judges: ["receiver"],
  needs: carrying,
  stimulus(facts, evidence) {
    return declared(evidence, "receiver", "reports") === false
      ? carriedWork(facts, evidence)
      : inconclusive("the receiver is not told to do without reports");
  },
  judge: ({ wan }, { work, carried }) => {
    const told = wan.of("receiver").flatMap(({ reports, announcements }) => [
      ...reports.map(({ departure, arrival }) => departure ?? arrival),
      ...announcements.filter(({ cores }) => cores > 0).map((one) => one.departure ?? one.arrival),
    ]);
    return gravest(
      told.length === 0 ? pass : fail(
        "the receiver tells nothing of sessions and cores",
        `${told.length} messages do`,
        frameRefs(told[0]?.frame),
      ),
      gravestOf(work, "receiver", (node) => oneCoreEach(undisturbed(node), node.sent)),
      delivered(carried),
    );
  },
});

/** The section. */
export const RECEIVER_ONLY: Section = {
  title: "[0006]: receivers that ask for nothing",
  checks: [asksForNothing],
  mutants: [
    kit.mutant({
      name: "reports_unasked",
      title: "Reports sessions although it is to do without",
      role: "receiver",
      violates: "CID-021",
      rules: { node: { reportsSessions: () => true } },
    }),
  ],
};
