/** FIG. 5, step 501: the establishment gives one core identity for the aggregated tunnel ([0055], [0060]). */
import { Message } from "../../../captures/wire/core_identity_control.ts";
import type { NodeRules } from "../../../peers/core_identity/rules.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, inconclusive, isInconclusive, pass } from "../../kit/verdict.ts";
import { declared } from "../facts/declared.ts";
import { lanFacts } from "../facts/lan.ts";
import { wanFacts } from "../facts/wan.ts";
import type { CoreIdentityRole } from "../requirements/classes.ts";
import { FIGURE_5 } from "../scenarios/figure_5.ts";
import { kit } from "../vocabulary.ts";
import { delivered, takenInBy } from "./delivery.ts";
import { tunnelsUp } from "./establishment.ts";
import {
  another,
  dataInForm5,
  FORWARD,
  givenBy,
  greetingsOf,
  notForm5,
} from "./figure_5_premises.ts";
import { networksOf } from "./one_network_at_one_side.ts";
import { PEER, sightingOf } from "./premises.ts";

const needs = { wan: wanFacts };

const comesUp = (role: CoreIdentityRole) =>
  kit.testCase({
    name: `5/comes_up_${role}`,
    title:
      "The aggregated tunnel comes up whatever access networks either side has, and carries data",
    covers: ["CID-033"],
    on: [FIGURE_5.sessions, FIGURE_5.three_to_one, FIGURE_5.one_to_two],
    judges: [role],
    needs: { ...needs, lan: lanFacts },
    stimulus(facts, evidence) {
      const why = notForm5(evidence);
      if (why !== undefined) return why;
      const flows = takenInBy(facts, evidence);
      if (isInconclusive(flows)) return flows;
      const unreadable = facts.wan.of("sender").reduce((sum, sent) => sum + sent.unreadable, 0);
      if (unreadable > 0) return inconclusive(`${unreadable} packets hold no datagram`);
      const asked = facts.wan.of("sender").flatMap(({ setups }) => [...setups.values()])
        .flatMap(({ greeting }) => greeting ?? []);
      return role === "receiver" && asked.length === 0
        ? inconclusive("the sender asked for no tunnel")
        : { flows, asked };
    },
    judge: ({ wan, lan }, { flows, asked }, evidence) => {
      const up = tunnelsUp(wan).length;
      return gravest(
        // [0031] lets a device establish one or more: with a single interface it may be one.
        up >= Math.min(2, networksOf(evidence, "sender")) ? undefined : fail(
          "tunnels come up on two pairs of access networks or more",
          `${up} did`,
          frameRefs(...asked.slice(0, 2), flows[0].firstSent),
        ),
        delivered({ lan, flows }),
      );
    },
  });

const givenAtEstablishment = kit.testCase({
  name: "5/given_at_establishment",
  title: "The receiver gives one identity in the establishment, before any data comes",
  covers: ["CID-034"],
  on: FORWARD,
  judges: ["receiver"],
  needs,
  standsAlone: true,
  stimulus({ wan }, evidence) {
    const why = notForm5(evidence);
    if (why !== undefined) return why;
    const greetings = greetingsOf(wan, "receiver");
    return greetings.length > 0
      ? greetings
      : inconclusive("no HELLO or HELLO ACK of the receiver was captured");
  },
  judge({ wan }, greetings) {
    const first = sightingOf(greetings[0]), given = new Set<string>();
    for (const { aggregateIdentity } of greetings) {
      if (aggregateIdentity !== undefined) given.add(aggregateIdentity);
    }
    const data = wan.of("sender").find(({ packets }) => packets > 0);
    const isLate = data !== undefined && given.size > 0 &&
      sightingOf(greetings.find(({ aggregateIdentity }) => aggregateIdentity !== undefined)!).time >
        data.firstTime;
    // The identity belongs to the aggregated tunnel: one tunnel's HELLO ACK may tell it for all.
    if (given.size === 1 && !isLate) return pass;
    return fail(
      "one core identity in HELLO ACK of the receiver, before the first data",
      given.size === 0
        ? "there is none"
        : given.size > 1
        ? `there are ${given.size}: ${[...given].join(", ")}`
        : "data comes before it",
      frameRefs(first.frame, data?.first),
    );
  },
});

const reverse = (role: CoreIdentityRole) =>
  kit.testCase({
    name: `5/reverse_identity_${role}`,
    title: "Packets carry the identity that the other side gave",
    covers: ["CID-041"],
    on: [FIGURE_5.reverse],
    judges: [role],
    needs,
    stimulus(facts, evidence) {
      const sent = dataInForm5(facts, evidence, role);
      if (isInconclusive(sent)) return sent;
      const given = givenBy(facts.wan, PEER[role]), greetings = greetingsOf(facts.wan, role);
      const isAsked = declared(evidence, "sender", "reverseIdentity") === true;
      if (!isAsked) return inconclusive("the sides are not told to give an identity each");
      return given === undefined || greetings.length === 0
        ? inconclusive(`the ${PEER[role]} gave no identity`)
        : { sent, given, greetings };
    },
    judge: ({ wan }, { sent, given, greetings }) => {
      const other = sent.sessions.find(({ identity, changed, untagged }) =>
        identity !== given || changed + untagged > 0
      );
      return gravest(
        givenBy(wan, role) !== undefined ? undefined : fail(
          `the ${role} gives an identity too`,
          "none of its greetings does",
          frameRefs(sightingOf(greetings[0]).frame),
        ),
        other === undefined ? pass : fail(
          `identity ${given}, which the ${PEER[role]} gave`,
          `${other.flow} carries ${other.identity || "none"}`,
          frameRefs(other.first),
        ),
      );
    },
  });

/** The section. */
export const ONE_IDENTITY: Section = {
  title: "FIG. 5, step 501: one identity is given",
  checks: [
    comesUp("sender"),
    comesUp("receiver"),
    givenAtEstablishment,
    reverse("sender"),
    reverse("receiver"),
  ],
  mutants: [
    kit.mutant({
      name: "wants_equal_numbers_for_one_identity",
      title: "Opens an aggregate only to as many access networks as it has itself",
      role: "sender",
      violates: "CID-033",
      alsoViolates: ["CID-103"],
      rules: { node: { acceptsAggregate: (own, peer) => own === peer } },
    }),
    kit.mutant({
      name: "wants_many_networks_at_the_sender",
      title: "Accepts an aggregate only from a peer with more access networks than it has itself",
      role: "receiver",
      violates: "CID-033",
      rules: { node: { acceptsAggregate: (own, peer) => peer > own } },
    }),
    kit.mutant({
      name: "gives_no_identity",
      title: "Gives no identity in the establishment",
      role: "receiver",
      violates: "CID-034",
      alsoViolates: ["CID-033", "CID-041", "CID-110"],
      rules: { node: { givesAggregateIdentity: () => undefined } },
    }),
    kit.mutant({
      name: "gives_two_identities",
      title: "Gives another identity in each HELLO ACK",
      role: "receiver",
      violates: "CID-034",
      rules: { node: { givesAggregateIdentity: counting() } },
    }),
    kit.mutant({
      name: "gives_none_in_reverse",
      title: "Gives no identity in HELLO although it is told to",
      role: "sender",
      violates: "CID-041",
      rules: {
        node: {
          givesAggregateIdentity: (selected, message) =>
            message === Message.hello ? undefined : selected,
        },
      },
    }),
    kit.mutant({
      name: "returns_another_identity",
      title: "Sends back with another identity than the one that it was given",
      role: "receiver",
      violates: "CID-041",
      rules: { node: { aggregateIdentityUsed: another } },
    }),
  ],
};

/** Cores in turn, one for each time that it is asked. */
function counting(): NodeRules["givesAggregateIdentity"] {
  let times = 0;
  return () => BigInt(times++ % 4);
}
