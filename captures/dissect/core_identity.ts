/** Dissects core-identity tunnels (see `wire/core_identity.ts`). */
import {
  decode as decodeData,
  ENCAPSULATION_LENGTH,
  IdentityKind,
  identityOffset,
  PacketType,
  pieceStart,
  SEAL_LENGTH,
  TUNNEL_HEADER_LENGTH,
  tunnelHeaderOffset,
  VERSION,
} from "../wire/core_identity.ts";
import {
  AttributeType,
  decode as decodeControl,
  messageName,
} from "../wire/core_identity_control.ts";
import { broken, type Dissector, LayerBuilder } from "./layer.ts";

const NAME = "core_identity";
/** LINKTYPE_RAW: the inner datagram begins with its IP header. */
const RAW = 101;
const KINDS = ["none", "core identity", "session-ID"];
const PLACEMENTS = ["encapsulation header", "aggregated tunnel header", "payload section"];

/** An encapsulation packet: data or control. Fewer octets, or of another version or type, are none. */
export const dissectCoreIdentity: Dissector = (bytes, view, start, end, context) => {
  if (end - start < ENCAPSULATION_LENGTH || bytes[start] >> 4 !== VERSION) return undefined;
  const type = bytes[start] & 15;
  if (type === PacketType.data) return dissectData(bytes, view, start, end, context);
  if (type === PacketType.control) return dissectControl(bytes, view, start, end, context);
  return undefined;
};

const dissectData: Dissector = (bytes, _view, start, end) => {
  const { record: p, problem } = decodeData(bytes, start, end);
  if (p === undefined) return broken(NAME, start, end, problem);
  const first = start + pieceStart(p.kind, p.placement);
  const last = end - (p.authenticated ? SEAL_LENGTH : 0);
  const layer = new LayerBuilder(NAME, start, first)
    .field("version", p.version, start, start + 1)
    .field("type", PacketType.data, start, start + 1, "data")
    .field("identity_kind", p.kind, start + 1, start + 2, KINDS[p.kind])
    .field("identity_placement", p.placement, start + 1, start + 2, PLACEMENTS[p.placement])
    .field("header_encrypted", Number(p.headerEncrypted), start + 1, start + 2)
    .field("authenticated", Number(p.authenticated), start + 1, start + 2)
    .field("sealed", Number(p.sealed), start + 1, start + 2)
    .field("clear_length", p.clearLength, start + 2, start + 4);
  const identity = p.identity?.toString(16) ?? "";
  if (p.kind !== IdentityKind.none) {
    const at = start + identityOffset(p.placement);
    const name = p.kind === IdentityKind.session ? "session_id" : "core_identity";
    layer.field(name, identity, at, at + 8, nameIn(p.identity ?? 0n));
  }
  const h = start + tunnelHeaderOffset(p.kind, p.placement);
  const whole = p.pieceOffset === 0 && p.piece.length === p.datagramLength;
  const what = p.kind === IdentityKind.none ? "no identity" : `${KINDS[p.kind]} ${identity}`;
  if (p.headerEncrypted) {
    layer.field("encrypted_header", "", h, h + TUNNEL_HEADER_LENGTH);
    return layer.summary(`core-identity data, ${what}, header encrypted`).step();
  }
  layer.field("aggregated_tunnel_id", p.aggregateId, h, h + 2)
    .field("tunnel_id", p.tunnelId, h + 2, h + 4)
    .field("tunnel_sequence_number", p.tunnelSequence, h + 4, h + 8)
    .field("global_sequence_number", p.globalSequence, h + 8, h + 12)
    .field("datagram_number", p.datagramNumber, h + 12, h + 16)
    .field("piece_offset", p.pieceOffset, h + 16, h + 18)
    .field("datagram_length", p.datagramLength, h + 18, h + 20);
  if (p.pieceOffset + p.piece.length > p.datagramLength) {
    layer.problem(
      `piece ends at octet ${
        p.pieceOffset + p.piece.length
      } of ${p.datagramLength} in its datagram`,
    );
  }
  const piece = whole ? "" : `, octets ${p.pieceOffset}+${p.piece.length} of ${p.datagramLength}`;
  layer.summary(
    `core-identity data, ${what}, tunnel ${p.tunnelId} seq ${p.tunnelSequence}, ` +
      `global ${p.globalSequence}${piece}${p.sealed ? ", sealed" : ""}`,
  );
  if (p.sealed) return layer.note("the datagram is encrypted").step();
  if (!whole) return layer.note("a piece of a datagram").step();
  return layer.step({ table: "linkType", keys: [RAW], start: first, end: last });
};

const dissectControl: Dissector = (bytes, _view, start, end) => {
  const { record: m, problem } = decodeControl(bytes, start, end);
  if (m === undefined) return broken(NAME, start, end, problem);
  const name = messageName(m.message);
  const layer = new LayerBuilder(NAME, start, end)
    .field("version", m.version, start, start + 1)
    .field("type", PacketType.control, start, start + 1, "control")
    .field("authenticated", Number(m.trailer !== undefined), start + 1, start + 2)
    .field("message", m.message, start + 2, start + 4, name)
    .field("aggregated_tunnel_id", m.aggregateId, start + 4, start + 6)
    .field("tunnel_id", m.tunnelId, start + 6, start + 8)
    .field("control_sequence_number", m.sequence, start + 8, start + 12)
    .field("acknowledged_sequence_number", m.acknowledged, start + 12, start + 16)
    .field("core_count", m.coreCount, start + 16, start + 18)
    .field("processor_information_version", m.informationVersion, start + 18, start + 20);
  let at = start + 20;
  for (const { type, value } of m.attributes) {
    const stop = at + 4 + value.length;
    const meaning = Object.entries(AttributeType).find(([, number]) => number === type)?.[0];
    const octets = [...value.subarray(0, 64)].map((o) => o.toString(16).padStart(2, "0")).join("");
    layer.field("attribute_type", type, at, at + 2, meaning)
      .field("attribute", octets, at + 4, stop);
    at = stop;
  }
  const cores = m.coreCount > 0 ? `, ${m.coreCount} cores` : "";
  return layer.summary(`core-identity ${name}, tunnel ${m.tunnelId}${cores}`).step();
};

/** The ASCII name that an identity codes, where it is one. */
function nameIn(identity: bigint): string | undefined {
  const octets = identity.toString(16).padStart(16, "0").match(/../g)!.map((o) => parseInt(o, 16));
  const text = String.fromCharCode(...octets).replace(/\0+$/, "");
  return /^[\x21-\x7e]+$/.test(text) ? text : undefined;
}
