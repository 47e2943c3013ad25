import type { PeerHostConfig } from "./config.ts";
import { PeerHost } from "./host.ts";

/** What runs a peer in a real world. */
export type RunningPeer = Pick<PeerHost, "go" | "instruct" | "idle" | "stop">;

/**
 * A peer whose ports are not open for a while: the kernel says so by ICMP to whoever sends there. What
 * it is instructed by then is lost.
 */
export class LateHost implements RunningPeer {
  readonly #config: PeerHostConfig;
  readonly #after: number;
  readonly #onEvent: (event: string) => void;
  readonly #onClaims: (claims: readonly string[]) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #opening: Promise<PeerHost | undefined> = Promise.resolve(undefined);
  #host: PeerHost | undefined;

  /** @param after Milliseconds from `go` on for which its ports are closed. */
  constructor(
    config: PeerHostConfig,
    after: number,
    onEvent: (event: string) => void,
    onClaims: (claims: readonly string[]) => void,
  ) {
    this.#config = { ...config, null: undefined };
    this.#after = after;
    this.#onEvent = onEvent;
    this.#onClaims = onClaims;
  }

  go(): void {
    this.#timer = setTimeout(() => {
      this.#opening = PeerHost.start(this.#config, this.#onEvent, this.#onClaims).then((host) => {
        this.#host = host;
        host.go();
        this.#onEvent("listening");
        return host;
      });
    }, this.#after);
  }

  instruct(instruction: unknown): void {
    this.#host?.instruct(instruction);
  }

  async idle(): Promise<void> {
    await this.#host?.idle();
  }

  async stop(): Promise<number> {
    clearTimeout(this.#timer);
    return await (await this.#opening)?.stop() ?? 0;
  }
}
