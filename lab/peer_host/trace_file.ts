import { wallMilliseconds } from "./clock.ts";

const FLUSH_AT = 1 << 18;

/** A trace as JSON lines; kept in memory until `flush`, which belongs where the machine is idle. */
export class TraceFile {
  #file: Deno.FsFile;
  #lines: string[] = [];
  #size = 0;
  #broken: unknown;
  #encoder = new TextEncoder();

  /** @param stamp Adds what only the place of writing knows, such as the processor. */
  constructor(
    path: string,
    readonly node: string,
    readonly stamp?: (record: Record<string, unknown>) => void,
  ) {
    this.#file = Deno.openSync(path, { write: true, create: true, truncate: true });
  }

  write(event: string, fields: Record<string, unknown>): void {
    const t = Math.round(wallMilliseconds() * 1e6);
    const record: Record<string, unknown> = { t, node: this.node, event, ...fields };
    this.stamp?.(record);
    const line = JSON.stringify(record, plainNumbers) + "\n";
    this.#lines.push(line);
    this.#size += line.length;
    if (this.#size > FLUSH_AT) this.flush();
  }

  flush(): void {
    if (this.#size === 0) return;
    const octets = this.#encoder.encode(this.#lines.join(""));
    this.#lines = [];
    this.#size = 0;
    if (this.#broken !== undefined) return;
    try {
      for (let done = 0; done < octets.length;) done += this.#file.writeSync(octets.subarray(done));
    } catch (error) {
      // The peer goes on as long as it is needed; its trace is worth nothing, which `close` says.
      this.#broken = error;
    }
  }

  /** @throws What kept a line from being written. */
  close(): void {
    this.flush();
    this.#file.close();
    if (this.#broken !== undefined) throw this.#broken;
  }
}

/** JSON has no integers above 2^53: they are written as text. */
function plainNumbers(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
