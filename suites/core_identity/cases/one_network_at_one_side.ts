/** [0031]: several access networks at one side, one at the other. */
import type { Evidence } from "../../kit/evidence.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { LabView } from "../../kit/lab_view.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { declared } from "../facts/declared.ts";
import { lanFacts } from "../facts/lan.ts";
import { wanFacts } from "../facts/wan.ts";
import type { CoreIdentityRole } from "../requirements/classes.ts";
import { FIGURE_10 } from "../scenarios/figure_10.ts";
import { FIGURE_7_NETWORKS } from "../scenarios/figure_7_networks.ts";
import { FIGURE_8 } from "../scenarios/figure_8.ts";
import { FIGURE_9 } from "../scenarios/figure_9.ts";
import { kit } from "../vocabulary.ts";
import { delivered, takenInBy } from "./delivery.ts";
import { tunnelsUp } from "./establishment.ts";

/** Access networks of a role, as the lab gave them to it. */
export function networksOf(evidence: Evidence, role: CoreIdentityRole): number {
  return declared<unknown[]>(evidence, role, "wan")?.length ?? 0;
}

const oneWanAtOneSide = (role: CoreIdentityRole) =>
  kit.testCase({
    name: `common/one_wan_at_one_side_${role}`,
    title: "An aggregate of several access networks to one forms and carries sessions",
    covers: ["CID-103"],
    on: [
      FIGURE_7_NETWORKS.three_to_one,
      FIGURE_8.three_to_one,
      FIGURE_9.three_to_one,
      FIGURE_10.three_to_one,
    ],
    judges: [role],
    needs: { wan: wanFacts, lan: lanFacts },
    stimulus(facts, evidence) {
      const own = networksOf(evidence, "sender");
      const receivers = new LabView(evidence).nodesOf("receiver").length;
      if (receivers !== 1 || networksOf(evidence, "receiver") !== 1 || own < 2) {
        return inconclusive("not one end alone has several access networks");
      }
      const flows = takenInBy(facts, evidence);
      if (isInconclusive(flows)) return flows;
      const asked = facts.wan.of("sender").flatMap(({ setups }) => [...setups.values()])
        .flatMap(({ greeting }) => greeting ?? []);
      if (role === "receiver" && asked.length === 0) {
        return inconclusive("the sender asked for no tunnel");
      }
      return { own, flows, asked };
    },
    judge: ({ wan, lan }, { own, flows, asked }) => {
      const up = tunnelsUp(wan).length;
      return gravest(
        // [0031] lets a device establish one or more of the tunnels; an aggregate has several.
        up > 1 ? undefined : fail(
          `tunnels come up on two of ${own} access networks or more`,
          `${up} did`,
          frameRefs(...asked.slice(0, own), flows[0].firstSent),
        ),
        delivered({ lan, flows }),
      );
    },
  });

/** The section. */
export const ONE_NETWORK_AT_ONE_SIDE: Section = {
  title: "[0031]: several access networks at one side, one at the other",
  checks: [oneWanAtOneSide("sender"), oneWanAtOneSide("receiver")],
  mutants: [
    kit.mutant({
      name: "wants_many_at_the_peer",
      title: "Opens an aggregate only when the peer too has several access networks",
      role: "sender",
      violates: "CID-103",
      rules: { node: { acceptsAggregate: (own, peer) => own > 1 && peer > 1 } },
    }),
    kit.mutant({
      name: "wants_equal_numbers",
      title: "Accepts an aggregate only of equally many access networks on both sides",
      role: "receiver",
      violates: "CID-103",
      rules: { node: { acceptsAggregate: (own, peer) => own === peer } },
    }),
  ],
};
