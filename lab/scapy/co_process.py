"""scapy as a co-process: reads one request a line, JSON, and answers each with one line.

    ["dissect", LINKTYPE, HEX]              -> [[layer, {field: value}], ...], outermost first
    ["build", [[layer, {field: value}], ...]] -> HEX; lengths and checksums are scapy's own
    ["read", LAYER, HEX]                    -> as dissect, octets that begin with that layer

A value that is octets travels as {"hex": "..."}. What goes wrong is answered as {"error": "..."}.
The project's own formats stand below once more, from their diagrams and for scapy alone.
"""
import sys, json, logging

logging.disable(logging.CRITICAL)
from scapy.config import conf

conf.use_pcap = False
from scapy.all import *

conf.debug_dissector = 0
load_contrib("mpls")
from scapy.contrib.geneve import GENEVE


class Attribute(Packet):
    """Type, Length of the value alone, Value."""

    fields_desc = [
        ShortField("type", 0),
        FieldLenField("length", None, length_of="value"),
        StrLenField("value", b"", length_from=lambda packet: packet.length),
    ]

    def extract_padding(self, rest):
        return b"", rest


class SelfCounting(Packet):
    """With a Length behind the first two octets that counts the whole message."""

    def post_build(self, octets, payload):
        if self.length is None:
            octets = octets[:2] + len(octets).to_bytes(2, "big") + octets[4:]
        return octets + payload


class ClusterMessage(SelfCounting):
    name = "ClusterMessage"
    fields_desc = [
        BitField("version", 1, 4),
        BitField("zero", 0, 2),
        BitField("inactive", 0, 1),
        BitField("draining", 0, 1),
        ByteField("message", 0),
        ShortField("length", None),
        ShortField("member", 0),
        ShortField("term", 0),
        IntField("sequence", 0),
        IntField("acknowledged", 0),
        PacketListField("attributes", [], Attribute),
    ]


def first_octets(kind):
    """The first two octets of a core-identity packet of a Type."""
    return [
        BitField("version", 1, 4),
        BitField("type", kind, 4),
        BitField("identity_kind", 0, 2),
        BitField("placement", 0, 2),
        BitField("header_encrypted", 0, 1),
        BitField("authenticated", 0, 1),
        BitField("sealed", 0, 1),
        BitField("zero", 0, 1),
    ]


class CoreIdentityControl(Packet):
    name = "CoreIdentityControl"
    fields_desc = [
        *first_octets(2),
        ShortField("message", 0),
        ShortField("aggregated_tunnel_id", 0),
        ShortField("tunnel_id", 0),
        IntField("sequence", 0),
        IntField("acknowledged", 0),
        ShortField("core_count", 0),
        ShortField("information_version", 0),
        PacketListField("attributes", [], Attribute),
    ]


class CoreIdentityData(Packet):
    """With the identity in the encapsulation header (P = 0), and nothing encrypted."""

    name = "CoreIdentityData"
    fields_desc = [
        *first_octets(1),
        ShortField("clear_length", 0),
        ConditionalField(LongField("identity", 0), lambda packet: packet.identity_kind != 0),
        ShortField("aggregated_tunnel_id", 0),
        ShortField("tunnel_id", 0),
        IntField("tunnel_sequence", 0),
        IntField("global_sequence", 0),
        IntField("datagram_number", 0),
        ShortField("piece_offset", 0),
        ShortField("datagram_length", 0),
    ]


class TunnelSlots(Packet):
    """Behind UDP, in front of an IP datagram."""

    fields_desc = [
        IntField("network_id", 0),
        ShortField("source_slot", 0),
        ShortField("target_slot", 0),
        IntField("reserved", 0),
    ]

    def guess_payload_class(self, payload):
        return {4: IP, 6: IPv6}.get(payload[0] >> 4, Raw)


bind_bottom_up(UDP, TunnelSlots, dport=49602)


class L2TPAvp(Packet):
    """RFC 2661, section 4.1; Length counts the six octets before the value."""

    fields_desc = [
        BitField("mandatory", 1, 1),
        BitField("hidden", 0, 1),
        BitField("reserved", 0, 4),
        BitField("length", None, 10),
        ShortField("vendor", 0),
        ShortField("type", 0),
        StrLenField("value", b"", length_from=lambda packet: max(0, packet.length - 6)),
    ]

    def post_build(self, octets, payload):
        if self.length is None:
            first = int.from_bytes(octets[:2], "big") | len(octets)
            octets = first.to_bytes(2, "big") + octets[2:]
        return octets + payload

    def extract_padding(self, rest):
        return b"", rest


class L2TPControl(SelfCounting):
    """RFC 2661, section 3.1, with all that a control message must have, and its AVPs."""

    name = "L2TPControl"
    fields_desc = [
        ShortField("flags", 0xC802),
        ShortField("length", None),
        ShortField("tunnel_id", 0),
        ShortField("session_id", 0),
        ShortField("ns", 0),
        ShortField("nr", 0),
        PacketListField("avps", [], L2TPAvp),
    ]


FIRST = {1: Ether, 101: IP, 12: IP, 14: IP, 228: IP, 229: IPv6, 113: CookedLinux, 9: PPP, 50: PPP}
OWN = {
    each.__name__: each
    for each in (
        Attribute, ClusterMessage, CoreIdentityControl, CoreIdentityData, L2TPAvp, L2TPControl, TunnelSlots,
    )
}


def layer_class(name):
    found = OWN.get(name) or globals().get(name)
    if not (isinstance(found, type) and issubclass(found, Packet)):
        raise ValueError("no layer " + name)
    return found


def from_json(value):
    if isinstance(value, dict) and "hex" in value:
        return bytes.fromhex(value["hex"])
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str):
        return layer_class(value[0])(**{key: from_json(each) for key, each in value[1].items()})
    if isinstance(value, list):
        return [from_json(each) for each in value]
    return value


def to_json(value):
    if isinstance(value, Packet):
        return fields_of(value)
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return value
    if isinstance(value, (bytes, bytearray)):
        return {"hex": bytes(value).hex()}
    if isinstance(value, list) and all(isinstance(each, Packet) for each in value):
        return [fields_of(each) for each in value]
    return None


def fields_of(packet):
    fields = ((name, to_json(value)) for name, value in packet.fields.items())
    return {name: value for name, value in fields if value is not None}


def layers(packet):
    out = []
    while packet and not isinstance(packet, NoPayload):
        out.append([type(packet).__name__, fields_of(packet)])
        packet = packet.payload
    return out


def dissect(link, octets):
    octets = bytes.fromhex(octets)
    first = FIRST[link]
    if first is IP and octets[:1] and octets[0] >> 4 == 6:
        first = IPv6
    try:
        return layers(first(octets))
    except Exception as error:
        # Some of its decoders break on octets that are not as they should be.
        return [["error", {"text": repr(error)}]]


def build(parts):
    packet = None
    for part in parts:
        layer = from_json(part)
        packet = layer if packet is None else packet / layer
    return bytes(packet).hex()


def answer(request):
    what, *rest = request
    if what == "dissect":
        return dissect(*rest)
    if what == "build":
        return build(*rest)
    if what == "read":
        return layers(layer_class(rest[0])(bytes.fromhex(rest[1])))
    raise ValueError("no request " + str(what))


if __name__ == "__main__":
    print("ready", flush=True)
    for line in sys.stdin:
        try:
            said = answer(json.loads(line))
        except Exception as error:
            said = {"error": repr(error)}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()
