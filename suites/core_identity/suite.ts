/** The core-identity suite: source 000. */
import type { CoreIdentityOverrides } from "../../peers/core_identity/overrides.ts";
import { FIGURES, OPTIONS } from "./requirements/classes.ts";
import { deferredPeers } from "../kit/deferred_peers.ts";
import { defineSuite } from "../kit/suite.ts";
import { ARRIVAL } from "./cases/arrival.ts";
import { ENCAPSULATION } from "./cases/figure_7_704_708_encapsulation.ts";
import { CORE_SELECTION } from "./cases/figure_7_703_core_selection.ts";
import { PAUSES } from "./cases/figure_7_703_pauses.ts";
import { SELECTION_POLICIES } from "./cases/figure_7_703_policies.ts";
import { PACKET_FORMATS } from "./cases/packet_formats.ts";
import { REPORTED_CORES } from "./cases/figure_1_102_105_reports.ts";
import { REPORTED_DATAGRAMS } from "./cases/figure_1_106_107_datagrams.ts";
import { RECEIVER_ONLY } from "./cases/figure_1_receiver_only.ts";
import { REPORTED_IDENTITIES } from "./cases/figure_4_401_404_sender.ts";
import { COUNTS } from "./cases/figure_5_counts.ts";
import { ONE_IDENTITY } from "./cases/figure_5_501_establishment.ts";
import { PACKETS_OF_ONE_IDENTITY } from "./cases/figure_5_503_packets.ts";
import { CORES_OF_ONE_IDENTITY } from "./cases/figure_5_506_receiver.ts";
import { PROCESSOR_INFORMATION } from "./cases/figure_7_701_processor_information.ts";
import { NAMES_AND_UPDATES } from "./cases/figure_7_701_names_and_updates.ts";
import { CLEAR_IDENTITY } from "./cases/clear_identity.ts";
import { ENCRYPTED_DATAGRAMS } from "./cases/figure_8_801_806_sender.ts";
import { CORES_AFTER_DECRYPTION } from "./cases/figure_8_807_810_receiver.ts";
import { SESSION_IDS } from "./cases/figure_9_901_905_sender.ts";
import { TUNNEL_HEADER } from "./cases/figure_10_tunnel_header.ts";
import { TUNNEL_CRITERIA } from "./cases/figure_9_903_criteria.ts";
import { TUNNEL_CHOICE } from "./cases/figure_9_903_905_tunnels.ts";
import { BINDINGS } from "./cases/figure_9_908_bindings.ts";
import { BOUND_CORES } from "./cases/figure_9_906_908_receiver.ts";
import { CORES_IN_USE } from "./cases/cores_in_use.ts";
import { ESTABLISHED_TUNNELS } from "./cases/established_tunnels.ts";
import { IDENTITY } from "./cases/figure_4_identity.ts";
import { REVERSE } from "./cases/reverse_direction.ts";
import { FAULTS_OF_ANOTHER_KIND } from "./cases/faults_of_another_kind.ts";
import { SECRECY } from "./cases/secrecy.ts";
import { SESSION_KEY_MUTANTS } from "./cases/session_key_mutants.ts";
import { SESSION_PEERS } from "./cases/session_peers.ts";
import { SESSION_RECEIVER } from "./cases/session_receiver.ts";
import { SESSION_SENDER } from "./cases/session_sender.ts";
import { ONE_NETWORK_AT_ONE_SIDE } from "./cases/one_network_at_one_side.ts";
import { TUNNELS } from "./cases/tunnels.ts";
import { WHOLE_SYSTEM } from "./cases/whole_system.ts";
import { coreIdentityTeller } from "./conversations/teller.ts";
import { PARAMETERS } from "./parameters.ts";
import { CORE_IDENTITY_PEER_RULES } from "./peer_rules.ts";
import { recogniser } from "./facts/recogniser.ts";
import { CORE_IDENTITY_FIGURES } from "./figures/mod.ts";
import { CORE_IDENTITY_REQUIREMENTS } from "./requirements.ts";
import { FIGURE_1 } from "./scenarios/figure_1.ts";
import { FIGURE_4 } from "./scenarios/figure_4.ts";
import { FIGURE_10 } from "./scenarios/figure_10.ts";
import { FIGURE_5 } from "./scenarios/figure_5.ts";
import { FIGURE_7 } from "./scenarios/figure_7.ts";
import { FIGURE_7_COUNTS } from "./scenarios/figure_7_counts.ts";
import { FIGURE_7_DATAGRAMS } from "./scenarios/figure_7_datagrams.ts";
import { FIGURE_7_NETWORKS } from "./scenarios/figure_7_networks.ts";
import { FIGURE_8 } from "./scenarios/figure_8.ts";
import { FIGURE_9 } from "./scenarios/figure_9.ts";
import { UNDECLARED } from "./undeclared.ts";
import { ESTABLISHMENT_VARIANTS } from "./variants/establishment.ts";
import { FIGURE_VARIANTS } from "./variants/figures.ts";
import { PACKET_VARIANTS } from "./variants/packets.ts";
import { TRACE_VARIANTS } from "./variants/traces.ts";
import { POLICY_VARIANTS } from "./variants/policies.ts";

/** Everything that source 000 brings. */
export const CORE_IDENTITY = defineSuite<CoreIdentityOverrides>({
  ...deferredPeers<CoreIdentityOverrides>(
    CORE_IDENTITY_PEER_RULES,
    async () => (await import("./peers.ts")).CORE_IDENTITY_PEERS,
  ),
  title: "Core-identity steering over aggregated tunnels",
  shownIn: ["memory", "netns", "compose"],
  requirements: CORE_IDENTITY_REQUIREMENTS,
  classes: { ...FIGURES, ...OPTIONS },
  exclusive: [{
    classes: ["F5", "F7"],
    why:
      "all packets carry one identity in FIG. 5 ([0059]), and not all of them do in FIG. 7 ([0067])",
  }],
  parameters: PARAMETERS,
  unjudged: UNDECLARED,
  scenarios: [
    // Those of the claims come first: it is their class that a device is told of that declares none.
    FIGURE_7,
    FIGURE_7_COUNTS,
    FIGURE_7_DATAGRAMS,
    FIGURE_7_NETWORKS,
    FIGURE_9,
    FIGURE_10,
    FIGURE_1,
    FIGURE_4,
    FIGURE_5,
    FIGURE_8,
  ]
    .flatMap((group) => Object.values(group)),
  sections: [
    SESSION_SENDER,
    SESSION_KEY_MUTANTS,
    SESSION_RECEIVER,
    SESSION_PEERS,
    IDENTITY,
    CLEAR_IDENTITY,
    REPORTED_CORES,
    REPORTED_DATAGRAMS,
    RECEIVER_ONLY,
    REPORTED_IDENTITIES,
    ONE_IDENTITY,
    PACKETS_OF_ONE_IDENTITY,
    CORES_OF_ONE_IDENTITY,
    COUNTS,
    PROCESSOR_INFORMATION,
    NAMES_AND_UPDATES,
    CORE_SELECTION,
    PAUSES,
    SELECTION_POLICIES,
    ENCAPSULATION,
    TUNNELS,
    ONE_NETWORK_AT_ONE_SIDE,
    ENCRYPTED_DATAGRAMS,
    CORES_AFTER_DECRYPTION,
    SESSION_IDS,
    TUNNEL_CHOICE,
    BOUND_CORES,
    BINDINGS,
    TUNNEL_CRITERIA,
    TUNNEL_HEADER,
    WHOLE_SYSTEM,
    CORES_IN_USE,
    ARRIVAL,
    PACKET_FORMATS,
    ESTABLISHED_TUNNELS,
    SECRECY,
    FAULTS_OF_ANOTHER_KIND,
    REVERSE,
    POLICY_VARIANTS,
    PACKET_VARIANTS,
    ESTABLISHMENT_VARIANTS,
    TRACE_VARIANTS,
    FIGURE_VARIANTS,
  ],
  recogniser,
  conversations: coreIdentityTeller,
  figures: CORE_IDENTITY_FIGURES,
});
