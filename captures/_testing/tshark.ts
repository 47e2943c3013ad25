/** What tshark, with our dissector in Lua, says of a capture, compared with what we say. */
import assert from "node:assert/strict";
import type { FieldValue, Layer } from "../dissect/layer.ts";

/** tshark's field, and ours: layer and field. */
export type ComparedField = readonly [tshark: string, layer: string, field: string];

const LUA = decodeURIComponent(new URL("../dissect/plumbline.lua", import.meta.url).pathname);

const CORE_IDENTITY = [
  ...["version", "type", "identity_kind", "identity_placement", "header_encrypted", "sealed"],
  ...["authenticated", "clear_length", "core_identity", "session_id", "aggregated_tunnel_id"],
  ...["tunnel_id", "tunnel_sequence_number", "global_sequence_number", "datagram_number"],
  ...["piece_offset", "datagram_length", "message", "control_sequence_number", "core_count"],
  ...["acknowledged_sequence_number", "processor_information_version", "attribute_type"],
];
const CLUSTER = [
  ...["version", "flags", "message", "length", "member", "term", "sequence_number"],
  ...["acknowledged_sequence_number", "load", "tunnels", "sessions", "priority"],
  ...["local_address", "global_address", "master_address"],
];

const SLOTS = ["network_id", "source_slot", "target_slot", "reserved"];

/** The fields of our own formats, which have the same names in both. */
export const OUR_FIELDS: readonly ComparedField[] = [
  ...CORE_IDENTITY.map((name) => [`core_identity.${name}`, "core_identity", name] as const),
  ...CLUSTER.map((name) => [`tunnel_cluster.${name}`, "tunnel_cluster", name] as const),
  ...SLOTS.map((name) => [`tunnel_slots.${name}`, "tunnel_slots", name] as const),
];

/** A frame as we see it, and where it comes from. */
export interface Seen {
  from: string;
  layers: readonly Layer[];
}

/** A field that tshark and we see differently. */
export interface Difference {
  from: string;
  field: string;
  ours: string;
  theirs: string;
}

/**
 * What tshark sees: for each frame and field the values, outermost first.
 * @param preferences More of its preferences, such as `ip.try_heuristic_first:TRUE`.
 */
export async function askTshark(
  path: string,
  fields: readonly ComparedField[],
  preferences: readonly string[] = [],
): Promise<string[][][]> {
  // Every frame alone: nothing may depend on the frames before it.
  const alone = ["ip.defragment:FALSE", "ipv6.defragment:FALSE", "tcp.desegment_tcp_streams:FALSE"];
  const { success, stdout, stderr } = await new Deno.Command("tshark", {
    args: [
      ...["-n", "-X", `lua_script:${LUA}`, "-d", "udp.port==8472,vxlan"],
      ...["-r", path, "-T", "fields", "-E", "occurrence=a", "-E", "aggregator= "],
      ...[...alone, ...preferences].flatMap((option) => ["-o", option]),
      ...fields.flatMap(([name]) => ["-e", name]),
    ],
  }).output();
  const errors = new TextDecoder().decode(stderr);
  assert.ok(success && !/lua/i.test(errors), errors);
  const lines = new TextDecoder().decode(stdout).split("\n").slice(0, -1);
  return lines.map((line) =>
    line.split("\t").map((values) => values === "" ? [] : values.split(" "))
  );
}

/** Compares every field of every frame. */
export function compareFields(
  seen: readonly Seen[],
  theirs: readonly string[][][],
  fields: readonly ComparedField[],
): { compared: number; differences: Difference[] } {
  assert.equal(theirs.length, seen.length);
  let compared = 0;
  const differences: Difference[] = [];
  for (const [i, { from, layers }] of seen.entries()) {
    // What we did not dissect, tshark may know more about.
    const stopped = layers.some(({ name }) => name === "data");
    for (const [f, [name, layer, field]] of fields.entries()) {
      const ours = valuesOf(layers, layer, field);
      const other = theirs[i][f];
      compared += ours.length;
      const agree = ours.every((value, k) => same(value, other[k] ?? "nothing"));
      if (agree && (ours.length === other.length || stopped)) continue;
      differences.push({ from, field: name, ours: ours.join(), theirs: other.join() });
    }
  }
  return { compared, differences };
}

/** Ours as tshark writes them: numbers compared as numbers, whatever the base. */
function same(ours: FieldValue, theirs: string): boolean {
  if (typeof ours !== "string") return Number(ours) === Number(theirs);
  return ours === theirs || theirs.startsWith("0x") && /^[0-9a-f]+$/.test(ours) &&
      BigInt(`0x${ours}`) === BigInt(theirs);
}

/** Values of a field, outermost first; a length in the place of an EtherType is none for tshark. */
function valuesOf(layers: readonly Layer[], layer: string, field: string): FieldValue[] {
  return layers.filter(({ name }) => name === layer)
    .flatMap(({ fields }) => fields.filter(({ name }) => name === field))
    .map(({ value }) => value)
    .filter((value) => layer !== "ethernet" || Number(value) > 1500);
}
