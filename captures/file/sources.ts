/** Where the octets of a capture come from. */
import { NotACapture } from "./summary.ts";

/** A path (`-` for standard input), the octets themselves, or a stream of them. */
export type CaptureSource = string | Uint8Array | ReadableStream<Uint8Array>;

/** Gives octets in order. */
export interface OctetSource {
  /** What to call it in messages. */
  name: string;
  /** Octets of a regular file when it was opened; undefined for anything else. */
  size?: number;
  /** Reads into the array; gives the number of octets, or null at the end. */
  read(into: Uint8Array): number | null | Promise<number | null>;
  close(): void | Promise<void>;
}

/** The first octets, at least four unless the source has fewer. */
export async function readHead(source: OctetSource): Promise<Uint8Array> {
  const head = new Uint8Array(4096);
  let end = 0;
  while (end < 4) {
    const got = await source.read(head.subarray(end));
    if (got === null) break;
    end += got;
  }
  return head.subarray(0, end);
}

/** What a shell makes of `<(command)`, and the kernel's names for what was handed over open. */
const HANDED_OVER = /^\/(dev\/(stdin|fd\/\d+)|proc\/self\/fd\/\d+)$/;

/** Whether a source can be opened again, and gives the same octets then. */
export function isRepeatable(source: CaptureSource): boolean {
  if (typeof source !== "string") return false;
  return source !== "-" && !(HANDED_OVER.test(source) && Deno.statSync(source).isFifo);
}

/**
 * Opens a source.
 * @throws {NotACapture} When the path is neither that of a regular file nor of an open pipe: others
 * may never end, or never begin.
 * @throws {Deno.errors.NotFound} And the like, when a file cannot be opened.
 */
export function openSource(source: CaptureSource): OctetSource {
  if (source instanceof Uint8Array) return openMemory(source);
  if (source instanceof ReadableStream) return openStream(source, "the stream");
  if (source === "-") {
    const read = (into: Uint8Array) => Deno.stdin.readSync(into);
    return { name: "standard input", read, close: () => {} };
  }
  const { isFile, size } = refuseOthers(source, Deno.statSync(source));
  const file = Deno.openSync(source);
  return {
    name: JSON.stringify(source),
    ...(isFile ? { size } : {}),
    read: (into) => file.readSync(into),
    close: () => file.close(),
  };
}

function refuseOthers(path: string, info: Deno.FileInfo): Deno.FileInfo {
  if (info.isFile || (info.isFifo && HANDED_OVER.test(path))) return info;
  const got = info.isDirectory
    ? "a directory"
    : info.isFifo
    ? "a FIFO, which standard input (-) can be"
    : info.isSocket
    ? "a socket"
    : "a device";
  throw new NotACapture(
    `Cannot read ${JSON.stringify(path)} as a capture as it must be a regular file: got ${got}`,
  );
}

/** A source that tells what is read from it: what the octets are is valid during the call only. */
export function watched(source: OctetSource, watch?: (octets: Uint8Array) => void): OctetSource {
  if (watch === undefined) return source;
  return {
    ...source,
    read(into) {
      const tell = (got: number | null) => {
        if (got !== null) watch(into.subarray(0, got));
        return got;
      };
      const got = source.read(into);
      return got instanceof Promise ? got.then(tell) : tell(got);
    },
  };
}

function openMemory(bytes: Uint8Array): OctetSource {
  let at = 0;
  return {
    name: "the octets",
    read(into) {
      if (at === bytes.length) return null;
      const part = bytes.subarray(at, at + into.length);
      into.set(part);
      at += part.length;
      return part.length;
    },
    close() {},
  };
}

function openStream(stream: ReadableStream<Uint8Array>, name: string): OctetSource {
  const reader = stream.getReader();
  let chunk: Uint8Array = new Uint8Array(0);
  return {
    name,
    async read(into) {
      while (chunk.length === 0) {
        const { value, done } = await reader.read();
        if (done) return null;
        chunk = value;
      }
      const part = chunk.subarray(0, into.length);
      into.set(part);
      chunk = chunk.subarray(part.length);
      return part.length;
    },
    close: () => reader.cancel(),
  };
}
