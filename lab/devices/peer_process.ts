import { UnwritableOutput } from "../../suites/engine/system_error.ts";
import { textLines } from "../peer_host/lines.ts";
import type { PeerHostConfig } from "../peer_host/config.ts";
import type { DeviceProcess } from "./device_process.ts";
import type { HostedProcess } from "./hosted_process.ts";

/** Milliseconds that a device has to start, to carry out an instruction, or to end. */
const PATIENCE = 15_000;

interface Report {
  ready?: true;
  event?: string;
  instructed?: true;
  claims?: string[];
  stopped?: true;
  lateness?: number;
  idle?: true;
  failed?: string;
  unwritable?: boolean;
}

/** A process that hosts reference peers, one at a time. */
export class PeerProcess implements DeviceProcess {
  readonly #child: Omit<HostedProcess, "stderr">;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #events = new Set<string>();
  #waiters = new Set<() => void>();
  #ready = false;
  #stopped = false;
  #lateness: number | undefined;
  #instructed = 0;
  #idle = 0;
  #failure: string | undefined;
  #node = "a peer";
  #ended = false;
  #killed = false;
  #asked = false;
  #unwritable = false;
  readonly #gone = Promise.withResolvers<string>();
  #onClaims: (claims: readonly string[]) => void = () => {};

  /** Starts a host that waits to be told whom to host. @param suites Module that exports `SUITES`. */
  static spawn(suites: string): PeerProcess {
    const main = new URL("../peer_host.ts", import.meta.url).href;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-prompt", main, "--wait", suites],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    return new PeerProcess(child);
  }

  /** @param child A host that waits to be told whom to host. */
  constructor(child: Omit<HostedProcess, "stderr">) {
    this.#child = child;
    this.#input = child.stdin.getWriter();
    // What is no report of ours says nothing any more: who waits for one is told.
    this.#read().catch((error) => {
      this.#failure ??= error instanceof Error ? error.message : String(error);
      this.#wake();
    });
    void this.#child.status.then(({ code, signal }) => {
      this.#ended = true;
      const how = signal === null ? `exit status ${code}` : signal;
      this.#failure ??= "its process ended";
      if (!this.#asked) this.#gone.resolve(`"${this.#node}" ended by itself, with ${how}`);
      this.#wake();
    });
  }

  get ended(): Promise<string> {
    return this.#gone.promise;
  }

  /** Becomes the peer that a configuration file describes. */
  async start(path: string, config: PeerHostConfig): Promise<void> {
    await this.listen(path, config, () => {});
    await this.go();
  }

  /**
   * Opens the ports of the peer that a configuration file describes; it says nothing before `go`.
   * @param onClaims Told all that the machine claims whenever that has changed.
   */
  async listen(
    path: string,
    config: PeerHostConfig,
    onClaims: (claims: readonly string[]) => void,
  ): Promise<void> {
    this.#node = config.node;
    this.#onClaims = onClaims;
    this.#events.clear();
    this.#ready = this.#stopped = false;
    this.#lateness = undefined;
    await this.#tell({ start: path });
    await this.#until(() => this.#ready, PATIENCE, "did not become ready");
  }

  /** Lets the peer take and send packets from now on. */
  async go(): Promise<void> {
    await this.#tell({ go: true });
  }

  async event(event: string, timeout: number): Promise<void> {
    await this.#until(() => this.#events.has(event), timeout, `did not report "${event}"`);
  }

  async instruct(instruction: Record<string, unknown>): Promise<void> {
    const before = this.#instructed;
    await this.#tell({ instruct: instruction });
    await this.#until(() => this.#instructed > before, PATIENCE, "did not take an instruction");
  }

  async idle(): Promise<void> {
    if (this.#killed) return;
    const before = this.#idle;
    await this.#tell({ idle: true });
    await this.#until(() => this.#idle > before, PATIENCE, "did not fall idle");
  }

  /** Ends the peer; the process may host another. */
  async stop(): Promise<number | undefined> {
    this.#onClaims = () => {};
    try {
      await this.#tell({ stop: true });
      await this.#until(() => this.#stopped, PATIENCE, "did not stop");
    } catch {
      await this.end();
    }
    if (this.#unwritable) throw new UnwritableOutput(this.#failure);
    return this.#lateness;
  }

  /** Whether the process can host a peer. */
  get able(): boolean {
    return !this.#ended && this.#failure === undefined;
  }

  freeze(): void {
    this.#killed = this.#asked = true;
    this.#failure ??= "it was killed";
    this.#signal("SIGSTOP");
  }

  async kill(): Promise<void> {
    this.#asked = true;
    this.#signal("SIGKILL");
    await this.#child.status;
  }

  /** Ends the process. */
  async end(): Promise<void> {
    this.#asked = true;
    const timer = setTimeout(() => this.#signal("SIGKILL"), this.able ? PATIENCE : 0);
    await this.#input.close().catch(() => {});
    await this.#child.status;
    clearTimeout(timer);
  }

  #signal(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      // It ended by itself, which may not have been reported yet.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  async #tell(order: Record<string, unknown>): Promise<void> {
    const line = new TextEncoder().encode(JSON.stringify(order) + "\n");
    // What is not taken is not answered: who waits for that is told that the process ended.
    await this.#input.write(line).catch(() => {});
  }

  async #read(): Promise<void> {
    const text = this.#child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(textLines());
    for await (const line of text) {
      const report = JSON.parse(line) as Report;
      if (report.ready) this.#ready = true;
      if (report.event !== undefined) this.#events.add(report.event);
      if (report.claims !== undefined) this.#onClaims(report.claims);
      if (report.idle) this.#idle++;
      if (report.lateness !== undefined) this.#lateness = report.lateness;
      if (report.stopped) this.#stopped = true;
      if (report.instructed) this.#instructed++;
      if (report.failed !== undefined) {
        this.#failure = report.failed;
        this.#unwritable = report.unwritable === true;
      }
      this.#wake();
    }
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter();
  }

  /** Waits for a condition that only reports can change. */
  #until(done: () => boolean, timeout: number, complaint: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: Error) => {
        clearTimeout(timer);
        this.#waiters.delete(look);
        if (error === undefined) resolve();
        else reject(error);
      };
      const look = () => {
        if (done()) settle();
        else if (this.#failure !== undefined || this.#ended) {
          settle(new Error(`"${this.#node}" ${complaint}: ${this.#failure}`));
        }
      };
      const timer = setTimeout(
        () => settle(new Error(`"${this.#node}" ${complaint} within ${timeout} ms`)),
        timeout,
      );
      this.#waiters.add(look);
      look();
    });
  }
}
