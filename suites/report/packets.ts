import type { Frame } from "../../captures/frame.ts";
import type { CaptureReader } from "../capture_source.ts";
import { isAbsolute, join } from "../paths.ts";
import type { Report } from "./model.ts";

/** Octets of a packet that a report shows: the headers, and enough to recognise the rest. */
const MOST_OCTETS = 256;

/** A packet that proves something, as the report shows it. */
export interface Packet {
  capture: string;
  number: number;
  /** Seconds since 1970 with microseconds. */
  time: string;
  /** Octets on the wire. */
  length: number;
  /** One line, as `plumbline describe` prints it. */
  line: string;
  layers: PacketLayer[];
  /** Hex dump lines. */
  hex: string[];
}

/** One header of a packet. */
export interface PacketLayer {
  name: string;
  problem?: string;
  fields: { name: string; value: string; meaning?: string }[];
}

/** Turns a frame into what the report shows; injected, so that this file knows no wire format. */
export type Dissect = (frame: Frame) => { line: string; layers: PacketLayer[] };

/** Key of a cited frame: evidence directory, capture and number. */
export function packetKey(evidence: string, capture: string, number: number): string {
  return `${evidence}\n${capture}\n${number}`;
}

/**
 * Reads the frames that the failures of a report cite, each capture in one streaming pass.
 * Captures that cannot be read any more are left out: the verdict stands without them.
 * @param directory The run directory.
 */
export async function readPackets(
  report: Report,
  directory: string,
  read: CaptureReader,
  dissect: Dissect,
): Promise<Map<string, Packet>> {
  const wanted = new Map<string, Set<number>>();
  for (const { checks } of report.suites) {
    for (const { evidence, frames } of checks) {
      for (const { capture, number } of frames ?? []) {
        const key = `${evidence}\n${capture}`;
        wanted.set(key, (wanted.get(key) ?? new Set()).add(number));
      }
    }
  }
  const packets = new Map<string, Packet>();
  for (const { evidence, name, file } of report.captures) {
    const numbers = wanted.get(`${evidence}\n${name}`);
    if (numbers === undefined) continue;
    const path = isAbsolute(file) ? file : join(directory, file);
    try {
      await read(path, (frame) => {
        if (!numbers.has(frame.number)) return;
        const packet = packetOf(name, frame, dissect);
        packets.set(packetKey(evidence, name, frame.number), packet);
      });
    } catch {
      // The capture is gone or unreadable: the report says so where it would show the packet.
    }
  }
  return packets;
}

function packetOf(capture: string, frame: Frame, dissect: Dissect): Packet {
  const micro = Math.floor(frame.nanoseconds / 1000);
  return {
    capture,
    number: frame.number,
    time: `${frame.seconds}.${String(micro).padStart(6, "0")}`,
    length: frame.originalLength,
    ...dissect(frame),
    hex: hexLines(
      frame.bytes.subarray(frame.start, Math.min(frame.end, frame.start + MOST_OCTETS)),
    ),
  };
}

/** Octets as lines of offset, sixteen values and their ASCII characters. */
export function hexLines(octets: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < octets.length; at += 16) {
    const row = [...octets.subarray(at, at + 16)];
    const values = row.map((octet) => octet.toString(16).padStart(2, "0")).join(" ");
    const text = row.map((o) => o >= 32 && o < 127 ? String.fromCharCode(o) : ".").join("");
    lines.push(`${at.toString(16).padStart(4, "0")}  ${values.padEnd(47)}  ${text}`);
  }
  return lines;
}
