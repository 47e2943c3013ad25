/** FIG. 9, steps 903 to 905: the tunnel of a packet, and what its header tells ([0085], [0086], [0089]). */
import { SENDER_RULES } from "../../../peers/core_identity/rules.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { LabView } from "../../kit/lab_view.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, isInconclusive, pass } from "../../kit/verdict.ts";
import { declared } from "../facts/declared.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_9 } from "../scenarios/figure_9.ts";
import type { CoreIdentityRole } from "../requirements/classes.ts";
import { kit } from "../vocabulary.ts";
import { dataOf, duplicated, missingNumbers } from "./premises.ts";

const needs = { wan: wanFacts };

const tunnelHeader = (role: CoreIdentityRole) =>
  kit.invariant({
    name: role === "sender" ? "9/tunnel_header" : "9/tunnel_header_in_reverse",
    title: "The tunnel header numbers packets by one on each tunnel, and by one over all tunnels",
    covers: [role === "sender" ? "CID-082" : "CID-102"],
    on: [FIGURE_9.sessions, ...(role === "sender" ? [FIGURE_9.tunnel] : [])],
    judges: [role],
    needs,
    subject: (facts) => dataOf(facts, role),
    judge: (_, sent, { world }) => {
      const missing = missingNumbers(sent);
      if (sent.fragments > 0) {
        return inconclusive(`${sent.fragments} IP fragments of packets are not joined`);
      }
      const globals = sent.repeats > 0
        ? fail(
          "the global sequence number counts all packets by one",
          `${sent.repeats} numbers appear again on another tunnel`,
          frameRefs(sent.firstRepeat),
        )
        : undefined;
      if (world === "captures") {
        // What no capture shows may have been sent, and a mirror port may change the order.
        const gaps = [...sent.tunnels.values()].reduce((sum, tunnel) => sum + tunnel.gaps, 0);
        const isUnclear = missing + gaps > 0
          ? inconclusive(`${missing + gaps} packets are in no capture given, or out of order`)
          : sent.copies > 0
          ? duplicated(sent)
          : undefined;
        return gravest(globals, isUnclear);
      }
      const holes = missing === 0 ? undefined : fail(
        "the global sequence number counts all packets by one",
        `${missing} numbers are missing`,
        frameRefs(sent.first),
      );
      const tunnels = gravestOf(sent.tunnels.values(), "tunnel", (tunnel) => {
        const { id, gaps, strays } = tunnel;
        return gaps === 0 && strays === 0 ? undefined : fail(
          `tunnel ${id} counts its packets by one, on one pair of networks`,
          `${gaps} steps of another size, ${strays} packets elsewhere`,
          frameRefs(tunnel.first, tunnel.firstGap, tunnel.firstStray),
        );
      });
      return gravest(tunnels, globals, holes);
    },
  });

const selectedTunnel = kit.testCase({
  name: "9/selected_tunnel",
  title: "A packet leaves on the tunnel that was selected",
  covers: ["CID-085"],
  on: [FIGURE_9.pinned_tunnel],
  judges: ["sender"],
  needs,
  stimulus(facts, evidence) {
    const pinned = declared<number>(evidence, "sender", "pinnedTunnel");
    if (pinned === undefined) return inconclusive("the sender is not told to take one tunnel");
    const sent = dataOf(facts);
    if (isInconclusive(sent)) return sent;
    const pair = pairOfNetworks(evidence, pinned);
    return pair === undefined
      ? inconclusive(`the lab has no ${pinned} pairs of networks`)
      : { sent, ...pair };
  },
  judge: (_, { sent, taps, own, peer }) => {
    const others = [...sent.tunnels.values()].filter(({ place, remoteAddress, strays }) =>
      !taps.includes(place) || remoteAddress !== peer || strays > 0
    );
    return others.length === 0 ? pass : fail(
      `all packets on the tunnel from ${own} to ${peer}`,
      others.map(({ packets, id, place, remoteAddress }) =>
        `${packets} on tunnel ${id}, from ${place} to ${remoteAddress}`
      ).join(", "),
      frameRefs(...others.map(({ firstStray, first }) => firstStray ?? first)),
    );
  },
});

/** The addresses of a pair of networks, counted from 1, and the sender's taps at the first of them. */
function pairOfNetworks(evidence: Evidence, pair: number) {
  const wan = declared<{ address: string }[]>(evidence, "sender", "wan") ?? [];
  const far = declared<{ address: string }[]>(evidence, "receiver", "wan") ?? [];
  const own = wan[Math.floor((pair - 1) / far.length)]?.address;
  const peer = far[(pair - 1) % far.length]?.address;
  if (own === undefined || peer === undefined) return undefined;
  const lab = new LabView(evidence);
  const taps = lab.taps({ role: "sender", side: "wan" })
    .filter((tap) => lab.addressesAt(tap).includes(own)).map(({ name }) => name);
  return { own, peer, taps };
}

/** The section. */
export const TUNNEL_CHOICE: Section = {
  title: "FIG. 9, steps 903 to 905: tunnels and their headers",
  checks: [
    tunnelHeader("sender"),
    tunnelHeader("receiver"),
    selectedTunnel,
  ],
  mutants: [
    kit.mutant({
      name: "global_sequence_per_tunnel",
      title: "Counts the global sequence number for each tunnel",
      role: "sender",
      violates: "CID-082",
      alsoViolates: ["CID-064", "CID-100"],
      rules: { node: { globalSequence: (_next, tunnelSequence) => tunnelSequence } },
    }),
    kit.mutant({
      name: "skips_numbers",
      title: "Leaves out every hundredth global sequence number",
      role: "sender",
      violates: "CID-082",
      rules: { node: { globalSequence: (next) => next + Math.floor(next / 100) } },
    }),
    kit.mutant({
      name: "tunnel_numbers_of_16_bits",
      title: "Counts the tunnel sequence number in 16 bits",
      role: "sender",
      violates: "CID-082",
      rules: { node: { firstTunnelSequence: 65_530, tunnelSequence: (next) => next & 0xffff } },
    }),
    kit.mutant({
      name: "begins_on_another_tunnel",
      title: "Sends the first packet on another tunnel than the one that is selected",
      role: "sender",
      violates: "CID-085",
      rules: {
        node: {
          selectTunnel: (tunnels, policy, choice) =>
            policy === "pinned" && choice.packets === 0
              ? tunnels[0].id
              : SENDER_RULES.selectTunnel(tunnels, policy, choice),
        },
      },
    }),
    kit.mutant({
      name: "ignores_the_tunnel_criterion",
      title: "Sends on all tunnels in turn whatever the criterion",
      role: "sender",
      violates: "CID-085",
      alsoViolates: ["CID-081"],
      rules: {
        node: {
          selectTunnel: (tunnels, _policy, { packets }) => tunnels[packets % tunnels.length].id,
        },
      },
    }),
  ],
};
