/** [0030], [0070]: the cores of the reverse direction, and cores that are withdrawn while in use. */
import { NODE_RULES } from "../../../peers/core_identity/rules.ts";
import type { Section } from "../../kit/suite.ts";
import { gravest, gravestOf, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { lanFacts } from "../facts/lan.ts";
import { traceFacts } from "../facts/trace.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_7 } from "../scenarios/figure_7.ts";
import { kit } from "../vocabulary.ts";
import { coresNamed, leavesGoneCores, movedSessions } from "./cores.ts";
import { carriedBy, delivered } from "./delivery.ts";
import { workByIdentity, workOf } from "./premises.ts";

const coreWithdrawn = kit.testCase({
  name: "common/core_withdrawn",
  title: "When a core is withdrawn its sessions go on, on a core that is left",
  covers: ["CID-108"],
  on: [FIGURE_7.core_withdrawn],
  judges: ["receiver"],
  needs: { wan: wanFacts, lan: lanFacts, trace: traceFacts },
  stimulus(facts, evidence) {
    const work = workOf(facts, evidence);
    if (isInconclusive(work)) return work;
    if (work.every((node) => movedSessions(node).length === 0)) {
      return inconclusive("no session of a withdrawn core went on");
    }
    const carried = carriedBy(facts, evidence);
    return isInconclusive(carried) ? carried : { work, carried };
  },
  judge: (_, { work, carried }) =>
    gravest(gravestOf(work, "receiver", leavesGoneCores), delivered(carried)),
});

const coresInReverse = kit.invariant({
  name: "common/cores_in_reverse",
  title: "In the reverse direction too the core that an identity names processes the datagram",
  covers: ["CID-102"],
  on: [FIGURE_7.sessions],
  judges: ["sender"],
  needs: { wan: wanFacts, trace: traceFacts },
  subject(facts, evidence) {
    const work = workByIdentity(facts, evidence, "sender");
    if (isInconclusive(work)) return work;
    return work.every(({ trace }) => trace.cores.size > 0)
      ? work
      : inconclusive("the sender's trace does not name its cores");
  },
  judge: (_, work) => gravestOf(work, "sender", coresNamed),
});

/** The section. */
export const CORES_IN_USE: Section = {
  title: "[0030], [0070]: cores of the reverse direction, and cores that are withdrawn",
  checks: [coreWithdrawn, coresInReverse],
  mutants: [
    kit.mutant({
      name: "goes_on_with_a_withdrawn_core",
      title: "Processes datagrams on the core that was withdrawn",
      role: "receiver",
      violates: "CID-108",
      rules: {
        node: {
          coreOfIdentity: (identity, offered) =>
            identity < 4n ? Number(identity) : NODE_RULES.coreOfIdentity(identity, offered),
        },
      },
    }),
    kit.mutant({
      name: "another_core_in_reverse",
      title: "Processes what comes back on the core next to the one that is named",
      role: "sender",
      violates: "CID-102",
      rules: { node: { coreUsed: (named, _arrival, cores) => (named + 1) % cores } },
    }),
    kit.mutant({
      name: "first_core_in_reverse",
      title: "Processes everything that comes back on its first core",
      role: "sender",
      violates: "CID-102",
      rules: { node: { coreUsed: () => 0 } },
    }),
  ],
};
