/**
 * Ways in which evidence goes bad. Each changes an evidence directory in place and says what it spoils.
 * Whoever changes a capture mends the count of its frames: that alone would tell on him.
 */
import { readCapture } from "../../../captures/file/read.ts";
import { PcapngWriter } from "../../../captures/file/pcapng_writer.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { mendChecksum } from "../../../captures/wire/checksum.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { sealOf } from "../../engine/integrity/digest.ts";
import type { EvidenceRecord } from "../../kit/evidence.ts";

/** What a damage spoils: by name, or all of it. */
export type Spoilt = "everything" | { taps?: readonly string[]; traces?: readonly string[] };

/** A frame that may be changed and written back. */
export interface StoredFrame {
  seconds: number;
  nanoseconds: number;
  octets: Uint8Array;
}

/** The record of an evidence directory. */
export async function recordOf(directory: string): Promise<EvidenceRecord> {
  return JSON.parse(await Deno.readTextFile(`${directory}/scenario.json`));
}

/** Writes a record back, sealed again if it was sealed. */
export async function writeRecord(directory: string, record: EvidenceRecord): Promise<void> {
  const { seal, ...rest } = record;
  const plain = JSON.parse(JSON.stringify(rest));
  const sealed = seal === undefined ? plain : { ...plain, seal: sealOf(plain) };
  await Deno.writeTextFile(`${directory}/scenario.json`, JSON.stringify(sealed));
}

/** Changes a record, with its seal mended. */
export async function changeRecord(
  directory: string,
  edit: (record: EvidenceRecord) => void,
): Promise<void> {
  const record = await recordOf(directory);
  edit(record);
  await writeRecord(directory, record);
}

/** Makes evidence like that of a lab that bound its files by nothing. */
export async function unbind(directory: string): Promise<void> {
  const record = await recordOf(directory);
  delete record.seal;
  for (const bound of [...Object.values(record.captureCounters), ...record.traces]) {
    delete bound.crc32;
  }
  await writeRecord(directory, record);
}

/** The frames of a capture. */
export async function framesOf(path: string): Promise<StoredFrame[]> {
  const frames: StoredFrame[] = [];
  await readCapture(path, ({ bytes, start, end, seconds, nanoseconds }) => {
    frames.push({ seconds, nanoseconds, octets: bytes.slice(start, end) });
  });
  return frames;
}

/** Changes the frames of a capture; says whether that made a difference. */
export async function changeFrames(
  directory: string,
  tap: string,
  edit: (frames: StoredFrame[]) => StoredFrame[],
): Promise<boolean> {
  const path = `${directory}/${tap}.pcapng`, before = await Deno.readFile(path);
  const frames = edit(await framesOf(path));
  const writer = PcapngWriter.create(path);
  writer.addInterface({ name: tap, linkType: 1 });
  for (const { seconds, nanoseconds, octets } of frames) {
    writer.write(0, seconds, nanoseconds, octets);
  }
  writer.close();
  await changeRecord(directory, ({ captureCounters }) => {
    captureCounters[tap].captured = frames.length;
  });
  const after = await Deno.readFile(path);
  return before.length !== after.length || before.some((octet, i) => octet !== after[i]);
}

/** Changes of the frames of one capture, by name. */
export const FRAME_CHANGES: Readonly<Record<string, (all: StoredFrame[]) => StoredFrame[]>> = {
  "every fifth frame removed": (all) => all.filter((_, i) => i % 5 !== 2),
  "the first half removed": (all) => all.slice(all.length >> 1),
  "the second half removed": (all) => all.slice(0, all.length >> 1),
  "frames in another order": (all) => all.toReversed(),
  "an hour later": (all) => all.map((frame) => ({ ...frame, seconds: frame.seconds + 3600 })),
  "a second earlier": (all) => all.map((frame) => ({ ...frame, seconds: frame.seconds - 1 })),
  "every frame twice": (all) => all.flatMap((frame) => [frame, frame]),
  "payload changed, with its checksum mended": (all) => all.map(withOtherPayload),
};

/** Changes the last whole word of a UDP payload over IPv4, and the checksum with it. */
function withOtherPayload(frame: StoredFrame): StoredFrame {
  const octets = frame.octets.slice(), view = new DataView(octets.buffer);
  const walk = new HeaderWalker();
  const found = walk.walkIp(octets, view, 14, octets.length);
  if (!found || walk.ipVersion !== 4 || walk.udpPayload < 0 || walk.end - walk.udpPayload < 4) {
    return frame;
  }
  const at = walk.end - (walk.end - walk.l4) % 2 - 2, before = get16(octets, at);
  octets[at] ^= 0x20;
  const checksum = walk.l4 + 6;
  if (get16(octets, checksum) !== 0) mendChecksum(octets, checksum, before, get16(octets, at));
  return { ...frame, octets };
}

/** Exchanges two captures, counts and checksums with them. */
export async function swapTaps(directory: string, a: string, b: string): Promise<void> {
  const path = (name: string) => `${directory}/${name}.pcapng`;
  await Deno.rename(path(a), path("aside"));
  await Deno.rename(path(b), path(a));
  await Deno.rename(path("aside"), path(b));
  await changeRecord(directory, ({ captureCounters: counters }) => {
    [counters[a], counters[b]] = [counters[b], counters[a]];
  });
}

/** Copies an evidence directory. */
export async function copyFiles(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name } of Deno.readDir(from)) {
    await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}
