/** A process that plays a device or hosts a peer, wherever it runs: as much of it as the lab uses. */
export interface HostedProcess {
  /** Its number; absent where it runs in a container. */
  readonly pid?: number;
  readonly stdin: WritableStream<Uint8Array>;
  readonly stdout: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly stderr: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** How it ended; `signal` says it in words where there is no exit code. */
  readonly status: Promise<{ code: number; signal: string | null }>;
  /** Why it can do nothing though it has not ended; undefined where it can. */
  stuck?(): Promise<string | undefined>;
  /** Sends a signal to it, and to what it has started where it leads a group of its own. */
  kill(signal: Deno.Signal): void;
}
