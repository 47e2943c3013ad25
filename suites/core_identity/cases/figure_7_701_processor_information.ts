/** FIG. 7, step 701: processor information both ways while the aggregated tunnel is established. */
import { IdentityKind } from "../../../captures/wire/core_identity.ts";
import { RECEIVER_RULES } from "../../../peers/core_identity/rules.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive, isInconclusive, pass } from "../../kit/verdict.ts";
import { offeredCores, provisionedSet } from "../facts/declared.ts";
import { traceFacts } from "../facts/trace.ts";
import { wanFacts } from "../facts/wan.ts";
import type { CoreIdentityRole } from "../requirements/classes.ts";
import { FIGURE_7 } from "../scenarios/figure_7.ts";
import { FIGURE_7_NETWORKS } from "../scenarios/figure_7_networks.ts";
import { FIGURE_9 } from "../scenarios/figure_9.ts";
import { kit } from "../vocabulary.ts";
import { identitiesOffered } from "./cores.ts";
import { establishmentOf, informedBeforeData } from "./establishment.ts";
import {
  announcementsOf,
  dataOf,
  establishing,
  givesOneForAll,
  sightingOf,
  workByIdentity,
} from "./premises.ts";

const needs = { wan: wanFacts };

/** [0068] asks for the exchange once for the aggregated tunnel, not once for each tunnel in it. */
const announces = (role: CoreIdentityRole) =>
  kit.invariant({
    name: `7/information_of_${role}`,
    title: `The ${role} has announced its cores by the time the aggregated tunnel is up`,
    covers: ["CID-050"],
    on: [
      FIGURE_7.sessions,
      FIGURE_7.queued_before_up,
      FIGURE_7_NETWORKS.three_to_one,
      FIGURE_9.identity_instead,
    ],
    judges: [role],
    needs,
    subject: ({ wan }, evidence) => establishmentOf(wan, role, evidence),
    judge: (_, { up, own, greetings }, { world }) => {
      // Clocks of captures alone may differ: what belongs to the establishment counts.
      const isInTime = own.some((announcement) =>
        world === "captures" || sightingOf(announcement).time <= up.time
      );
      return isInTime ? pass : fail(
        `a message of the ${role} with a Core Count before the aggregated tunnel is up`,
        own.length > 0 ? "its first comes later" : "the Core Count of all its messages is 0",
        frameRefs(...greetings.slice(0, 4), up),
      );
    },
  });

const countsCores = (role: CoreIdentityRole) =>
  kit.testCase({
    name: `7/core_count_of_${role}`,
    title: `The ${role} announces as many cores as it makes available`,
    covers: ["CID-051"],
    on: [FIGURE_7.sessions, FIGURE_7.offline_cores, FIGURE_7.two_processors],
    // The requirement binds whoever receives; both ends do.
    judges: [role],
    needs,
    standsAlone: true,
    stimulus({ wan }, evidence) {
      const available = offeredCores(evidence, role);
      if (available === undefined) {
        return inconclusive(`nothing says how many cores the ${role} makes available`);
      }
      // Later on, cores may have come or gone.
      const announced = establishing(announcementsOf(wan, role));
      const { aggregate } = announced[0] ?? {};
      return announced.length > 0
        ? { available, announced: announced.filter((each) => each.aggregate === aggregate) }
        : inconclusive(`no announcement of the ${role}'s cores in its establishment was captured`);
    },
    judge: (_, { available, announced }) =>
      gravestOf(announced, "announcement", (announcement) => {
        const { cores, identities } = announcement;
        return cores === available && new Set(identities).size === available ? undefined : fail(
          `Core Count ${available}, with as many identities`,
          `Core Count ${cores}, identities ${identities.join(" ")}`,
          frameRefs(sightingOf(announcement)),
        );
      }),
  });

const informationBeforeData = kit.invariant({
  name: "7/information_before_data",
  title: "The peer's cores are announced before the first encapsulation packet leaves",
  covers: ["CID-052", "CID-092"],
  on: [FIGURE_7.sessions, FIGURE_7.queued_before_up, FIGURE_9.identity_instead],
  judges: ["sender"],
  needs,
  subject(facts, evidence) {
    if (provisionedSet(evidence) !== undefined) {
      return inconclusive("the identities are provisioned");
    }
    if (givesOneForAll(facts.wan, "receiver")) {
      return inconclusive(
        "the receiver gave one identity for the whole aggregated tunnel (FIG. 5)",
      );
    }
    const sent = dataOf(facts);
    return isInconclusive(sent) || sent.kind === IdentityKind.core
      ? sent
      : inconclusive("the packets carry no core identities");
  },
  judge: ({ wan }, sent, evidence) => informedBeforeData(wan, sent, evidence),
});

const distinctIdentities = kit.invariant({
  name: "7/distinct_identities",
  title: "No two cores of an announcement have the same identity",
  covers: ["CID-053", "CID-107"],
  on: [FIGURE_7.two_processors],
  judges: ["receiver"],
  needs,
  subject({ wan }) {
    const announced = announcementsOf(wan, "receiver");
    return announced.length > 0 ? announced : inconclusive("the receiver announced no cores");
  },
  judge: (_, announced) =>
    gravestOf(announced, "announcement", (announcement) => {
      const { cores, identities } = announcement, distinct = new Set(identities).size;
      return distinct === identities.length ? undefined : fail(
        `${cores} distinct identities over all processors`,
        `${distinct}: ${identities.join(" ")}`,
        frameRefs(sightingOf(announcement)),
      );
    }),
});

const allProcessorsWork = kit.testCase({
  name: "7/all_processors_work",
  title: "The cores of all processors are reached, each by its own identity",
  covers: ["CID-107"],
  on: [FIGURE_7.two_processors],
  judges: ["receiver"],
  needs: { wan: wanFacts, trace: traceFacts },
  stimulus(facts, evidence) {
    const work = workByIdentity(facts, evidence);
    if (isInconclusive(work)) return work;
    const used = work.map((node) => ({ ...node, offered: identitiesOffered(node) }));
    const cores = announcementsOf(facts.wan, "receiver")[0]?.cores ?? 0;
    return used.some(({ offered }) => offered.length >= cores && cores > 0)
      ? used
      : inconclusive(`the sender did not use all of ${cores} identities`);
  },
  judge: (_, used) =>
    gravestOf(used, "receiver", ({ offered, sent }) => {
      const working = new Set(offered.flatMap(([, { cores }]) => [...cores.keys()]));
      return working.size === offered.length ? undefined : fail(
        `${offered.length} identities lead to ${offered.length} cores`,
        `they lead to ${working.size}`,
        frameRefs(sent.first),
      );
    }),
});

/** The section. */
export const PROCESSOR_INFORMATION: Section = {
  title: "FIG. 7, step 701: processor information",
  checks: [
    announces("sender"),
    announces("receiver"),
    countsCores("sender"),
    countsCores("receiver"),
    informationBeforeData,
    distinctIdentities,
    allProcessorsWork,
  ],
  mutants: [
    kit.mutant({
      name: "keeps_its_cores_secret",
      title: "Announces no cores of its own",
      role: "sender",
      violates: "CID-050",
      rules: { node: { announces: () => false } },
    }),
    kit.mutant({
      name: "keeps_its_cores_secret",
      title: "Leaves the announcement of cores to the initiator",
      role: "receiver",
      violates: "CID-050",
      alsoViolates: ["CID-103"],
      rules: { node: { announces: (initiator) => initiator } },
    }),
    ...(["sender", "receiver"] as const).map((role) =>
      kit.mutant({
        name: "counts_offline_cores",
        title: "Announces the cores that exist, also those that are off line",
        role,
        violates: "CID-051",
        rules: { node: { availableCores: (all) => [...all] } },
      })
    ),
    kit.mutant({
      name: "guesses_core_zero",
      title: "Sends before it knows the peer's cores, to core 0",
      role: "sender",
      violates: "CID-052",
      alsoViolates: ["CID-064", "CID-092"],
      rules: { node: { mayLeave: () => true } },
    }),
    kit.mutant({
      name: "numbers_cores_in_each_processor",
      title: "Numbers the cores of each processor from zero",
      role: "receiver",
      violates: "CID-107",
      alsoViolates: ["CID-051", "CID-053"],
      rules: {
        node: {
          identityOfCore: ({ index, within }, name) =>
            name === undefined
              ? BigInt(within)
              : RECEIVER_RULES.identityOfCore({ index, unit: 0, within }, name),
        },
      },
    }),
  ],
};
