/** The layers and fields that dissectors give, for whoever names one: filters, and their messages. */
import { ATTRIBUTES } from "../wire/l2tp_attributes.ts";
import { Message } from "../wire/core_identity_control.ts";
import { MessageType } from "../wire/l2tp_message.ts";
import { ClusterMessage } from "../wire/tunnel_cluster.ts";
import { snake } from "./names.ts";
import {
  CCP_OPTIONS,
  ECP_OPTIONS,
  IPCP_OPTIONS,
  IPV6CP_OPTIONS,
  LCP_OPTIONS,
  type OptionNames,
} from "./ppp_options.ts";

/** A field of a layer; without a field the layer itself. */
export interface Selector {
  layer: string;
  field?: string;
}

const CONTROL = "code identifier length";
const EXTENSION = "next_header header_length";
const PORTS = "source_port destination_port";
const LACP_PORT = ["system_priority", "system", "key", "port_priority", "port", "state"];

function optionsOf(options: OptionNames): string {
  return Object.values(options).map(({ name }) => name).join(" ");
}

/** Fields of each layer, separated by blanks. */
const LAYERS: Readonly<Record<string, string>> = {
  frame: "number interface link_type length captured",
  ah: "next_header payload_length spi sequence icv",
  arp: "hardware_type protocol_type hardware_length protocol_length operation sender_hardware " +
    "sender_protocol target_hardware target_protocol",
  chdlc: "address control type",
  core_identity: "version type identity_kind identity_placement header_encrypted authenticated " +
    "sealed clear_length core_identity session_id encrypted_header aggregated_tunnel_id tunnel_id " +
    "tunnel_sequence_number global_sequence_number datagram_number piece_offset datagram_length " +
    "message control_sequence_number acknowledged_sequence_number core_count " +
    "processor_information_version attribute_type attribute",
  data: "",
  dns: "id flags rcode questions answers query_name query_type query_class",
  esp: "spi sequence",
  ethernet: "destination source type",
  geneve: "version options_length control critical protocol vni option",
  gre: "flags version protocol checksum offset key flow_id payload_length call_id sequence " +
    "acknowledgment",
  icmp: "type code checksum identifier sequence rest",
  icmpv6: "type code checksum identifier sequence rest target",
  ike: "initiator_spi responder_spi next_payload version exchange_type flags message_id length",
  ipv4: "version header_length dscp ecn total_length identification reserved_flag dont_fragment " +
    "more_fragments fragment_offset ttl protocol checksum source destination",
  ipv6: "version dscp ecn flow_label payload_length next_header hop_limit source destination",
  ipv6_destination_options: `${EXTENSION} home_address`,
  ipv6_extension: EXTENSION,
  ipv6_fragment: "next_header reserved fragment_offset more_fragments identification",
  ipv6_hop_by_hop: EXTENSION,
  ipv6_routing: `${EXTENSION} routing_type segments_left data`,
  l2tp: "flags version length tunnel_id session_id ns nr offset_size error_code error_message " +
    Object.keys(ATTRIBUTES).map(snake).join(" "),
  l2tpv3: "flags version length session_id control_connection_id ns nr message_type result_code " +
    "tie_breaker host_name vendor_name receive_window_size call_serial_number random_vector " +
    "extended_vendor_id message_digest router_id assigned_control_connection_id " +
    "pseudowire_capabilities local_session_id remote_session_id assigned_cookie remote_end_id " +
    "pseudowire_type l2_specific_sublayer data_sequencing circuit_status preferred_language " +
    "authentication_nonce tx_connect_speed rx_connect_speed",
  lacp: ["subtype version collector_max_delay actor partner"].concat(
    LACP_PORT.flatMap((name) => [`actor_${name}`, `partner_${name}`]),
  ).join(" "),
  llc: "dsap ssap control organisation type",
  mpls: "label traffic_class bottom ttl",
  null: "family",
  padding: "",
  ppp: "address control protocol",
  ppp_ccp: `${CONTROL} ${optionsOf(CCP_OPTIONS)} rejected_protocol`,
  ppp_chap: `${CONTROL} value name message`,
  ppp_eap: `${CONTROL} type identity notification`,
  ppp_ecp: `${CONTROL} ${optionsOf(ECP_OPTIONS)} rejected_protocol`,
  ppp_ipcp: `${CONTROL} ${optionsOf(IPCP_OPTIONS)} rejected_protocol`,
  ppp_ipv6cp: `${CONTROL} ${optionsOf(IPV6CP_OPTIONS)} rejected_protocol`,
  ppp_lcp: `${CONTROL} ${optionsOf(LCP_OPTIONS)} rejected_protocol`,
  ppp_multilink: "beginning ending reserved sequence",
  ppp_pap: `${CONTROL} peer_id password`,
  pppd: "direction",
  pppoe: "version type code session_id length end_of_list service_name ac_name host_uniq " +
    "ac_cookie vendor_specific relay_session_id ppp_max_payload service_name_error " +
    "ac_system_error generic_error",
  raw: "",
  sll: "packet_type hardware_type address_length address type",
  sll2: "type interface_index hardware_type packet_type address_length address",
  slow_protocol: "subtype",
  stt: "frame_length segment_offset frame_number version flags l4_offset maximum_segment_size " +
    "priority vlan_present vlan_id context_id",
  tcp: `${PORTS} sequence acknowledgment header_length reserved flags window checksum ` +
    "urgent_pointer maximum_segment_size window_scale sack_permitted timestamp timestamp_echo " +
    "no_operation end_of_options",
  tunnel_cluster: "version flags message length member term sequence_number " +
    "acknowledged_sequence_number local_address global_address load tunnels sessions priority " +
    "master_address attribute",
  tunnel_slots: "network_id source_slot target_slot reserved",
  udp: `${PORTS} length checksum`,
  udp_encapsulation: "nat_keepalive non_esp_marker",
  vlan: "priority drop_eligible identifier type",
  vxlan: "flags vni",
};

/** Fields that go by a number, of options, tags and AVPs that have no name. */
const NUMBERED = /^(option|avp|tag|tlv)_\d+(_\d+)?$/;

/** What every layer can have said of it. */
const SAID = ["problem", "note", "summary"];

const FIELDS = new Map(
  Object.entries(LAYERS).map(([layer, names]) => [
    layer,
    new Set([
      ...names.split(" ").filter((name) => name !== ""),
      ...(layer === "frame" ? [] : SAID),
    ]),
  ]),
);

/** Short names, and names for the fields of several layers at once. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  ip: ["ipv4", "ipv6"],
  "ip.source": ["ipv4.source", "ipv6.source"],
  "ip.destination": ["ipv4.destination", "ipv6.destination"],
  "ip.address": ["ipv4.source", "ipv4.destination", "ipv6.source", "ipv6.destination"],
  "ip.protocol": ["ipv4.protocol", "ipv6.next_header"],
  "ip.ttl": ["ipv4.ttl", "ipv6.hop_limit"],
  "ip.dscp": ["ipv4.dscp", "ipv6.dscp"],
  "ethernet.address": ["ethernet.source", "ethernet.destination"],
  "udp.port": ["udp.source_port", "udp.destination_port"],
  "tcp.port": ["tcp.source_port", "tcp.destination_port"],
  "l2tp.message": ["l2tp.message_type"],
  "l2tpv3.message": ["l2tpv3.message_type"],
  lcp: ["ppp_lcp"],
  ipcp: ["ppp_ipcp"],
  ipv6cp: ["ppp_ipv6cp"],
  ccp: ["ppp_ccp"],
  pap: ["ppp_pap"],
  chap: ["ppp_chap"],
  eap: ["ppp_eap"],
};

/** The only words that the value of a field goes by; a message without a name is a number. */
const VOCABULARIES: Readonly<Record<string, readonly string[]>> = {
  "l2tp.message_type": Object.keys(MessageType),
  "core_identity.message": Object.keys(Message),
  "tunnel_cluster.message": Object.keys(ClusterMessage),
};

/** Whether dissectors may give a layer this field. */
export function isField(layer: string, field: string): boolean {
  return FIELDS.get(layer)?.has(field) === true || FIELDS.has(layer) && NUMBERED.test(field);
}

/** What a name selects; empty for one that is not known. */
export function selectorsOf(name: string): Selector[] {
  const names = ALIASES[name];
  if (names !== undefined) return names.flatMap(selectorsOf);
  const dot = name.indexOf(".");
  if (dot < 0) return FIELDS.has(name) ? [{ layer: name }] : [];
  const layer = name.slice(0, dot), field = name.slice(dot + 1);
  const full = ALIASES[layer]?.length === 1 ? ALIASES[layer][0] : layer;
  return isField(full, field) ? [{ layer: full, field }] : [];
}

/** Every name that `selectorsOf` knows, layers first, those of several layers among them. */
export function knownNames(): string[] {
  const names = [...FIELDS.keys(), ...Object.keys(ALIASES)];
  for (const [layer, fields] of FIELDS) for (const field of fields) names.push(`${layer}.${field}`);
  return names;
}

/** The words that a value of a field can be; undefined for a field of any others. */
export function vocabularyOf({ layer, field }: Selector): readonly string[] | undefined {
  return VOCABULARIES[`${layer}.${field}`];
}
