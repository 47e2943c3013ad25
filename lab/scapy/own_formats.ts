/** Formats that scapy does not know by itself, or not whole: it reads them by `co_process.py`. */
import type { Layer } from "../../captures/dissect/layer.ts";
import type { Difference } from "./agreement.ts";
import type { ScapyLayer } from "./scapy.ts";

/** Fields of each, theirs and ours. */
const FIELDS: Readonly<Record<string, readonly (readonly [theirs: string, ours: string])[]>> = {
  L2TPControl: [
    ["length", "length"],
    ["tunnel_id", "tunnel_id"],
    ["session_id", "session_id"],
    ["ns", "ns"],
    ["nr", "nr"],
  ],
  ClusterMessage: [
    ["version", "version"],
    ["message", "message"],
    ["length", "length"],
    ["member", "member"],
    ["term", "term"],
    ["sequence", "sequence_number"],
    ["acknowledged", "acknowledged_sequence_number"],
  ],
  CoreIdentityControl: [
    ["version", "version"],
    ["message", "message"],
    ["aggregated_tunnel_id", "aggregated_tunnel_id"],
    ["tunnel_id", "tunnel_id"],
    ["sequence", "control_sequence_number"],
    ["acknowledged", "acknowledged_sequence_number"],
    ["core_count", "core_count"],
    ["information_version", "processor_information_version"],
  ],
  CoreIdentityData: [
    ["version", "version"],
    ["identity_kind", "identity_kind"],
    ["placement", "identity_placement"],
    ["clear_length", "clear_length"],
    ["aggregated_tunnel_id", "aggregated_tunnel_id"],
    ["tunnel_id", "tunnel_id"],
    ["tunnel_sequence", "tunnel_sequence_number"],
    ["global_sequence", "global_sequence_number"],
    ["datagram_number", "datagram_number"],
    ["piece_offset", "piece_offset"],
    ["datagram_length", "datagram_length"],
  ],
};

/** The layers of a frame that scapy can read anew, each with the name of its format there. */
export function ownFormats(
  layers: readonly Layer[],
  octets: Uint8Array,
): { layer: Layer; name: string }[] {
  return layers.flatMap((layer) => {
    const name = formatOf(layer, octets);
    return name === undefined ? [] : [{ layer, name }];
  });
}

function formatOf(layer: Layer, octets: Uint8Array): string | undefined {
  if (layer.problem !== undefined) return undefined;
  const value = (name: string) => layer.fields.find((field) => field.name === name)?.value;
  switch (layer.name) {
    case "l2tp":
      // A control message with Length and sequence numbers: the T, L and S bits.
      return (octets[layer.start] & 0xc8) === 0xc8 ? "L2TPControl" : undefined;
    case "tunnel_cluster":
      return "ClusterMessage";
    case "core_identity":
      if (value("type") === 2) return "CoreIdentityControl";
      // The identity in the encapsulation header, and nothing encrypted.
      return value("identity_placement") === 0 && value("header_encrypted") === 0
        ? "CoreIdentityData"
        : undefined;
  }
}

/** Compares a layer of ours with what scapy read in the same octets. */
export function compareOwnFormats(
  layer: Layer,
  name: string,
  [, theirs]: ScapyLayer,
): { compared: number; differences: Difference[] } {
  const differences: Difference[] = [];
  let compared = 0;
  for (const [key, field] of FIELDS[name]) {
    const ours = layer.fields.find((each) => each.name === field)?.value;
    compared++;
    if (ours == theirs[key]) continue;
    differences.push({
      field: `${layer.name}.${field}`,
      ours: `${ours ?? "nothing"}`,
      theirs: `${theirs[key] ?? "nothing"}`,
    });
  }
  return { compared, differences };
}
