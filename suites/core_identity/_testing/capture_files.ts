import { PcapngWriter } from "../../../captures/file/pcapng_writer.ts";

/** Writes frames to a capture; gives its path. Times are milliseconds. */
export function createFile(
  path: string,
  frames: readonly { at: number; frame: Uint8Array }[],
): string {
  const writer = PcapngWriter.create(path);
  const wan = writer.addInterface({ name: "wan" });
  for (const { at, frame } of frames) {
    const seconds = Math.floor(at / 1000);
    writer.write(wan, seconds, Math.round((at - seconds * 1000) * 1e6), frame);
  }
  writer.close();
  return path;
}
