/** FIG. 9, step 903: the criteria by which tunnels are selected ([0085]). */
import { SENDER_RULES } from "../../../peers/core_identity/rules.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { judgeLimit, toleranceOf } from "../../kit/lateness.ts";
import { LabView } from "../../kit/lab_view.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive, isInconclusive, pass } from "../../kit/verdict.ts";
import { declared } from "../facts/declared.ts";
import { wanFacts } from "../facts/wan.ts";
import type { WanDirection } from "../facts/wan_types.ts";
import { FIGURE_7 } from "../scenarios/figure_7.ts";
import { FIGURE_8 } from "../scenarios/figure_8.ts";
import { FIGURE_9 } from "../scenarios/figure_9.ts";
import { kit } from "../vocabulary.ts";
import { tunnelsUp } from "./establishment.ts";
import { dataOf } from "./premises.ts";

const needs = { wan: wanFacts };

const tunnelCriterion = kit.testCase({
  name: "9/tunnel_criterion",
  title: "Packets take the tunnels that the criterion prefers",
  covers: ["CID-081"],
  on: [FIGURE_9.lowest_latency],
  judges: ["sender"],
  needs,
  stimulus(facts, evidence) {
    if (declared(evidence, "sender", "tunnelSelection") !== "lowest_latency") {
      return inconclusive("the sender is not told to take the quickest tunnels");
    }
    if (!Object.values(evidence.linkCounters).some(({ delayed }) => delayed > 0)) {
      return inconclusive("the links delayed nothing");
    }
    const quickest = quickestTap(evidence);
    const sent = dataOf(facts);
    if (isInconclusive(sent)) return sent;
    if (quickest === undefined) {
      return inconclusive("no access network of the sender is quicker than the others");
    }
    return isOpenAt(sent, quickest.name)
      ? { sent, ...quickest }
      : inconclusive("no tunnel was opened over the quickest access network");
  },
  judge: (_, { sent, name, lead }, evidence) => {
    const tunnels = [...sent.tunnels.values()];
    const quick = tunnels.filter(({ place }) => place === name);
    const share = quick.reduce((sum, { packets }) => sum + packets, 0) / sent.packets;
    if (share >= 0.9) return pass;
    // Ends that are late measure that as well.
    const late = toleranceOf(evidence, ...Object.keys(evidence.nodes));
    return judgeLimit(2 * lead, Infinity, late, () =>
      fail(
        `nine of ten packets on the quickest access network, that of ${name}`,
        `${(share * 100).toFixed(0)} % of them`,
        frameRefs(tunnels.find(({ place }) => place !== name)?.first),
      )) ?? pass;
  },
});

/** The sender's tap whose link delays least, and by how many milliseconds less than others. */
function quickestTap(evidence: Evidence): { name: string; lead: number } | undefined {
  const links = evidence.topology?.links ?? [], points = evidence.topology?.taps ?? [];
  const taps = new LabView(evidence).taps({ role: "sender", side: "wan" }).map(({ name, node }) => {
    const point = points.find((tap) => tap.name === name);
    const link = links.find(({ ends }) =>
      ends.some((end) => end.node === node && end.interface === point?.interface)
    );
    return { name, delay: link?.impairment?.delay ?? 0 };
  }).sort((a, b) => a.delay - b.delay);
  const lead = taps.length > 1 ? taps[1].delay - taps[0].delay : 0;
  return lead > 0 ? { name: taps[0].name, lead } : undefined;
}

const inTurn = kit.testCase({
  name: "9/tunnels_in_turn",
  title: "A sender that is told to take all tunnels in turn uses each about as often as the others",
  covers: ["CID-081"],
  on: [FIGURE_7.round_robin, FIGURE_9.round_robin],
  judges: ["sender"],
  needs,
  stimulus(facts, evidence) {
    if (declared(evidence, "sender", "tunnelSelection") !== "round_robin") {
      return inconclusive("the sender is not told to send on all tunnels in turn");
    }
    const sent = dataOf(facts);
    if (isInconclusive(sent)) return sent;
    const up = tunnelsUp(facts.wan);
    return sent.packets >= 20 * up.length && up.length > 1
      ? { sent, up }
      : inconclusive(`${sent.packets} packets left on ${up.length} tunnels`);
  },
  judge: (_, { sent, up }) =>
    gravestOf(up, "tunnel", ({ id, aggregate, confirmed }) => {
      const packets = sent.tunnels.get(aggregate << 16 | id)?.packets ?? 0;
      const share = Math.floor(sent.packets / up.length);
      // A tunnel that comes up last misses some.
      return packets * 2 >= share ? pass : fail(
        `about ${share} of ${sent.packets} packets on each of ${up.length} tunnels`,
        `${packets} on tunnel ${id}`,
        frameRefs(confirmed, sent.first),
      );
    }),
});

const oneTunnelEach = kit.testCase({
  name: "9/one_tunnel_each",
  title: "A sender that is told to take the tunnel by the session keeps each session to one",
  covers: ["CID-081", "CID-070"],
  on: [FIGURE_9.session_hash, FIGURE_8.session_hash],
  judges: ["sender"],
  needs,
  stimulus(facts, evidence) {
    if (declared(evidence, "sender", "tunnelSelection") !== "session_hash") {
      return inconclusive("the sender is not told to take the tunnel by the session");
    }
    const sent = dataOf(facts);
    if (isInconclusive(sent)) return sent;
    const long = sent.sessions.filter(({ packets }) => packets > 5);
    return long.length > 0 ? long : inconclusive("no session had many packets");
  },
  judge: (_, long) =>
    gravestOf(
      long,
      "session",
      ({ flow, tunnels, first }) =>
        tunnels.size === 1
          ? pass
          : fail(`${flow} on one tunnel`, `on ${tunnels.size}`, frameRefs(first)),
    ),
});

/** What the criterion prefers in a network, and by how much the preferred one has to lead. */
const PREFERENCES = {
  tariff: { isLess: true, share: 0.9 },
  bandwidth: { isLess: false, share: 0.5 },
} as const;

const preferredNetwork = kit.testCase({
  name: "9/preferred_network",
  title: "Packets take the access network that is cheapest, or widest, as the criterion says",
  covers: ["CID-081", "CID-070"],
  on: [FIGURE_9.tariff, FIGURE_9.bandwidth, FIGURE_8.bandwidth],
  judges: ["sender"],
  needs,
  stimulus(facts, evidence) {
    const criterion = declared<string>(evidence, "sender", "tunnelSelection") ?? "";
    if (criterion !== "tariff" && criterion !== "bandwidth") {
      return inconclusive("the sender is told to look neither at tariffs nor at bandwidths");
    }
    const preferred = preferredTap(evidence, criterion);
    if (preferred === undefined) {
      return inconclusive(`no access network of the sender is preferred by ${criterion}`);
    }
    const sent = dataOf(facts);
    if (isInconclusive(sent)) return sent;
    return isOpenAt(sent, preferred) ? { sent, preferred, criterion } as const : inconclusive(
      `no tunnel was opened over the access network that the ${criterion} prefers`,
    );
  },
  judge: (_, { sent, preferred, criterion }) => {
    const { share } = PREFERENCES[criterion], there = packetsAt(sent, preferred);
    return there >= share * sent.packets ? pass : fail(
      `${share * 100} % of the packets or more by ${preferred}, as the ${criterion} says`,
      `${there} of ${sent.packets}`,
      frameRefs([...sent.tunnels.values()].find(({ place }) => place !== preferred)?.first),
    );
  },
});

/** Whether the sender opened a tunnel over the network of a tap. */
function isOpenAt(sent: WanDirection, tap: string): boolean {
  return [...sent.setups.values()].some(({ left }) => left?.place === tap);
}

function packetsAt(sent: WanDirection, tap: string): number {
  return [...sent.tunnels.values()].filter(({ place }) => place === tap)
    .reduce((sum, { packets }) => sum + packets, 0);
}

/** The sender's tap at the network that a criterion prefers to all others. */
function preferredTap(evidence: Evidence, criterion: keyof typeof PREFERENCES): string | undefined {
  const wan = declared<Record<string, unknown>[]>(evidence, "sender", "wan") ?? [];
  const sign = PREFERENCES[criterion].isLess ? 1 : -1;
  const [best, next] = wan.toSorted((a, b) => sign * (Number(a[criterion]) - Number(b[criterion])));
  const value = Number(best?.[criterion]);
  if (next === undefined || Number.isNaN(value) || value === Number(next[criterion])) {
    return undefined;
  }
  const lab = new LabView(evidence);
  return lab.taps({ role: "sender", side: "wan" })
    .find((tap) => lab.addressesAt(tap).includes(String(best.address)))?.name;
}

/** The section. */
export const TUNNEL_CRITERIA: Section = {
  title: "FIG. 9, step 903: the criteria by which tunnels are selected",
  checks: [tunnelCriterion, inTurn, oneTunnelEach, preferredNetwork],
  mutants: [
    ...(["tariff", "bandwidth", "session_hash"] as const).map((criterion) =>
      kit.mutant({
        name: `knows_no_${criterion}`,
        title: `Takes all tunnels in turn where the criterion is the ${
          criterion.replace("_", " ")
        }`,
        role: "sender",
        violates: "CID-081",
        rules: {
          node: {
            selectTunnel: (tunnels, policy, choice) =>
              SENDER_RULES.selectTunnel(
                tunnels,
                policy === criterion ? "round_robin" : policy,
                choice,
              ),
          },
        },
      })
    ),
    kit.mutant({
      name: "takes_two_in_turn",
      title: "Takes the first two tunnels in turn where all are asked for",
      role: "sender",
      violates: "CID-081",
      rules: {
        node: {
          selectTunnel: (tunnels, policy, choice) =>
            SENDER_RULES.selectTunnel(
              policy === "round_robin" ? tunnels.slice(0, 2) : tunnels,
              policy,
              choice,
            ),
        },
      },
    }),
  ],
};
