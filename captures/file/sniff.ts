/** Recognises what a file is from how it begins. */
import { hex } from "../wire/octets.ts";

/** Beginnings of files that are mistaken for captures, and what they are. */
const KNOWN: readonly [prefix: string, what: string][] = [
  ["1f8b", "gzip-compressed data within compressed data"],
  ["28b52ffd", "zstd-compressed data within compressed data"],
  ["fd377a585a00", "xz-compressed data: decompress it first"],
  ["425a68", "bzip2-compressed data: decompress it first"],
  ["04224d18", "lz4-compressed data: decompress it first"],
  ["504b0304", "a zip archive: unpack it first"],
  ["736e6f6f70000000", "a snoop capture: convert it with editcap first"],
  ["474d4255", "a Network Monitor capture: convert it with editcap first"],
  ["52545353", "a Network Monitor capture: convert it with editcap first"],
  ["7f454c46", "an ELF program"],
  ["89504e47", "a PNG picture"],
  ["25504446", "a PDF document"],
];

/** How a file that begins with these octets is compressed. */
export function compressionOf(head: Uint8Array): "none" | "gzip" | "zstd" {
  const magic = hex(head, 0, Math.min(4, head.length));
  if (magic.startsWith("1f8b")) return "gzip";
  return magic === "28b52ffd" ? "zstd" : "none";
}

/** Says in a few words what begins with these octets, which are no beginning of a capture. */
export function describeHead(head: Uint8Array): string {
  if (head.length === 0) return "no octets at all";
  const magic = hex(head, 0, Math.min(16, head.length));
  const known = KNOWN.find(([prefix]) => magic.startsWith(prefix));
  if (known !== undefined) return known[1];
  if (/^(0a0d0d0a|a1b2c3d4|d4c3b2a1|a1b23c4d|4d3cb2a1|a1b2cd34|34cdb2a1)/.test(magic)) {
    return `only ${head.length} octets of a capture's header, or a damaged one`;
  }
  if (isText(head)) {
    const line = new TextDecoder().decode(head.subarray(0, 60)).trim().split(/[\r\n]/)[0];
    return `text that begins with ${JSON.stringify(line.slice(0, 40))}`;
  }
  const shown = magic.slice(0, 16).match(/../g)!.join(" ");
  return `octets ${shown}${head.length > 8 ? " …" : ""}`;
}

/** Whether all octets are printable ASCII, white space or UTF-8 sequences. */
function isText(head: Uint8Array): boolean {
  const control = (octet: number) =>
    (octet < 32 && octet !== 9 && octet !== 10 && octet !== 13) || octet === 127;
  if (head.some(control)) return false;
  try {
    // A stream may end within a sequence.
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}
