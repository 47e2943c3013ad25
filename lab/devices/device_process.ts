/** A device under test or a peer, whatever it is made of. */
export interface DeviceProcess {
  /** Resolves with how it ended, in words, when it does so without having been asked to. */
  readonly ended: Promise<string>;
  /** Resolves when it has reported the event; rejects after `timeout` milliseconds. */
  event(event: string, timeout: number): Promise<void>;
  instruct(instruction: Record<string, unknown>): Promise<void>;
  /** Resolves when it has dealt with all that has reached it so far, as far as it can tell. */
  idle(): Promise<void>;
  /** Why it can do nothing though it has not ended, as the end of a sentence; undefined where it can. */
  stuck?(): Promise<string | undefined>;
  /**
   * Ends it; what it had to write has been written.
   * @returns Milliseconds by which it was late at its worst; undefined where nobody knows.
   */
  stop(): Promise<number | undefined>;
  /** Stops all that it does, so that it can be killed without a last word. */
  freeze(): void;
  /** Ends it by the kernel's hand, whatever it has under way. */
  kill(): Promise<void>;
}
