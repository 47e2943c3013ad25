/** One line for any packet, much as tcpdump writes it. */
import { escapeControls } from "../escape.ts";
import type { FieldValue, Layer } from "./layer.ts";

/** Layers that a line mentions only when nothing within them was understood. */
const QUIET = new Set(["ethernet", "raw", "null", "sll", "sll2", "llc", "chdlc", "ppp", "pppd"]);

/** Layers that belong to the IP header before them. */
const EXTENSIONS = new Set([
  "ipv6_hop_by_hop",
  "ipv6_destination_options",
  "ipv6_routing",
  "ipv6_fragment",
  "ipv6_extension",
]);

/** Characters of a value at most. */
const MAX_VALUE = 40;

/**
 * Describes a dissected packet in one line without a line end. The packet's own text is escaped, so
 * the line is safe to print; it is not safe as markup.
 */
export function describe(layers: readonly Layer[]): string {
  const last = layers.findLastIndex((layer) => layer.name !== "padding" && layer.name !== "data");
  const parts: string[] = [];
  for (const [i, layer] of layers.entries()) {
    const part = partOf(layer, i, last, layers);
    if (part !== "") parts.push(part);
    for (const text of [layer.problem, layer.note]) {
      if (text !== undefined) parts.push(`[${text}]`);
    }
  }
  return escapeControls(parts.join(" ")) || "empty frame";
}

function partOf(layer: Layer, i: number, last: number, layers: readonly Layer[]): string {
  const { name } = layer;
  if (name === "padding") return "";
  if (name === "data") {
    return i > 0 && layer.note === undefined ? "" : `${layer.end - layer.start} octets`;
  }
  if (name === "ipv4" || name === "ipv6") return endpoints(layer, i, layers);
  if (QUIET.has(name) && i < last) return "";
  if (layer.summary !== undefined) return layer.summary;
  return EXTENSIONS.has(name) ? "" : [name, ...layer.fields.map(fieldText)].join(" ");
}

/** `IP a.port > b.port:` as far as the fields are there. */
function endpoints(layer: Layer, i: number, layers: readonly Layer[]): string {
  const source = valueOf(layer, "source");
  if (source === undefined) return layer.name;
  let j = i + 1;
  while (j < layers.length && EXTENSIONS.has(layers[j].name)) j++;
  const transport = layers[j];
  const port = (name: string) => {
    const value = transport === undefined ? undefined : valueOf(transport, name);
    return value === undefined ? "" : `.${value}`;
  };
  const offset = valueOf(layer, "fragment_offset");
  const more = valueOf(layer, "more_fragments") === 1 ? "+" : "";
  const fragment = (offset !== undefined && offset !== 0) || more !== ""
    ? ` frag ${valueOf(layer, "identification")}@${offset}${more}`
    : "";
  const from = `${source}${port("source_port")}`;
  const to = `${valueOf(layer, "destination")}${port("destination_port")}`;
  return `${layer.name === "ipv4" ? "IP" : "IP6"} ${from} > ${to}${fragment}:`;
}

function valueOf(layer: Layer, name: string): FieldValue | undefined {
  return layer.fields.find((field) => field.name === name)?.value;
}

function fieldText(field: { name: string; value: FieldValue; meaning?: string }): string {
  const text = String(field.value);
  const value = text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
  return `${field.name}=${value}`;
}
