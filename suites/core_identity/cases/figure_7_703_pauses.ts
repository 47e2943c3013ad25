/** FIG. 7, step 703, claim 46i: sessions that pause. */
import type { CoreIdentityOverrides } from "../../../peers/core_identity/overrides.ts";
import { SENDER_RULES } from "../../../peers/core_identity/rules.ts";
import type { Section } from "../../kit/suite.ts";
import { inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_7_DATAGRAMS } from "../scenarios/figure_7_datagrams.ts";
import { kit } from "../vocabulary.ts";
import { keepsIdentity } from "./identities.ts";
import { isData } from "./packet_changes.ts";
import { identitiesOf } from "./premises.ts";

const needs = { wan: wanFacts };

const throughAPause = kit.testCase({
  name: "7/through_a_pause",
  title: "A session that pauses for less than sessions live carries on with its identity",
  covers: ["CID-059"],
  on: [FIGURE_7_DATAGRAMS.pause],
  judges: ["sender"],
  needs,
  stimulus(facts, evidence) {
    const sent = identitiesOf(facts, evidence);
    if (isInconclusive(sent)) return sent;
    // Such a session has packets from before the pause and from after it.
    const paused = sent.sessions.filter(({ packets }) => packets > 5);
    return paused.length > 0 ? paused : inconclusive("no session was captured before and after");
  },
  judge: ({ wan }, paused, evidence) => keepsIdentity(paused, wan, evidence),
});

/** A sender that counts its keepalives, one a second on each of six tunnels, between two datagrams. */
function forgettingPauses(): CoreIdentityOverrides {
  let silent = 0, pauses = 0;
  return {
    node: {
      sessionKey(c, criteria, number) {
        if (silent > 12) pauses++;
        silent = 0;
        return `${SENDER_RULES.sessionKey(c, criteria, number)} after ${pauses}`;
      },
    },
    wire: {
      egress(sent) {
        if (!isData(sent.packet)) silent++;
        return [sent];
      },
    },
  };
}

/** The section. */
export const PAUSES: Section<CoreIdentityOverrides> = {
  title: "Claim 46i: sessions that pause",
  checks: [throughAPause],
  mutants: [
    kit.mutant({
      name: "forgets_paused_sessions",
      title: "Selects anew for sessions that paused for some seconds",
      role: "sender",
      violates: "CID-059",
      alsoViolates: ["CID-001", "CID-078"],
      rules: forgettingPauses(),
    }),
  ],
};
