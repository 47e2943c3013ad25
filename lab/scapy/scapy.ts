/**
 * scapy as a second opinion: a Python process that reads octets with decoders that are not ours, and
 * builds packets with codecs that are not ours. The formats that only this project knows stand in
 * `co_process.py` once more, written from their diagrams.
 */

/** Where scapy may be: the system's Python first, as Debian's package belongs to that. */
const PYTHONS = ["/usr/bin/python3", "python3"];

const SCRIPT = new URL("./co_process.py", import.meta.url);

/** Octets as the co-process takes and gives them. */
export interface ScapyOctets {
  hex: string;
}

/** A value of a field. */
export type ScapyValue = number | string | ScapyOctets | ScapyFields[] | ScapyLayer[];

/** Fields by scapy's names. */
export interface ScapyFields {
  [field: string]: ScapyValue;
}

/** A layer as scapy names it, with its fields. */
export type ScapyLayer = [name: string, fields: ScapyFields];

/** LINKTYPE_ values that scapy is asked about. */
export const SCAPY_LINKS: readonly number[] = [1, 9, 12, 14, 50, 101, 113, 228, 229];

/** scapy is not here. */
export class ScapyAbsent extends Error {
  override name = "ScapyAbsent";
  constructor() {
    super("Cannot ask scapy as no Python here has it: Debian's package is python3-scapy");
  }
}

/** A running scapy. Requests are answered in their order; many may be under way. */
export class Scapy {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #rest = "";
  /** The last answer that is waited for: answers are read one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#writer = child.stdin.getWriter();
    this.#lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /**
   * Starts scapy.
   * @param pythons Where it may be, the first that has it being taken.
   * @throws {ScapyAbsent} When none of them has it.
   */
  static async start(pythons: readonly string[] = PYTHONS): Promise<Scapy> {
    for (const python of pythons) {
      let scapy: Scapy;
      try {
        scapy = new Scapy(
          new Deno.Command(python, {
            args: [SCRIPT.pathname],
            ...{ stdin: "piped", stdout: "piped", stderr: "null" },
          }).spawn(),
        );
      } catch {
        // There is no such Python: try the next.
        continue;
      }
      if (await scapy.#begin()) return scapy;
      await scapy.close();
    }
    throw new ScapyAbsent();
  }

  /**
   * The layers of a frame, outermost first.
   * @param linkType One of `SCAPY_LINKS`.
   */
  dissect(linkType: number, octets: Uint8Array): Promise<ScapyLayer[]> {
    return this.#ask(["dissect", linkType, octets.toHex()]) as Promise<ScapyLayer[]>;
  }

  /** The layers of octets that begin with a layer, such as `L2TPControl`. */
  read(layer: string, octets: Uint8Array): Promise<ScapyLayer[]> {
    return this.#ask(["read", layer, octets.toHex()]) as Promise<ScapyLayer[]>;
  }

  /** A packet of layers, outermost first; what is not given, lengths and checksums, scapy fills in. */
  async build(...layers: ScapyLayer[]): Promise<Uint8Array> {
    return Uint8Array.fromHex(await this.#ask(["build", layers]) as string);
  }

  /** Ends the process. */
  async close(): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#lines.cancel().catch(() => {});
    await this.#child.status;
  }

  async #begin(): Promise<boolean> {
    return await this.#line() === "ready";
  }

  #ask(request: unknown): Promise<unknown> {
    const before = this.#last;
    const answer = (async () => {
      await this.#writer.write(new TextEncoder().encode(JSON.stringify(request) + "\n"));
      await before.catch(() => {});
      const line = await this.#line();
      if (line === undefined) throw new Error("Cannot ask scapy as it has ended");
      const said = JSON.parse(line);
      const error = (said as { error?: string } | null)?.error;
      if (error !== undefined) throw new Error(`Cannot ask scapy as it says: ${error}`);
      return said;
    })();
    this.#last = answer.catch(() => {});
    return answer;
  }

  async #line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf("\n");
      if (end >= 0) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 1);
        return line;
      }
      const { value, done } = await this.#lines.read();
      if (done) return undefined;
      this.#rest += value;
    }
  }
}
