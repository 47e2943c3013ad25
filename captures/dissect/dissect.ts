/**
 * Dissects frames into layers. It never throws, whatever the octets are, and its work is bounded by
 * their number.
 */
import type { Frame } from "../frame.ts";
import { dissectByContent, type HeardPorts } from "./content.ts";
import { type Context, type Layer, LayerBuilder, type Next, type Step } from "./layer.ts";
import {
  decimalName,
  ETHER_TYPES,
  hexName,
  IP_PROTOCOLS,
  LINK_TYPES,
  PPP_PROTOCOLS,
} from "./names.ts";
import { DISSECTORS } from "./registry.ts";

/** Headers of a frame at most; beyond, what is left is data. */
const MAX_LAYERS = 64;

/** Begins a problem that is a defect of a dissector of ours, and not of the packet. */
export const DEFECT = "defect of the dissector";

/**
 * The layers of a frame, outermost first. Offsets are octets into `frame.bytes`.
 * @param heard What the frames before said of UDP ports, which this one adds to; without it every
 * frame is dissected alone.
 */
export function dissect(frame: Frame, heard?: HeardPorts): Layer[] {
  const { bytes, view, start, end, linkType } = frame;
  const missing = Math.max(0, frame.originalLength - (end - start));
  const layers = dissectFrom(
    { table: "linkType", keys: [linkType], start, end },
    bytes,
    view,
    missing,
    heard,
  );
  if (missing > 0) {
    const last = layers[layers.length - 1];
    // What the capture cut short is no fault of the packet.
    if (last.end === end && last.problem?.includes("cut short")) {
      last.note = last.problem;
      delete last.problem;
    }
    const note = `the capture kept ${end - start} of ${frame.originalLength} octets`;
    last.note = last.note === undefined ? note : `${last.note}; ${note}`;
  }
  return layers;
}

/**
 * The layers of octets whose kind is known, such as an IP datagram without a frame.
 * @param from Where they lie and which table entry they begin with.
 * @param missing Octets that were there once but have been cut off behind `from.end`.
 * @param heard As `dissect` takes it.
 */
export function dissectFrom(
  from: Next,
  bytes: Uint8Array,
  view: DataView,
  missing = 0,
  heard?: HeardPorts,
): Layer[] {
  const context: Context = {
    missing,
    ipVersion: 0,
    addressSum: -1,
    destinationSum: 0,
    datagramEnd: from.end + missing,
    tcpStart: -1,
    partial: false,
  };
  const layers: Layer[] = [];
  const padding: Layer[] = [];
  // Octets from `at` to `limit` have not been given to any layer yet.
  let at = from.start;
  let limit = from.end;
  for (let next: Next | undefined = from; next !== undefined;) {
    if (next.end < limit) padding.unshift(paddingLayer(next.end, limit));
    at = next.start;
    limit = next.end;
    const full = layers.length >= MAX_LAYERS;
    const step: Step | undefined = full ? undefined : understand(next, bytes, view, context, heard);
    if (step === undefined) {
      const data = new LayerBuilder("data", at, limit);
      const note = full ? "too many headers" : whyNot(next);
      if (note !== undefined) data.note(note);
      if (note !== undefined || at < limit) layers.push(data.layer);
      return layers.concat(padding);
    }
    layers.push(step.layer);
    at = step.layer.end;
    next = step.next;
  }
  if (at < limit) layers.push(new LayerBuilder("data", at, limit).layer);
  return layers.concat(padding);
}

/** Octets behind what a length field covers. */
function paddingLayer(start: number, end: number): Layer {
  return new LayerBuilder("padding", start, end).summary(`${end - start} octets of padding`).layer;
}

/** The step of the first dissector that knows these octets. */
function understand(
  next: Next,
  bytes: Uint8Array,
  view: DataView,
  context: Context,
  heard: HeardPorts | undefined,
): Step | undefined {
  const { table, keys, start, end } = next;
  const isUdp = table === "udp" && keys.length > 0;
  try {
    if (isUdp) {
      const step = dissectByContent(bytes, view, start, end, context, keys, heard);
      if (step !== undefined) return step;
    }
    for (const key of keys) {
      const dissector = DISSECTORS[table][key] ?? (isUdp ? heard?.get(key) : undefined);
      const step = dissector?.(bytes, view, start, end, context);
      if (step !== undefined) return step;
    }
  } catch (error) {
    // Dissectors do not throw. If one does, the reader of a capture must not suffer from it.
    const what = error instanceof Error ? error.message : "unknown";
    return new LayerBuilder("data", start, end).problem(`${DEFECT}: ${what}`).step();
  }
  return undefined;
}

/** Why nobody understands these octets; undefined where that is nothing out of the ordinary. */
function whyNot({ table, keys }: Next): string | undefined {
  if (keys.length === 0 || keys[0] === 59 && table === "ipProtocol") return undefined;
  const [key] = keys;
  switch (table) {
    case "linkType":
      return `link type ${decimalName(LINK_TYPES, key)} is not dissected`;
    case "etherType":
      return `EtherType ${hexName(ETHER_TYPES, key)} is not dissected`;
    case "pppProtocol":
      return `PPP protocol ${hexName(PPP_PROTOCOLS, key)} is not dissected`;
    case "ipProtocol":
      return `IP protocol ${decimalName(IP_PROTOCOLS, key)} is not dissected`;
    default:
      return undefined;
  }
}
