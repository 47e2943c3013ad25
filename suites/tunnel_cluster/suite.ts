/** The suite of clustered L2TP: source 004. */
import type { TunnelClusterOverrides } from "../../peers/tunnel_cluster/overrides.ts";
import { TUNNEL_CLUSTER_CLASSES } from "./requirements/classes.ts";
import { deferredPeers } from "../kit/deferred_peers.ts";
import { defineSuite, type Suite } from "../kit/suite.ts";
import { TUNNEL_CLUSTER_PARAMETERS } from "./parameters.ts";
import { TUNNEL_CLUSTER_REQUIREMENTS } from "./requirements.ts";
import { SCENARIOS } from "./scenarios.ts";

import { ARCHITECTURE_200 } from "./cases/architecture_200.ts";
import { MIXED_CLUSTER } from "./cases/mixed_cluster.ts";
import { CALL_SETUP } from "./cases/call_setup.ts";
import { CALL_SESSION } from "./cases/call_session.ts";
import { CLIENT_DATA_AT_ENDPOINT } from "./cases/client_data_at_endpoint.ts";
import { CLIENT_DATA_AT_INITIATOR } from "./cases/client_data_at_initiator.ts";
import { CONNECTION_CONNECTED } from "./cases/connection_connected.ts";
import { CONNECTION_ACKNOWLEDGED } from "./cases/connection_acknowledged.ts";
import { CONNECTION_REPLY } from "./cases/connection_reply.ts";
import { TUNNEL_IDS } from "./cases/tunnel_ids.ts";
import { CONNECTION_REQUEST } from "./cases/connection_request.ts";
import { FORWARDED_HEADER } from "./cases/forwarded_header.ts";
import { FORWARDED_REQUEST } from "./cases/forwarded_request.ts";
import { FAULTS_OF_PATHS } from "./cases/faults_of_paths.ts";
import { FAULTS_OF_ANOTHER_KIND } from "./cases/faults_of_another_kind.ts";
import { INTERWORKING } from "./cases/interworking.ts";
import { INTERWORKING_OF_INITIATORS } from "./cases/interworking_of_initiators.ts";
import { ANNOUNCEMENTS } from "./cases/announcements.ts";
import { STATE_TOLD } from "./cases/state_told.ts";
import { DRAINING } from "./cases/draining.ts";
import { REQUESTS_ARRIVE } from "./cases/requests_arrive.ts";
import { SUCCESSOR } from "./cases/successor.ts";
import { CLUSTER_MESSAGES } from "./cases/cluster_messages.ts";
import { LOAD_TOLD } from "./cases/load_told.ts";
import { LOAD_SHARING } from "./cases/load_sharing.ts";
import { NETWORK_MANAGEMENT } from "./cases/network_management.ts";
import { ENDPOINT_FAILURE } from "./cases/endpoint_failure.ts";
import { OTHER_CHOICES } from "./cases/other_choices.ts";
import { OTHER_CHOICES_WITHIN } from "./cases/other_choices_within.ts";
import { OTHER_CHOICES_OF_L2TP } from "./cases/other_choices_of_l2tp.ts";
import { OTHER_POLICIES } from "./cases/other_policies.ts";
import { REQUESTS_SERVED } from "./cases/requests_served.ts";
import { ROBUSTNESS_AT_ENDS } from "./cases/robustness_at_ends.ts";
import { ROBUSTNESS_WITHIN } from "./cases/robustness_within.ts";
import { TABLE_1 } from "./cases/table_1.ts";
import { NAT_FRAGMENTS } from "./cases/nat_fragments.ts";
import { NAT_CROSSING } from "./cases/nat_crossing.ts";
import { NAT_ADDRESSES } from "./cases/nat_addresses.ts";
import { TABLE_1_LOOKUP } from "./cases/table_1_lookup.ts";
import { ROW_LIFETIME } from "./cases/row_lifetime.ts";
import { TABLES_2_AND_3 } from "./cases/tables_2_and_3.ts";
import { TUNNEL_PATHS } from "./cases/tunnel_paths.ts";
import { TAKE_OVER } from "./cases/take_over.ts";
import { ONE_MASTER } from "./cases/one_master.ts";
import { clusterTeller } from "./conversations/teller.ts";
import { CLUSTER_PEER_RULES } from "./peer_rules.ts";
import { recogniserOf } from "./facts/recogniser.ts";
import { UNDECLARED } from "./undeclared.ts";

/** Everything that source 004 brings, as far as it is judged. */
export const TUNNEL_CLUSTER: Suite<TunnelClusterOverrides> = defineSuite({
  ...deferredPeers<TunnelClusterOverrides>(
    CLUSTER_PEER_RULES,
    async () => (await import("./peers.ts")).CLUSTER_PEERS,
  ),
  title: "Clustered tunnel endpoints",
  shownIn: ["memory", "netns", "compose"],
  light: true,
  bases: ["l2tp"],
  requirements: TUNNEL_CLUSTER_REQUIREMENTS,
  classes: TUNNEL_CLUSTER_CLASSES,
  parameters: TUNNEL_CLUSTER_PARAMETERS,
  unjudged: UNDECLARED,
  scenarios: SCENARIOS,
  sections: [
    CONNECTION_REQUEST,
    FORWARDED_REQUEST,
    REQUESTS_SERVED,
    REQUESTS_ARRIVE,
    FORWARDED_HEADER,
    CONNECTION_REPLY,
    TUNNEL_IDS,
    TABLE_1,
    NAT_ADDRESSES,
    TABLE_1_LOOKUP,
    ROW_LIFETIME,
    NAT_CROSSING,
    NAT_FRAGMENTS,
    CONNECTION_CONNECTED,
    CONNECTION_ACKNOWLEDGED,
    TABLES_2_AND_3,
    CALL_SESSION,
    CALL_SETUP,
    TUNNEL_PATHS,
    CLIENT_DATA_AT_INITIATOR,
    CLIENT_DATA_AT_ENDPOINT,
    LOAD_SHARING,
    LOAD_TOLD,
    CLUSTER_MESSAGES,
    ANNOUNCEMENTS,
    STATE_TOLD,
    DRAINING,
    OTHER_POLICIES,
    OTHER_CHOICES,
    OTHER_CHOICES_OF_L2TP,
    OTHER_CHOICES_WITHIN,
    NETWORK_MANAGEMENT,
    ENDPOINT_FAILURE,
    ARCHITECTURE_200,
    MIXED_CLUSTER,
    TAKE_OVER,
    ONE_MASTER,
    SUCCESSOR,
    INTERWORKING,
    INTERWORKING_OF_INITIATORS,
    ROBUSTNESS_WITHIN,
    ROBUSTNESS_AT_ENDS,
    FAULTS_OF_ANOTHER_KIND,
    FAULTS_OF_PATHS,
  ],
  recogniser: recogniserOf,
  conversations: clusterTeller,
});
