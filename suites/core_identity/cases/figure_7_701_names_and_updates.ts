/** [0069], [0070]: cores that are announced by name, and announcements that come later. */
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { nameIn } from "../facts/identity_text.ts";
import { traceFacts } from "../facts/trace.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_7 } from "../scenarios/figure_7.ts";
import { kit } from "../vocabulary.ts";
import { frameOf, identitiesOffered, namesOf } from "./cores.ts";
import { keepsIdentity, usesAnnounced } from "./identities.ts";
import { announcedTo, sightingOf, workByIdentity } from "./premises.ts";

const needs = { wan: wanFacts };

const namesOfTheList = kit.testCase({
  name: "7/names_of_the_list",
  title: "Identities are members of the list of names that was announced",
  covers: ["CID-054", "CID-031"],
  on: [FIGURE_7.named_cores],
  judges: ["sender"],
  needs,
  standsAlone: true,
  stimulus(facts, evidence) {
    const found = announcedTo(facts, evidence);
    if (isInconclusive(found)) return found;
    return found.announcements.every(({ identities }) => identities.every(nameIn))
      ? found
      : inconclusive("the receiver announced no list of names");
  },
  judge: ({ wan }, found, evidence) => usesAnnounced(found, wan, evidence),
});

const namesLeadToCores = kit.testCase({
  name: "7/names_lead_to_cores",
  title: "Each name leads to the core that bears it",
  covers: ["CID-054", "CID-031"],
  on: [FIGURE_7.named_cores],
  judges: ["receiver"],
  needs: { wan: wanFacts, trace: traceFacts },
  stimulus(facts, evidence) {
    const work = workByIdentity(facts, evidence);
    if (isInconclusive(work)) return work;
    const named = work.map((node) => ({
      ...node,
      offered: identitiesOffered(node).filter(([identity]) => nameIn(identity) !== undefined),
    })).filter(({ offered }) => offered.length > 0);
    return named.length > 0 ? named : inconclusive("no identity that is a name arrived");
  },
  judge: (_, named) =>
    gravestOf(
      named,
      "receiver",
      ({ offered, trace, sent }) =>
        gravestOf(offered, "name", ([identity, { cores }]) => {
          const [core] = cores.keys();
          return cores.size === 1 && trace.cores.get(core) === identity ? undefined : fail(
            `the core named "${nameIn(identity)}"`,
            `cores ${namesOf(cores).join(", ")}`,
            frameOf(sent, identity),
          );
        }),
    ),
});

const updateAddsCores = kit.testCase({
  name: "7/update_adds_cores",
  title: "Through an update sessions keep their cores, and new ones get announced cores",
  covers: ["CID-056"],
  on: [FIGURE_7.processor_update],
  judges: ["sender"],
  needs,
  stimulus(facts, evidence) {
    const found = announcedTo(facts, evidence);
    if (isInconclusive(found)) return found;
    const { announcements, sent } = found;
    const update = announcements.find(({ cores }) => cores > announcements[0].cores);
    if (update === undefined) return inconclusive("no update with more cores was captured");
    const { time } = sightingOf(update);
    const lived = sent.sessions.some(({ firstTime, lastTime, changes }) =>
      firstTime < time && Math.max(lastTime, ...changes.map(({ to }) => to)) > time
    );
    return lived ? found : inconclusive("no session lived through the update");
  },
  judge: ({ wan }, found, evidence) => {
    const kept = keepsIdentity(found.sent.sessions, wan, evidence);
    return kept.verdict === "pass" ? usesAnnounced(found, wan, evidence) : kept;
  },
});

/** The section. */
export const NAMES_AND_UPDATES: Section = {
  title: "[0069], [0070]: names of cores, and updates",
  checks: [namesOfTheList, namesLeadToCores, updateAddsCores],
  mutants: [
    kit.mutant({
      name: "remaps_live_sessions",
      title: "Selects anew for its sessions when the receiver announces other cores",
      role: "sender",
      violates: "CID-056",
      alsoViolates: ["CID-001"],
      rules: { node: { keepsSession: (_since, isAnnouncedAnew) => !isAnnouncedAnew } },
    }),
  ],
};
