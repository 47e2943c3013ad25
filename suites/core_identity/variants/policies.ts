/** [0072], [0085], [0093]: methods of selection, which the source limits in no way. */
import type { CoreIdentityOverrides } from "../../../peers/core_identity/overrides.ts";
import {
  type Binding,
  RECEIVER_RULES,
  type Selection,
  SENDER_RULES,
  type TunnelChoice,
  type TunnelView,
} from "../../../peers/core_identity/rules.ts";
import { hashOf } from "../../../peers/core_identity/session.ts";
import type { Section } from "../../kit/suite.ts";
import { kit } from "../vocabulary.ts";

/** A selection of cores where nothing is asked for: a position among those that may serve. */
function selecting(choose: (cores: number, selection: Selection) => number): CoreIdentityOverrides {
  return {
    node: {
      selectCore(information, selection) {
        if (selection.policy !== undefined) return SENDER_RULES.selectCore(information, selection);
        // The own policy counts over the cores that criteria leave, as taking turns would.
        const turn = (count: number) =>
          SENDER_RULES.selectCore(information, { ...selection, policy: "sequential", count });
        const [first] = [turn(0)];
        let cores = 1;
        while (turn(cores) !== first && cores < information.identities.length) cores++;
        return turn(choose(cores, selection) % cores);
      },
    },
  };
}

/** A selection of tunnels where nothing is asked for. */
function taking(
  choose: (tunnels: readonly TunnelView[], choice: TunnelChoice) => number,
): CoreIdentityOverrides {
  return {
    node: {
      selectTunnel: (tunnels, policy, choice) =>
        policy === undefined
          ? tunnels[choose(tunnels, choice) % tunnels.length].id
          : SENDER_RULES.selectTunnel(tunnels, policy, choice),
    },
  };
}

/** A binding of sessions to cores where nothing is asked for. */
function binding(
  choose: (cores: number, count: number, key: string, random: () => number) => number,
): CoreIdentityOverrides {
  return {
    node: {
      bindCore: (open, given) =>
        given.policy === undefined
          ? open[
            choose(open.length, given.count, given.sessionKey, given.random) % open.length
          ]
          : RECEIVER_RULES.bindCore(open, given),
    },
  };
}

const CORES = "seed 000 [0072]: there is no limitation on the selection method";
const TUNNELS = "seed 000 [0085]: there is no limitation on the tunnel selection criterion";
const BINDING = "seed 000 [0092], [0093]: there is no limitation on the method of selection";

/** Ways in which a sender may select a core. */
const coreSelections = [
  {
    name: "selects_by_hash",
    title: "Selects a core by a hash of the session where no policy is asked for",
    rules: selecting((_cores, { sessionKey }) => hashOf(sessionKey)),
  },
  {
    name: "selects_at_random",
    title: "Selects a core at random where no policy is asked for",
    rules: selecting((cores, { random }) => Math.floor(random() * cores)),
  },
  {
    name: "begins_elsewhere",
    title: "Takes cores in turn, and begins with the third",
    rules: selecting((_cores, { count }) => count + 2),
  },
  {
    name: "selects_backwards",
    title: "Takes cores in turn from the last to the first",
    rules: selecting((cores, { count }) => (cores - 1 - count % cores + cores) % cores),
  },
  {
    name: "two_sessions_each",
    title: "Gives two sessions in a row to each core",
    rules: selecting((_cores, { count }) => count >> 1),
  },
  {
    name: "loads_the_first_core_twice",
    title: "Takes cores in turn, the first of them twice as often as the others",
    rules: selecting((cores, { count }) => Math.max(0, count % (cores + 1) - 1)),
  },
  {
    name: "selects_by_client",
    title: "Selects a core by a hash of the source address",
    rules: selecting((_cores, { datagram }) => hashOf(datagram.source)),
  },
  {
    name: "selects_by_server",
    title: "Selects a core by a hash of the destination address",
    rules: selecting((_cores, { datagram }) => hashOf(datagram.destination)),
  },
  {
    name: "cores_by_protocol",
    title: "Keeps the first half of the cores for UDP, and the others for the rest",
    source: "seed 000 [0070]: by the type of datagrams",
    rules: selecting((cores, { count, datagram }) => {
      const half = Math.max(1, cores >> 1);
      return datagram.protocol === 17 ? count % half : half + count % Math.max(1, cores - half);
    }),
  },
  {
    name: "uses_two_cores",
    title: "Uses only the first two of the announced cores, in turn",
    source: "seed 000 [0061]: the sender determines the number of cores to be used",
    rules: selecting((_cores, { count }) => count % 2),
  },
] as const;

/** Ways in which a sender may take tunnels. */
const tunnelSelections = [
  {
    name: "pins_sessions",
    title: "Keeps each session to one tunnel where nothing else is asked for",
    source: "seed 000 claim 48, which is a dependent one; [0031]",
    rules: taking((_tunnels, { sessionKey }) => hashOf(sessionKey)),
  },
  {
    name: "uses_two_tunnels",
    title: "Sends data on the first two tunnels only where nothing else is asked for",
    source: "seed 000 [0031]: one or more of the tunnels may be established",
    rules: taking((_tunnels, { packets }) => packets % 2),
  },
  {
    name: "uses_one_tunnel",
    title: "Sends all data on one tunnel, and keeps the others for when it fails",
    rules: taking(() => 0),
  },
  {
    name: "takes_tunnels_at_random",
    title: "Takes a tunnel at random for every packet",
    rules: taking((tunnels, { random }) => Math.floor(random() * tunnels.length)),
  },
  {
    name: "sends_in_bursts",
    title: "Sends eight packets in a row on each tunnel",
    rules: taking((_tunnels, { packets }) => packets >> 3),
  },
  {
    name: "keeps_pieces_together",
    title: "Takes tunnels in turn datagram by datagram, all pieces of one on the same",
    source: "seed 000 [0089]: the pieces may, and need not, take several tunnels",
    rules: taking((_tunnels, { datagramNumber }) => datagramNumber),
  },
  {
    name: "takes_tunnels_backwards",
    title: "Takes tunnels in turn from the last to the first",
    rules: taking((tunnels, { packets }) => tunnels.length - 1 - packets % tunnels.length),
  },
  {
    name: "tunnels_by_protocol",
    title: "Keeps TCP to the first tunnel, and sends all else on all of them",
    rules: taking((_tunnels, { sessionKey, packets }) => sessionKey.startsWith("6 ") ? 0 : packets),
  },
  {
    name: "takes_the_least_used_tunnel",
    title: "Takes the tunnel on which the fewest octets were sent",
    rules: taking((tunnels) =>
      tunnels.indexOf(tunnels.reduce((best, one) => one.sent < best.sent ? one : best))
    ),
  },
] as const;

/** The forms in which the receiver selects a core: for a session, or in FIG. 5 for an aggregated tunnel. */
const BINDING_CLASSES = ["F1", "F4", "F5", "F8", "F9", "F10"] as const;

/** Ways in which a receiver may bind a session to a core. */
const bindings = [
  {
    name: "binds_by_hash",
    title: "Binds a session to a core by a hash of its session-ID",
    rules: binding((_cores, _count, key) => hashOf(key)),
  },
  {
    name: "binds_at_random",
    title: "Binds a session to a core at random",
    rules: binding((cores, _count, _key, random) => Math.floor(random() * cores)),
  },
  {
    name: "binds_to_the_least_load",
    title: "Binds a session to the core that has done least",
    rules: {
      node: {
        bindCore: (open: readonly number[], given: Binding) =>
          RECEIVER_RULES.bindCore(open, { ...given, policy: given.policy ?? "least_load" }),
      },
    },
  },
  {
    name: "binds_backwards",
    title: "Binds sessions to cores in turn from the last to the first",
    rules: binding((cores, count) => cores - 1 - count % cores),
  },
  {
    name: "binds_two_in_a_row",
    title: "Binds two sessions in a row to each core",
    rules: binding((_cores, count) => count >> 1),
  },
  {
    name: "binds_to_two_cores",
    title: "Binds sessions to two of its cores alone",
    rules: binding((_cores, count) => count % 2),
  },
  {
    name: "keeps_the_first_core_free",
    title: "Binds no session to its first core",
    source: "seed 000 [0093]: any core except non-selectable ones",
    rules: binding((cores, count) => cores < 2 ? 0 : 1 + count % (cores - 1)),
  },
] as const;

/** What else a sender may do with what it was told. */
const updates = [
  {
    name: "ignores_updates",
    title: "Stays with the processor information that it got first",
    source: "seed 000 [0070]: information may be updated",
    rules: { node: { takesUpdates: false } },
  },
  {
    name: "leaves_withdrawn_cores",
    title: "Selects another core for a session whose core the receiver withdrew",
    source: "seed 000 claim 41b: the identity corresponds to a core; [0070]; D0-11",
    rules: { node: { keepsSession: (_since, _isAnnouncedAnew, isOffered) => isOffered } },
  },
] as const satisfies readonly Omit<Parameters<typeof kit.legalVariant>[0], "role">[];

/** Some of these in the reverse direction, for what the receiver sends back ([0030]). */
const reverse = [
  {
    name: "selects_by_hash",
    title: "Selects a core by a hash of the session for what it sends back",
    source: CORES,
    rules: selecting((_cores, { sessionKey }) => hashOf(sessionKey)),
  },
  {
    name: "uses_one_tunnel",
    title: "Sends all that it sends back on one tunnel",
    source: TUNNELS,
    rules: taking(() => 0),
  },
  {
    name: "begins_elsewhere",
    title: "Begins the numbers of what it sends back elsewhere, and splits it small",
    source: "seed 000 [0080], [0086]",
    rules: {
      node: {
        firstGlobalSequence: 2 ** 32 - 100,
        firstTunnelSequence: 2 ** 32 - 10,
        pieceOctets: (room: number) => Math.min(room, 500),
      },
    },
  },
] as const;

/** The section. */
export const POLICY_VARIANTS: Section = {
  title: "[0072], [0085], [0093]: methods of selection",
  checks: [],
  legalVariants: [
    ...updates.map((choice) => kit.legalVariant({ role: "sender", classes: ["F7"], ...choice })),
    ...reverse.map((choice) =>
      kit.legalVariant({ role: "receiver", classes: ["F7"], heavy: true, ...choice })
    ),
    ...coreSelections.map((choice) =>
      kit.legalVariant({ source: CORES, role: "sender", classes: ["F7", "F9i"], ...choice })
    ),
    ...tunnelSelections.map((choice) =>
      kit.legalVariant({ source: TUNNELS, role: "sender", ...choice })
    ),
    ...bindings.map((choice) =>
      kit.legalVariant({ source: BINDING, role: "receiver", classes: BINDING_CLASSES, ...choice })
    ),
  ],
};
