/** One packet as the report shows it. */
import { describe } from "../../../captures/dissect/describe.ts";
import { dissect } from "../../../captures/dissect/dissect.ts";
import type { Layer } from "../../../captures/dissect/layer.ts";
import type { Frame } from "../../../captures/frame.ts";
import { shorten } from "../shorten.ts";

/** Characters of a value, and values of a header, that are shown at most. */
const MOST_CHARACTERS = 160;
const MOST_FIELDS = 120;

/** A stretch of octets of the frame: the first, and one past the last. */
interface Stretch {
  start: number;
  end: number;
}

/** One value of a header. */
export interface PacketField extends Stretch {
  name: string;
  value: string;
  meaning?: string;
}

/** One header of a packet. */
export interface PacketLayer extends Stretch {
  name: string;
  /** The header in a few words. */
  summary: string;
  problem?: string;
  fields: PacketField[];
}

/** A packet, dissected. */
export interface Packet {
  capture: string;
  number: number;
  /** RFC 3339 with nanoseconds, or that there is none. */
  time: string;
  /** Octets on the wire. */
  length: number;
  /** One line, as `plumbline describe` prints it. */
  line: string;
  /** The line without link layer and addresses: what a sequence diagram has room for. */
  brief: string;
  layers: PacketLayer[];
  /** The first octets. */
  octets: Uint8Array;
}

/** Layers that say where a packet goes rather than what it is. */
const CARRIERS = new Set([
  ...["ethernet", "vlan", "ipv4", "ipv6", "udp", "padding", "raw", "null", "sll", "sll2", "llc"],
  ...["ppp", "pppd", "pppoe", "chdlc"],
]);

/** Dissects a frame; `most` octets of it are kept for the hex dump. */
export function packetOf(capture: string, frame: Frame, most: number): Packet {
  const layers = dissect(frame);
  return {
    capture: capture,
    number: frame.number,
    time: frame.untimed ? "no time" : timeText(frame.seconds, frame.nanoseconds),
    length: frame.originalLength,
    line: describe(layers),
    brief: brief(layers),
    layers: layers.map((layer) => layerOf(layer, frame.start)),
    octets: frame.bytes.slice(frame.start, Math.min(frame.end, frame.start + most)),
  };
}

function layerOf({ name, fields, problem, note, summary, ...at }: Layer, zero: number) {
  const trouble = [problem, note].filter(Boolean).join("; ");
  const more = fields.length - MOST_FIELDS;
  const layer: PacketLayer = {
    name,
    start: at.start - zero,
    end: at.end - zero,
    summary: shorten(summary ?? "", MOST_CHARACTERS),
    fields: fields.slice(0, MOST_FIELDS).map((field) => ({
      name: field.name,
      value: shorten(String(field.value), MOST_CHARACTERS),
      ...(field.meaning === undefined ? {} : { meaning: field.meaning }),
      start: field.start - zero,
      end: field.end - zero,
    })),
  };
  const text = [trouble, more > 0 ? `${more} more fields are not shown` : ""].filter(Boolean);
  return text.length === 0 ? layer : { ...layer, problem: text.join("; ") };
}

/**
 * What a packet is: the first header that has something to say besides addresses and ports, or the
 * transport where nothing within was understood.
 */
function brief(layers: readonly Layer[]): string {
  const telling = layers.filter(({ name }) => !CARRIERS.has(name) && name !== "data");
  const problem = layers.find((layer) => layer.problem !== undefined)?.problem;
  const said = telling.map(({ summary, name }) => summary ?? name);
  const text = said.length > 0 ? said.slice(0, 2).join(", ") : portsOf(layers);
  return shorten(problem === undefined ? text : `${text} [${problem}]`, 120);
}

function portsOf(layers: readonly Layer[]): string {
  const last = layers.findLast(({ name }) => name !== "padding" && name !== "data");
  if (last === undefined) return "data";
  const value = (name: string) => last.fields.find((field) => field.name === name)?.value;
  const from = value("source_port"), to = value("destination_port");
  const what = last.summary ?? last.name;
  return from === undefined || to === undefined ? what : `${from} > ${to} ${what}`;
}

/** RFC 3339 in UTC with nanoseconds; what no calendar has becomes seconds. */
export function timeText(seconds: number, nanoseconds: number): string {
  const fraction = String(nanoseconds).padStart(9, "0");
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return `${seconds}.${fraction} s`;
  return `${date.toISOString().slice(0, 19)}.${fraction}Z`;
}
