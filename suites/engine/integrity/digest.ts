/**
 * What binds a record of evidence to its files, and to itself: the CRC-32 of every capture and trace,
 * taken when the scenario had ended, and the SHA-256 of the record. They tell that something was
 * changed, by accident or by hand; against a forger who mends them too stands the manifest of the run.
 */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/** The CRC-32 of octets that come in parts (IEEE 802.3, as gzip has it). */
export class Checksum {
  #crc = 0;

  update(octets: Uint8Array): void {
    this.#crc = crc32(octets, this.#crc);
  }

  /** Eight hexadecimal digits. */
  get text(): string {
    return this.#crc.toString(16).padStart(8, "0");
  }
}

/** Octets of a file that are read at a time. */
const PART = 1 << 16;
/** What was read last: reading waits for nothing, so that one buffer serves all files. */
const part = new Uint8Array(PART);

/** The checksum of a file. @throws {Deno.errors.NotFound} And the like, when it cannot be read. */
export function checksumOfFile(path: string): string {
  using file = Deno.openSync(path);
  const checksum = new Checksum();
  for (;;) {
    const got = file.readSync(part);
    if (got === null) return checksum.text;
    checksum.update(part.subarray(0, got));
  }
}

/**
 * The seal of a record: SHA-256, in hexadecimal, of its JSON without the seal itself. How the JSON is
 * laid out makes no difference; everything that it says does.
 * @param record As `JSON.parse` gives it, or what will be written as that.
 */
export function sealOf(record: object): string {
  const { seal: _, ...rest } = record as Record<string, unknown>;
  return createHash("sha256").update(JSON.stringify(rest)).digest("hex");
}

/** Whether a record says that it is sealed and differs from what was sealed. */
export function isAltered(record: unknown): boolean {
  if (typeof record !== "object" || record === null) return false;
  const { seal } = record as { seal?: unknown };
  return seal !== undefined && seal !== sealOf(record);
}
