--[[
Wireshark dissector of the formats that Plumbline defines: core-identity tunnels (data and control
packets), the messages within a cluster of tunnel endpoints, and stateless tunnels with slot IDs. In
GRE with checksum, key and sequence number it shows the flow ID that stateless tunnels have there.

To install it, copy this file into the folder that Wireshark shows under Help > About > Folders >
Personal Lua Plugins (~/.local/lib/wireshark/plugins). For one call of tshark:
    tshark -X lua_script:plumbline.lua -r wan.pcapng

On ports that are not theirs, control packets and cluster messages are known by their content; data
packets there need "Decode As", CORE_IDENTITY.

Fields have the names that `plumbline describe` gives them, such as core_identity.tunnel_id and
tunnel_cluster.load. The diagrams of the formats stand in captures/wire/core_identity.ts,
core_identity_control.ts, tunnel_cluster.ts and tunnel_slots.ts. All fields are in network byte order.
]]

local CORE_IDENTITY_PORT, SLOT_UDP_PORT, CLUSTER_PORT = 49600, 49602, 49700

local function names_by_number(list)
  local names = {}
  for number, name in pairs(list) do names[number] = name end
  return names
end

---------------------------------------------------------------------------------------------------
-- Core-identity tunnels

local ci = Proto("core_identity", "Core-Identity Tunnel")

local MESSAGES = names_by_number({
  "hello", "helloAck", "confirm", "keepalive", "keepaliveAck", "update", "updateAck", "report",
  "reportAck", "close",
})
local ATTRIBUTES = names_by_number({
  "processingUnits", "identities", "excluded", "preferred", "reserved", "loads", "class",
  "aggregateIdentity", "session", "sessionIdentity",
})
local TYPES = { [1] = "data", [2] = "control" }
local KINDS = { [0] = "none", [1] = "core identity", [2] = "session-ID" }
local PLACEMENTS = {
  [0] = "encapsulation header", [1] = "aggregated tunnel header", [2] = "payload section",
}

local c = {
  version = ProtoField.uint8("core_identity.version", "Version", base.DEC, nil, 0xf0),
  type = ProtoField.uint8("core_identity.type", "Type", base.DEC, TYPES, 0x0f),
  kind = ProtoField.uint8("core_identity.identity_kind", "Identity kind (K)", base.DEC, KINDS, 0xc0),
  placement = ProtoField.uint8(
    "core_identity.identity_placement", "Identity placement (P)", base.DEC, PLACEMENTS, 0x30),
  header_encrypted = ProtoField.bool("core_identity.header_encrypted", "Header encrypted (H)", 8, nil, 8),
  authenticated = ProtoField.bool("core_identity.authenticated", "Authenticated (A)", 8, nil, 4),
  sealed = ProtoField.bool("core_identity.sealed", "Datagram sealed (S)", 8, nil, 2),
  clear_length = ProtoField.uint16("core_identity.clear_length", "Clear Length"),
  core_identity = ProtoField.uint64("core_identity.core_identity", "Core identity", base.HEX),
  session_id = ProtoField.uint64("core_identity.session_id", "Session-ID", base.HEX),
  encrypted_header = ProtoField.bytes("core_identity.encrypted_header", "Encrypted tunnel header"),
  aggregated_tunnel_id = ProtoField.uint16("core_identity.aggregated_tunnel_id", "Aggregated Tunnel ID"),
  tunnel_id = ProtoField.uint16("core_identity.tunnel_id", "Tunnel ID"),
  tunnel_sequence_number = ProtoField.uint32(
    "core_identity.tunnel_sequence_number", "Tunnel Sequence Number"),
  global_sequence_number = ProtoField.uint32(
    "core_identity.global_sequence_number", "Global Sequence Number"),
  datagram_number = ProtoField.uint32("core_identity.datagram_number", "Datagram Number"),
  piece_offset = ProtoField.uint16("core_identity.piece_offset", "Piece Offset"),
  datagram_length = ProtoField.uint16("core_identity.datagram_length", "Datagram Length"),
  piece = ProtoField.bytes("core_identity.piece", "Octets of the datagram"),
  nonce = ProtoField.bytes("core_identity.nonce", "Packet Nonce"),
  tag = ProtoField.bytes("core_identity.tag", "Packet Tag"),
  message = ProtoField.uint16("core_identity.message", "Message", base.DEC, MESSAGES),
  control_sequence_number = ProtoField.uint32(
    "core_identity.control_sequence_number", "Control Sequence Number"),
  acknowledged_sequence_number = ProtoField.uint32(
    "core_identity.acknowledged_sequence_number", "Acknowledged Sequence Number"),
  core_count = ProtoField.uint16("core_identity.core_count", "Core Count"),
  processor_information_version = ProtoField.uint16(
    "core_identity.processor_information_version", "Processor Information Version"),
  attribute_type = ProtoField.uint16(
    "core_identity.attribute_type", "Attribute Type", base.DEC, ATTRIBUTES),
  attribute_length = ProtoField.uint16("core_identity.attribute_length", "Attribute Length"),
  attribute = ProtoField.bytes("core_identity.attribute", "Attribute"),
}
ci.fields = {}
for _, field in pairs(c) do table.insert(ci.fields, field) end

local ci_problem = ProtoExpert.new("core_identity.problem", "Malformed core-identity packet",
  expert.group.MALFORMED, expert.severity.ERROR)
ci.experts = { ci_problem }

local ENCAPSULATION, TUNNEL_HEADER, IDENTITY, SECTION, NONCE, SEAL = 4, 20, 8, 4, 8, 24
local CONTROL_HEADER = 20

local ip, ipv6 = Dissector.get("ip"), Dissector.get("ipv6")

local function bits(value, shift, width)
  return math.floor(value / 2 ^ shift) % 2 ^ width
end

local function add_first_octet(buffer, tree)
  tree:add(c.version, buffer(0, 1))
  tree:add(c.type, buffer(0, 1))
end

-- Whether attributes fill the octets from one offset to another.
local function add_up(buffer, at, last)
  while last - at >= 4 do at = at + 4 + buffer(at + 2, 2):uint() end
  return at == last
end

-- A, the trailer of nonce and tag, at the end of either packet.
local function add_trailer(buffer, tree)
  local at = buffer:len() - SEAL
  tree:add(c.nonce, buffer(at, NONCE))
  tree:add(c.tag, buffer(at + NONCE))
end

local function dissect_data(buffer, pinfo, tree, root)
  local flags = buffer(1, 1):uint()
  local kind, placement = bits(flags, 6, 2), bits(flags, 4, 2)
  local h_encrypted, a, s = bits(flags, 3, 1) == 1, bits(flags, 2, 1) == 1, bits(flags, 1, 1) == 1
  local first = ENCAPSULATION + TUNNEL_HEADER
  if kind ~= 0 then
    first = first + IDENTITY
    if placement >= 2 then first = first + SECTION end
  end
  local last = buffer:len() - (a and SEAL or 0)
  if first > last then
    tree:add_proto_expert_info(ci_problem, "aggregated tunnel packet cut short")
    return
  end
  add_first_octet(buffer, tree)
  tree:add(c.kind, buffer(1, 1))
  tree:add(c.placement, buffer(1, 1))
  tree:add(c.header_encrypted, buffer(1, 1))
  tree:add(c.authenticated, buffer(1, 1))
  tree:add(c.sealed, buffer(1, 1))
  tree:add(c.clear_length, buffer(2, 2))
  local header = ENCAPSULATION
  local identity = ""
  if kind ~= 0 then
    local at = ENCAPSULATION
    if placement == 0 then header = ENCAPSULATION + IDENTITY
    elseif placement == 1 then at = ENCAPSULATION + TUNNEL_HEADER
    else at = ENCAPSULATION + TUNNEL_HEADER + SECTION end
    tree:add(kind == 2 and c.session_id or c.core_identity, buffer(at, IDENTITY))
    identity = (kind == 2 and ", session-ID 0x" or ", core identity 0x") ..
      buffer(at, IDENTITY):bytes():tohex(true)
  end
  if h_encrypted then
    tree:add(c.encrypted_header, buffer(header, TUNNEL_HEADER))
    pinfo.cols.info = "Data" .. identity .. ", header encrypted"
  else
    tree:add(c.aggregated_tunnel_id, buffer(header, 2))
    tree:add(c.tunnel_id, buffer(header + 2, 2))
    tree:add(c.tunnel_sequence_number, buffer(header + 4, 4))
    tree:add(c.global_sequence_number, buffer(header + 8, 4))
    tree:add(c.datagram_number, buffer(header + 12, 4))
    tree:add(c.piece_offset, buffer(header + 16, 2))
    tree:add(c.datagram_length, buffer(header + 18, 2))
    pinfo.cols.info = string.format("Data%s, tunnel %d seq %d, global %d", identity,
      buffer(header + 2, 2):uint(), buffer(header + 4, 4):uint(), buffer(header + 8, 4):uint())
  end
  if a then add_trailer(buffer, tree) end
  local offset, length = buffer(header + 16, 2):uint(), buffer(header + 18, 2):uint()
  if not h_encrypted and offset + last - first > length then
    tree:add_proto_expert_info(ci_problem, "piece reaches beyond its datagram")
  end
  if last == first then return end
  local piece = buffer(first, last - first)
  local whole = not h_encrypted and offset == 0 and piece:len() == length
  if whole and not s then
    local version = bits(piece(0, 1):uint(), 4, 4)
    if version == 4 then ip:call(piece:tvb(), pinfo, root) return end
    if version == 6 then ipv6:call(piece:tvb(), pinfo, root) return end
  end
  tree:add(c.piece, piece)
end

local function dissect_control(buffer, pinfo, tree)
  local a = bits(buffer(1, 1):uint(), 2, 1) == 1
  local last = buffer:len() - (a and SEAL or 0)
  if last < CONTROL_HEADER or not add_up(buffer, CONTROL_HEADER, last) then
    tree:add_proto_expert_info(ci_problem, "control message cut short")
    return
  end
  add_first_octet(buffer, tree)
  tree:add(c.authenticated, buffer(1, 1))
  tree:add(c.message, buffer(2, 2))
  tree:add(c.aggregated_tunnel_id, buffer(4, 2))
  tree:add(c.tunnel_id, buffer(6, 2))
  tree:add(c.control_sequence_number, buffer(8, 4))
  tree:add(c.acknowledged_sequence_number, buffer(12, 4))
  tree:add(c.core_count, buffer(16, 2))
  tree:add(c.processor_information_version, buffer(18, 2))
  local message = buffer(2, 2):uint()
  pinfo.cols.info = string.format("%s, tunnel %d, seq %d", MESSAGES[message] or message,
    buffer(6, 2):uint(), buffer(8, 4):uint())
  local at = CONTROL_HEADER
  while at < last do
    local length = buffer(at + 2, 2):uint()
    local attribute = tree:add(c.attribute, buffer(at, 4 + length), "")
    attribute:set_text("Attribute " .. (ATTRIBUTES[buffer(at, 2):uint()] or buffer(at, 2):uint()))
    attribute:add(c.attribute_type, buffer(at, 2))
    attribute:add(c.attribute_length, buffer(at + 2, 2))
    at = at + 4 + length
  end
  if a then add_trailer(buffer, tree) end
end

function ci.dissector(buffer, pinfo, root)
  -- Octets of another version or type are none: something else may speak on this port.
  if buffer:len() < ENCAPSULATION then return 0 end
  local version, type = bits(buffer(0, 1):uint(), 4, 4), bits(buffer(0, 1):uint(), 0, 4)
  if version ~= 1 or TYPES[type] == nil then return 0 end
  pinfo.cols.protocol = "CORE-ID"
  local tree = root:add(ci, buffer())
  if type == 1 then dissect_data(buffer, pinfo, tree, root) else dissect_control(buffer, pinfo, tree) end
  return buffer:len()
end

---------------------------------------------------------------------------------------------------
-- Messages within a cluster

local cluster = Proto("tunnel_cluster", "Tunnel Cluster Message")

local CLUSTER_MESSAGES = names_by_number({
  "register", "registerAck", "report", "heartbeat", "deactivate", "activate", "leave", "claim", "vote",
})

local t = {
  version = ProtoField.uint8("tunnel_cluster.version", "Version", base.DEC, nil, 0xf0),
  flags = ProtoField.uint8("tunnel_cluster.flags", "Flags", base.HEX, nil, 0x0f),
  inactive = ProtoField.bool("tunnel_cluster.inactive", "Inactive (I)", 8, nil, 2),
  draining = ProtoField.bool("tunnel_cluster.draining", "Draining (D)", 8, nil, 1),
  message = ProtoField.uint8("tunnel_cluster.message", "Message", base.DEC, CLUSTER_MESSAGES),
  length = ProtoField.uint16("tunnel_cluster.length", "Length"),
  member = ProtoField.uint16("tunnel_cluster.member", "Member"),
  term = ProtoField.uint16("tunnel_cluster.term", "Term"),
  sequence_number = ProtoField.uint32("tunnel_cluster.sequence_number", "Sequence Number"),
  acknowledged_sequence_number = ProtoField.uint32(
    "tunnel_cluster.acknowledged_sequence_number", "Acknowledged Sequence Number"),
  load = ProtoField.uint16("tunnel_cluster.load", "Load (1/100 per cent)"),
  tunnels = ProtoField.uint32("tunnel_cluster.tunnels", "Tunnels"),
  sessions = ProtoField.uint32("tunnel_cluster.sessions", "Sessions"),
  priority = ProtoField.uint16("tunnel_cluster.priority", "Priority"),
  attribute = ProtoField.bytes("tunnel_cluster.attribute", "Attribute"),
}
-- Addresses are of either family, so that they have text for a type.
t.local_address = ProtoField.string("tunnel_cluster.local_address", "Local address")
t.global_address = ProtoField.string("tunnel_cluster.global_address", "Global address")
t.master_address = ProtoField.string("tunnel_cluster.master_address", "Master address")
local ADDRESSES = { [1] = t.local_address, [2] = t.global_address, [7] = t.master_address }
-- Numbers: field and octets, by attribute type.
local NUMBERS = { [3] = { t.load, 2 }, [4] = { t.tunnels, 4 }, [5] = { t.sessions, 4 }, [6] = { t.priority, 2 } }
cluster.fields = {}
for _, field in pairs(t) do table.insert(cluster.fields, field) end

local cluster_problem = ProtoExpert.new("tunnel_cluster.problem", "Malformed cluster message",
  expert.group.MALFORMED, expert.severity.ERROR)
cluster.experts = { cluster_problem }

local CLUSTER_HEADER = 16

function cluster.dissector(buffer, pinfo, root)
  if buffer:len() < 2 or bits(buffer(0, 1):uint(), 4, 4) ~= 1 then return 0 end
  local message = CLUSTER_MESSAGES[buffer(1, 1):uint()]
  if message == nil then return 0 end
  pinfo.cols.protocol = "CLUSTER"
  local tree = root:add(cluster, buffer())
  if buffer:len() < CLUSTER_HEADER or buffer(2, 2):uint() > buffer:len() then
    tree:add_proto_expert_info(cluster_problem, "cluster message cut short")
    return buffer:len()
  end
  tree:add(t.version, buffer(0, 1))
  local flags = tree:add(t.flags, buffer(0, 1))
  flags:add(t.inactive, buffer(0, 1))
  flags:add(t.draining, buffer(0, 1))
  tree:add(t.message, buffer(1, 1))
  tree:add(t.length, buffer(2, 2))
  tree:add(t.member, buffer(4, 2))
  tree:add(t.term, buffer(6, 2))
  tree:add(t.sequence_number, buffer(8, 4))
  tree:add(t.acknowledged_sequence_number, buffer(12, 4))
  pinfo.cols.info = string.format("%s, member %d, term %d, seq %d", message,
    buffer(4, 2):uint(), buffer(6, 2):uint(), buffer(8, 4):uint())
  local at, last = CLUSTER_HEADER, math.max(CLUSTER_HEADER, buffer(2, 2):uint())
  if buffer(2, 2):uint() < CLUSTER_HEADER then
    tree:add_proto_expert_info(cluster_problem, "length is less than the header")
  end
  while at < last do
    if last - at < 4 or at + 4 + buffer(at + 2, 2):uint() > last then
      tree:add_proto_expert_info(cluster_problem, "the last attribute is cut short")
      break
    end
    local type, length = buffer(at, 2):uint(), buffer(at + 2, 2):uint()
    local address, number = ADDRESSES[type], NUMBERS[type]
    local value = length > 0 and buffer(at + 4, length)
    if address ~= nil and length == 4 then tree:add(address, value, tostring(value:ipv4()))
    elseif address ~= nil and length == 16 then tree:add(address, value, tostring(value:ipv6()))
    elseif number ~= nil and length == number[2] then tree:add(number[1], value)
    else tree:add(t.attribute, buffer(at, 4 + length)) end
    at = at + 4 + length
  end
  return buffer:len()
end

---------------------------------------------------------------------------------------------------
-- Stateless tunnels with slot IDs

local slots = Proto("tunnel_slots", "Stateless Tunnel with Slot IDs")

local s = {
  network_id = ProtoField.uint32("tunnel_slots.network_id", "Network ID"),
  source_slot = ProtoField.uint16("tunnel_slots.source_slot", "Source Slot"),
  target_slot = ProtoField.uint16("tunnel_slots.target_slot", "Target Slot"),
  reserved = ProtoField.uint32("tunnel_slots.reserved", "Reserved", base.HEX),
}
slots.fields = {}
for _, field in pairs(s) do table.insert(slots.fields, field) end

local SLOTS_HEADER = 12

function slots.dissector(buffer, pinfo, root)
  -- Any program may be given their port: octets in front of no IP header are none.
  if buffer:len() <= SLOTS_HEADER then return 0 end
  local first = buffer(SLOTS_HEADER, 1):uint()
  local inner = ({ [4] = ip, [6] = ipv6 })[bits(first, 4, 4)]
  if inner == nil or inner == ip and bits(first, 0, 4) < 5 then return 0 end
  pinfo.cols.protocol = "SLOTS"
  pinfo.cols.info = string.format("Slots %d > %d, network %d",
    buffer(4, 2):uint(), buffer(6, 2):uint(), buffer(0, 4):uint())
  local tree = root:add(slots, buffer(0, SLOTS_HEADER))
  tree:add(s.network_id, buffer(0, 4))
  tree:add(s.source_slot, buffer(4, 2))
  tree:add(s.target_slot, buffer(6, 2))
  tree:add(s.reserved, buffer(8, 4))
  inner:call(buffer(SLOTS_HEADER):tvb(), pinfo, root)
  return buffer:len()
end

---------------------------------------------------------------------------------------------------
-- Stateless tunnels in GRE of 16 octets: Wireshark dissects these, and this adds what it cannot know.

local gre_flow = Proto("gre_flow", "Stateless Tunnel in GRE")

local gre_flow_id = ProtoField.uint16("gre_flow.flow_id", "Flow ID", base.HEX)
gre_flow.fields = { gre_flow_id }

local gre_flags, gre_key = Field.new("gre.flags_and_version"), Field.new("gre.key")
-- Flags of checksum, key and sequence number; octets from them to the key.
local GRE_WHOLE, GRE_KEY = 0xb000, 8

function gre_flow.dissector(_, _, root)
  local keys = { gre_key() }
  for _, flags in ipairs({ gre_flags() }) do
    for _, key in ipairs(keys) do
      if flags.value == GRE_WHOLE and key.source == flags.source and key.offset == flags.offset + GRE_KEY then
        root:add(gre_flow, key.range):add(gre_flow_id, key.range:range(2, 2))
      end
    end
  end
end

register_postdissector(gre_flow)

---------------------------------------------------------------------------------------------------
-- Ports are a hint.

local ports = DissectorTable.get("udp.port")
ports:add(CORE_IDENTITY_PORT, ci)
ports:add(SLOT_UDP_PORT, slots)
ports:add(CLUSTER_PORT, cluster)

ci:register_heuristic("udp", function(buffer, pinfo, root)
  if buffer:len() < CONTROL_HEADER or buffer(0, 1):uint() ~= 0x12 then return false end
  local last = buffer:len() - (bits(buffer(1, 1):uint(), 2, 1) == 1 and SEAL or 0)
  if last < CONTROL_HEADER or MESSAGES[buffer(2, 2):uint()] == nil then return false end
  if not add_up(buffer, CONTROL_HEADER, last) then return false end
  ci.dissector(buffer, pinfo, root)
  return true
end)

cluster:register_heuristic("udp", function(buffer, pinfo, root)
  if buffer:len() < CLUSTER_HEADER or bits(buffer(0, 1):uint(), 4, 4) ~= 1 then return false end
  if buffer(2, 2):uint() ~= buffer:len() then return false end
  if CLUSTER_MESSAGES[buffer(1, 1):uint()] == nil then return false end
  if not add_up(buffer, CLUSTER_HEADER, buffer:len()) then return false end
  return cluster.dissector(buffer, pinfo, root) > 0
end)
