import { textLines } from "../peer_host/lines.ts";
import type { DeviceProcess } from "./peer_process.ts";

/** Milliseconds that a program has to become ready. */
const PATIENCE = 15_000;
/** Milliseconds that it has to end when asked to. */
const GRACE = 2000;

/** A third party's program that plays a device in the namespace of its node. */
export class ExternalProcess implements DeviceProcess {
  private constructor(readonly node: string, readonly child: Deno.ChildProcess) {}

  /**
   * Runs a command with the path of the configuration file appended.
   * @param ready Text of a line on standard output that says it is ready; absent, it is at once.
   */
  static async start(
    node: string,
    namespace: string,
    command: readonly string[],
    file: string,
    ready: string | undefined,
  ): Promise<ExternalProcess> {
    const child = new Deno.Command("nsenter", {
      args: [`--net=${namespace}`, "--", ...command, file],
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
      // A group of its own, so that what the program started ends with it.
      detached: true,
    }).spawn();
    const process = new ExternalProcess(node, child);
    try {
      await process.#becomeReady(ready);
    } catch (error) {
      await process.stop();
      throw error;
    }
    return process;
  }

  event(event: string): Promise<void> {
    return Promise.reject(
      new Error(`Cannot wait for "${event}" of "${this.node}" as the device has no trace`),
    );
  }

  instruct(): Promise<void> {
    return Promise.reject(
      new Error(`Cannot instruct "${this.node}" as a third party's program takes no instructions`),
    );
  }

  /** What a third party's program does is not ours to see. */
  idle(): Promise<void> {
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#signal("SIGTERM");
    const timer = setTimeout(() => this.#signal("SIGKILL"), GRACE);
    await this.child.status;
    clearTimeout(timer);
    this.#signal("SIGKILL");
  }

  /** Sends a signal to the whole group. */
  #signal(signal: Deno.Signal): void {
    try {
      Deno.kill(-this.child.pid, signal);
    } catch {
      // Gone already.
    }
  }

  async #becomeReady(ready: string | undefined): Promise<void> {
    const lines = this.child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(textLines());
    const reader = lines.getReader();
    let timer: number | undefined;
    const late = new Promise<never>((_, reject) => {
      const complaint = `"${this.node}" did not say "${ready}" within ${PATIENCE} ms`;
      timer = setTimeout(() => reject(new Error(complaint)), PATIENCE) as unknown as number;
    });
    const heard = async () => {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`"${this.node}" ended before it said "${ready}"`);
        if (value.includes(ready!)) return;
      }
    };
    try {
      if (ready !== undefined) await Promise.race([heard(), late]);
    } finally {
      clearTimeout(timer);
      // Further output is read and dropped, so that the program never waits for us.
      void (async () => {
        while (!(await reader.read()).done);
      })().catch(() => {});
    }
  }
}
