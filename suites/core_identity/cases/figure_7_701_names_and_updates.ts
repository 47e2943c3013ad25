/** [0069], [0070]: cores that are announced by name, and announcements that come later. */
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, isInconclusive, pass } from "../../kit/verdict.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import * as control from "../../../captures/wire/core_identity_control.ts";
import type { CoreIdentityOverrides } from "../../../peers/core_identity/overrides.ts";
import { offeredInTurn } from "../facts/declared.ts";
import type { Announcement } from "../facts/wan_types.ts";
import { nameIn } from "../facts/identity_text.ts";
import { traceFacts } from "../facts/trace.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_7 } from "../scenarios/figure_7.ts";
import { kit } from "../vocabulary.ts";
import { frameOf, identitiesOffered, namesOf } from "./cores.ts";
import { keepsIdentity, usesAnnounced } from "./identities.ts";
import { saying } from "./packet_changes.ts";
import { announcedTo, announcementsOf, sightingOf, workByIdentity } from "./premises.ts";

const { Message } = control;
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

const updatesCount = kit.testCase({
  name: "7/updates_count_cores",
  title: "What is announced later counts the cores that are on line then, as its list does",
  covers: ["CID-051"],
  on: [FIGURE_7.processor_update, FIGURE_7.core_withdrawn],
  judges: ["receiver"],
  needs,
  stimulus({ wan }, evidence) {
    const counts = offeredInTurn(evidence, "receiver") ?? [];
    if (new Set(counts).size < 2) {
      return inconclusive("the number of cores that the receiver offers did not change");
    }
    const [first] = announcementsOf(wan, "receiver"),
      updates = announcementsOf(wan, "receiver")
        .filter(({ message, version }) => message === Message.update && version > first.version);
    return updates.length > 0
      ? { counts, first, updates }
      : inconclusive("the receiver told no change, and need not");
  },
  judge: (_, { counts, first, updates }) =>
    gravest(
      gravestOf(updates, "update", (update) => {
        const { cores, identities } = update;
        return counts.includes(cores) && new Set(identities).size === cores ? pass : fail(
          `Core Count ${[...new Set(counts)].join(" or ")}, with as many identities`,
          `Core Count ${cores}, identities ${identities.join(" ")}`,
          frameRefs(sightingOf(update)),
        );
      }),
      // Whoever tells other news than that of its cores may tell them with the same cores.
      updates.every((update) => saysTheSame(update, first))
        ? fail(
          `an update to Core Count ${counts.at(-1)}`,
          `each of ${updates.length} says what was said before`,
          frameRefs(sightingOf(first), sightingOf(updates[0])),
        )
        : undefined,
    ),
});

/** Changes updates, of which the number of cores alone is left. */
function inUpdates(
  change: (message: control.ControlMessage) => control.ControlMessage,
): CoreIdentityOverrides {
  return saying((message) =>
    message.message === Message.update ? change({ ...message, attributes: [] }) : message
  );
}

/** Whether two announcements say the same of the cores. */
function saysTheSame(a: Announcement, b: Announcement): boolean {
  const of = ({ identities, excluded, preferred, reserved }: Announcement) =>
    JSON.stringify([identities, excluded, preferred, reserved]);
  return of(a) === of(b) && !a.tellsLoads;
}

/** The section. */
export const NAMES_AND_UPDATES: Section = {
  title: "[0069], [0070]: names of cores, and updates",
  checks: [namesOfTheList, namesLeadToCores, updateAddsCores, updatesCount],
  mutants: [
    kit.mutant({
      name: "goes_by_the_first_letter",
      title: "Takes the first core whose name begins with the same letter",
      role: "receiver",
      violates: "CID-054",
      alsoViolates: ["CID-066"],
      rules: {
        node: {
          // Numbers begin with no letter.
          coreOfIdentity: (identity, offered) =>
            offered.find((core) =>
              identity >> 56n === 0n
                ? core.identity === identity
                : core.identity >> 56n === identity >> 56n
            )?.index,
        },
      },
    }),
    kit.mutant({
      name: "counts_one_less_in_updates",
      title: "Tells one core less than it offers when it tells that they changed",
      role: "receiver",
      violates: "CID-051",
      // A core that it says to have withdrawn goes on working.
      alsoViolates: ["CID-108"],
      rules: inUpdates((message) => ({ ...message, coreCount: message.coreCount - 1 })),
    }),
    kit.mutant({
      name: "repeats_the_first_count",
      title: "Tells four cores again when it tells that they changed",
      role: "receiver",
      violates: "CID-051",
      alsoViolates: ["CID-108"],
      rules: inUpdates((message) => ({ ...message, coreCount: 4 })),
    }),
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
