import { WakeupFd } from "../../kernel/descriptor.ts";
import { Poller } from "../../kernel/poll.ts";

/** Tells handlers when their descriptors are ready, in this thread and between its other work. */
export class Reactor {
  #handlers = new Map<number, { ready: () => void; write: boolean }>();
  #changed = true;
  #open = true;
  #wakeup = new WakeupFd();
  #ended: Promise<void>;

  constructor() {
    this.#ended = this.#run();
  }

  /** Calls `ready` whenever the descriptor can be read (or written, if `write`). */
  watch(fd: number, ready: () => void, write = false): void {
    this.#handlers.set(fd, { ready, write });
    this.#changed = true;
    this.#wakeup.wake();
  }

  /** Forgets a descriptor, which may then be closed. */
  forget(fd: number): void {
    if (this.#handlers.delete(fd)) {
      this.#changed = true;
      this.#wakeup.wake();
    }
  }

  async close(): Promise<void> {
    this.#open = false;
    this.#wakeup.wake();
    await this.#ended;
    this.#wakeup.close();
  }

  async #run(): Promise<void> {
    const poller = new Poller();
    let watched: number[] = [];
    while (this.#open) {
      if (this.#changed) {
        this.#changed = false;
        watched = [...this.#handlers.keys()];
        const entries = watched.map((fd) => ({ fd, write: this.#handlers.get(fd)!.write }));
        poller.watch([this.#wakeup.fd, ...entries]);
      }
      await poller.waitAsync(Infinity);
      this.#wakeup.clear();
      watched.forEach((fd, i) => {
        // A handler called just now may have forgotten this one.
        if (poller.ready(i + 1)) this.#handlers.get(fd)?.ready();
      });
    }
  }
}
